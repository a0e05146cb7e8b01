/** Seals and sends: attachments in parts, then the report; repeats whatever the line loses, and tells honestly how far it is. */

import { type Attachment, type SealTo, type SealedReport, blobSize, drawCase, sealAttachment, sealDraft, sealReport, systemRng, writeBundle } from "../../../crypto/index.js";
import { beginningOf } from "../../shared/accounts.js";
import { pageLanguage, saySize, t } from "../../shared/strings.js";
import { type Waiting, partsThere, postSubmission, putDraft, putPart, untilAnswered } from "../api.js";
import type { ReadyFile } from "../clean/clean.js";
import { today } from "../office.js";
import type { DraftKeys, ReportDraft } from "../form/answers.js";

/** Anyone who writes to the office seals to the case alone. */
const TO_OFFICE = 1;

/** Told how many bytes have left, of how many, and when the line is down. */
export interface Meter {
  readonly sent: (done: number, total: number) => void;
  readonly waiting: Waiting;
}

interface Source {
  readonly name: string;
  readonly type: string;
  readonly content: Blob;
}

/** How many bytes a file takes on the line. */
const fileSize = (size: number): number => blobSize(size, TO_OFFICE);

/** Seals and sends one file; gives what the item carries. */
export async function sendFile(target: SealTo, file: Source, moved: (bytes: number) => void, waiting: Waiting): Promise<Attachment> {
  const sealing = sealAttachment(target, file.content, { name: file.name, type: file.type }, systemRng);
  let before = 0;
  for await (const { k, content, hash } of sealing.parts()) {
    const at = before;
    await untilAnswered(() => putPart(sealing.blob, k, content, hash, (bytes) => moved(at + bytes)), waiting);
    before += content.size;
    moved(before);
  }
  return sealing.attachment;
}

/** Sends files one after another with one meter for all. */
export async function sendFiles(target: SealTo, files: readonly Source[], meter: Meter): Promise<Attachment[]> {
  const total = files.reduce((sum, { content }) => sum + fileSize(content.size), 0);
  const sent: Attachment[] = [];
  let before = 0;
  for (const file of files) {
    sent.push(await sendFile(target, file, (bytes) => meter.sent(Math.min(total, before + bytes), total), meter.waiting));
    before += fileSize(file.content.size);
  }
  return sent;
}

/** Sends the files that are not up yet and remembers each as it arrives, so that a second try does not repeat them. */
async function sendChosen(telling: ReportDraft, target: SealTo, meter: Meter): Promise<void> {
  const waiting = telling.files.filter(({ kept }) => kept === null);
  const total = waiting.reduce((sum, { file }) => sum + fileSize(file?.content.size ?? 0), 0);
  let before = 0;
  for (const one of waiting) {
    const file = one.file as ReadyFile;
    const kept = await sendFile(target, file, (bytes) => meter.sent(Math.min(total, before + bytes), total), meter.waiting);
    telling.files = telling.files.map((other) => (other === one ? { ...one, kept, came: today() } : other));
    before += fileSize(file.content.size);
  }
}

async function sealText(telling: ReportDraft, kept: DraftKeys, attachments: Attachment[], channel: string): Promise<SealedReport> {
  const { office, newCase, level, urgent, longAccount } = telling;
  if (!newCase) throw new Error("no case drawn");
  const account = longAccount ? beginningOf(telling.account) : telling.account;
  const report = { language: pageLanguage(), channel, level, account, answers: telling.givenAnswers(), attachments, urgent, release: null };
  return sealReport(office.directory, kept.keys, newCase, telling.holders(), report, systemRng);
}

/** The whole report: files, long account, text. Its receipt is good once this has returned. */
export async function sendReport(telling: ReportDraft, kept: DraftKeys, meter: Meter): Promise<SealedReport> {
  telling.newCase ??= drawCase(telling.office.directory, systemRng);
  const target = telling.newCase.toOffice();
  await sendChosen(telling, target, meter);
  const attachments = telling.files.flatMap(({ kept: up }) => up ?? []);
  if (telling.longAccount) attachments.push(...(await sendFiles(target, [{ name: "account.txt", type: "text/plain", content: telling.longAccount }], meter)));
  const sealed = await sealText(telling, kept, attachments, "web");
  await untilAnswered(() => postSubmission(sealed.submission), meter.waiting);
  return sealed;
}

/** The same report as one sealed file; nothing is sent. */
export async function bundleReport(telling: ReportDraft, kept: DraftKeys): Promise<Blob> {
  const newCase = drawCase(telling.office.directory, systemRng);
  telling.newCase = newCase;
  const files: Source[] = telling.files.flatMap(({ file }) => file ?? []);
  if (telling.longAccount) files.push({ name: "account.txt", type: "text/plain", content: telling.longAccount });
  const attachments: Attachment[] = [];
  const blobs: Blob[] = [];
  for (const file of files) {
    const sealing = sealAttachment(newCase.toOffice(), file.content, { name: file.name, type: file.type }, systemRng);
    const parts: Blob[] = [];
    for await (const { content } of sealing.parts()) parts.push(content);
    attachments.push(sealing.attachment);
    blobs.push(new Blob(parts));
  }
  const sealed = await sealText(telling, kept, attachments, "bundle");
  return writeBundle(sealed.submission, blobs);
}

/** Keeps everything told so far as a sealed draft in the mailbox of the receipt. */
export async function keepDraft(telling: ReportDraft, kept: DraftKeys, meter: Meter): Promise<void> {
  telling.newCase ??= drawCase(telling.office.directory, systemRng);
  await sendChosen(telling, telling.newCase.toOffice(), meter);
  const draft = await sealDraft(kept.keys, telling.toDraft(), kept.draftSeq + 1, systemRng);
  await untilAnswered(() => putDraft(kept.keys.token(), draft), meter.waiting);
  kept.draftSeq += 1;
  telling.removed = false;
}

/** The files of a draft that the server no longer has: they were kept for a shorter time than the words. */
export async function missingFiles(files: readonly Attachment[]): Promise<Attachment[]> {
  const there = await Promise.all(files.map(async ({ blob, parts }) => (await partsThere(blob)).length === parts.length));
  return files.filter((_, i) => there[i] === false);
}

/** Says how far it is and how long it will take at the pace so far; silent about time until it knows. */
export class Pace {
  readonly #start = Date.now();

  say(done: number, total: number): string {
    const seconds = (Date.now() - this.#start) / 1000;
    const size = t("{done} of {total} sent (with padding, which hides the true size)", { done: saySize(done), total: saySize(total) });
    if (seconds < 3 || done === 0 || done >= total) return size;
    const left = Math.ceil(((total - done) / done) * seconds);
    const time = left <= 60 ? t("less than a minute left") : t("about {n} minutes left", { n: Math.ceil(left / 60) });
    return `${size} · ${time}`;
  }
}

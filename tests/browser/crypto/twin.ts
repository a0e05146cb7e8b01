// Run by tests/crypto/test_twins.py: opens what the Python twin sealed, and seals what it is to open.
// usage: node twin.mjs IN.json OUT.json

import { readFileSync, writeFileSync } from "node:fs";
import {
  type Attachment, type Listing, b64decode, b64encode, chooseHolders, deriveReporter, drawCase, listingOf, openAttachmentAsBlob, openMailbox, readMailbox,
  readReceipt, readSlots, sealAct, sealAttachment, sealCheckin, sealDraft, sealMessage, sealNaming, sealProtection, sealQuiet, sealReceiptChange, sealReceiptConfirmed, sealReport, sealWithdrawal, systemRng,
  verifyDirectory, writeBundle,
} from "../../../crypto/index.js";
import {
  FIRST_EVENT, Secret, openGrant, openKeyringEntry, openTrial, readCase, sealKeyringEntry, sealRegrant, sealReply, signEvent, staffKeys, unserved, verifyEvents, wrapStaffSeed,
  nextExpiry, sealRequest,
} from "../../../crypto/staff.js";
import { sha256 } from "../../../crypto/primitives.js";

const given = JSON.parse(readFileSync(process.argv[2] as string, "utf8"));
const cost = { memory: 8, passes: 1, lanes: 1 };
const directory = verifyDirectory(given.code, given.roots, given.note, given.today);
const at = { office: directory.office, member: given.member };
const staff = staffKeys(new Secret(b64decode(given.seed)), at);
const keys = await deriveReporter(readReceipt(given.digits), directory.office, cost);

async function seal(target: Parameters<typeof sealAttachment>[0], content: Uint8Array<ArrayBuffer>): Promise<{ attachment: Attachment; file: Blob }> {
  const sealing = sealAttachment(target, new Blob([content]), { name: "照片.jpg", type: "image/jpeg" }, systemRng);
  const parts: Blob[] = [];
  for await (const part of sealing.parts()) parts.push(part.content);
  return { attachment: sealing.attachment, file: new Blob(parts) };
}
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

// Python → browser.
const grant = await openGrant(staff, b64decode(given.packet), directory);
if (grant === null) throw new Error("not addressed");
const view = await readCase(directory, grant, given.items);
const polled = listingOf(readSlots(given.polls.map((poll: string) => b64decode(poll)))) as Listing;
const mailbox = await readMailbox(directory, keys, await openMailbox(keys, polled));
const attached = (view.entries.at(-1)?.content?.payload as { attachments: Attachment[] }).attachments[0] as Attachment;
const opener = view.opener(view.entries.at(-1) as (typeof view.entries)[number]);
const picture = await openAttachmentAsBlob(opener, attached, async () => b64decode(given.blob));
const pinned = await openKeyringEntry(staff, given.keyring);

// Browser → Python.
const answer = await seal(view.toReporter(), systemRng(70_000));
const reply = await sealReply(staff, directory, view, { text: "答复", attachments: [answer.attachment] }, systemRng);
const regrant = await sealRegrant(staff, directory, reply.view, [given.member], systemRng);
const message = await sealMessage(directory, keys, mailbox, "more", [], systemRng);
const act = await sealAct(directory, keys, message.mailbox, "contest", "no", systemRng);
const fresh = await deriveReporter(readReceipt(given.fresh), directory.office, cost);
const change = await sealReceiptChange(directory, keys, act.mailbox, fresh, systemRng);
const draft = drawCase(directory, systemRng);
const evidence = await seal(draft.toOffice(), systemRng(1000));
const holders = chooseHolders(directory, "works", "company-whistleblowing", "fraud", ["sun-fang"]);
const words = { language: "zh-CN", channel: "web", level: "anonymous" as const, account: "账不对", answers: [{ id: "where", value: ["a", "b"] }] };
const told = { ...words, urgent: true, release: null };
const report = await sealReport(directory, fresh, draft, holders, { ...told, attachments: [evidence.attachment] }, systemRng);
const first = signEvent(staff, { case: grant.case, kind: "claimed", day: given.today, data: { item: "一" } }, FIRST_EVENT);
const events = verifyEvents(directory, grant.case, given.events);
const lacking = async (items: readonly unknown[]): Promise<number[]> => unserved(events, await readCase(directory, grant, items));
const identity = { v: 1 as const, about: "reporter" as const, name: "王小明", contact: "138", text: "" };
const naming = await sealNaming(directory, keys, mailbox, { identity, sealed: true, text: "晚上" }, systemRng);
const guarding = verifyDirectory(given.code, given.roots, given.watched, given.today);
const person = { bond: "relative" as const, name: "王小明", employee: "E-0017", place: "二号车间" };
const protection = await sealProtection(guarding, keys, { entity: "works", case: mailbox.case }, "protect", person, systemRng);
const checkin = { day: 14 as const, answer: "yes" as const, changes: ["pay" as const], text: "奖金没了" };
const answered = await sealCheckin(guarding, keys, { entity: "works", case: mailbox.case }, checkin, systemRng);
const guarded = await sealReceiptConfirmed(guarding, keys, mailbox, systemRng, { protection });
const quiet = await sealQuiet(guarding, keys, mailbox, ["2026-12-08"], systemRng, { protection: answered });
const silent = await sealQuiet(guarding, keys, mailbox, ["2026-12-08"], systemRng);
const riding = await sealMessage(guarding, keys, mailbox, "谢谢", [], systemRng, { protection });
const watchedReport = await sealReport(guarding, fresh, drawCase(guarding, systemRng), chooseHolders(guarding, "works", "company-whistleblowing", "fraud", []), { ...told, attachments: [] }, systemRng);
const plain = await sealReceiptConfirmed(guarding, keys, mailbox, systemRng);
const takenBack = await sealWithdrawal(directory, keys, naming.mailbox, systemRng);
const packet = b64decode(naming.post.packets.identity);
const named = { handle: naming.mailbox.identityHandle as string, packet: b64encode(sha256(packet)) };
const asking = { ...named, about: "reporter" as const, ground: "legal-duty" as const, told: "after" as const, text: "法院调取", delay: "会毁灭证据", expires: nextExpiry(directory.today) };
const request = await sealRequest(staff, directory, packet, asking, systemRng);

writeFileSync(process.argv[3] as string, JSON.stringify({
  marks: view.entries.map((entry) => entry.mark), alarms: view.alarms, account: view.entries.map((entry) => entry.content?.payload).find((payload) => payload !== undefined && "account" in payload),
  mailbox: mailbox.entries.map((entry) => entry.mark), picture: b64encode(await bytesOf(picture)), pinned: pinned.hash, hash: grant.hash,
  word: await openTrial(staff, b64decode(given.trial.packet), given.trial.items), events: events.map((event) => event.wrong),
  unserved: { whole: await lacking(given.items), newest: await lacking([given.items[0]]), altered: await lacking([{ ...given.items[0], seq: 7 }, {}]) },
  reply: reply.item, answer: { attachment: answer.attachment, file: b64encode(await bytesOf(answer.file)) },
  regrant: { packet: b64encode(regrant.packet), history: b64encode(regrant.history), item: regrant.item }, posts: [message.post, act.post, change.post], submission: report.submission,
  bundle: b64encode(await bytesOf(writeBundle(report.submission, [evidence.file]))), draft: await sealDraft(keys, { page: "上" }, 3, systemRng),
  keyring: await sealKeyringEntry(staff, grant, systemRng), event: first.event, naming: naming.post, takenBack: takenBack.post, request,
  guarded: guarded.post, plain: plain.post, answered: b64encode(answered), quiet: quiet.post, silent: silent.post, riding: riding.post,
  checkins: { left: quiet.mailbox.checkins, first: watchedReport.mailbox.checkins },
  wrapped: await wrapStaffSeed(new Secret(b64decode(given.seed)), { passphrase: "abandon ability", device: new Secret(new Uint8Array(16)) }, at, systemRng),
}));

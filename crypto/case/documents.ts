/** The documents that travel: items, what is inside them, memos, submissions, posts (SPEC §6 and §7). */

import {
  type Read, type Shape, base64, dated, day, distinct, flag, hash32, id16, integer, list, maybe, name, names, oneOf, record, suite, text, version,
} from "../shape.js";
import { isBlobSize } from "../sealing/attachmentsizes.js";
import { type BlobEntry, MAX_ATTACHMENTS, MAX_PARTS, PART_SIZE, attachmentShape, blobShape } from "../sealing/attachmentshape.js";
import { namedShape, unsealingShape, withdrawnShape } from "../custody/names.js";
import { b64length } from "../framing.js";
import { refuse } from "../errors.js";
import { signaturesShape } from "./regrants.js";
import { identityShape, recipientShape } from "../sealing/recipients.js";

const BODY_LIMIT = 40_960;

/** A case has the epochs 0 to this. */
export const EPOCH_LIMIT = 255;
export const seenShape = record({ hash: hash32, sequence: integer() });
export const macsShape = record({ to_office: hash32, to_reporter: hash32 });

const attachments = list(attachmentShape, MAX_ATTACHMENTS);

export const DECLARATIONS = ["confirm", "contest", "agree", "refuse", "supply", "seen", "appeal", "withdraw", "satisfied", "unsatisfied"] as const;
/** The acts of the office whose content would tell the verdict. */
export const DECISION_ACTS = [
  "decided", "appeal-decided", "measure-set", "compensated", "rewarded", "malice-proposed", "malice-approved", "cleared",
] as const;
export const LEVELS = ["anonymous", "sealed", "named"] as const;
export const DIRECTIONS = ["to-office", "to-reporter", "office-only"] as const;
export type Direction = (typeof DIRECTIONS)[number];
export type Declaration = (typeof DECLARATIONS)[number];

const answerValue: Shape<string | string[]> = (value) => (typeof value === "string" ? text()(value) : list(text(), 64)(value));
const words = record({ text: text(), attachments });
/** With the day on which it was written, by its signer's device. */
const toldWords = dated({ text: text(), attachments });

/** As policies print a limit: a number and an English unit, the plural for all but one. */
const LIMIT = /^(1|[1-9][0-9]{0,5}) (minute|hour|day|week|month|year|working day)(s?)$/;
const limit: Shape<string> = (value) => {
  const found = text(40)(value);
  const parts = LIMIT.exec(found);
  return parts === null || (parts[3] === "s") === (parts[1] === "1") ? refuse("schema", "not a limit") : found;
};
const untilFields = record({ day, provisional: flag, limit, counts: maybe(list(day, 366)) });
/** The last day for what a notice asks; `counts` are the days that count towards it, up to that day. */
export type Until = Read<typeof untilFields>;
const until: Shape<Until> = (value) => {
  const found = untilFields(value);
  const { counts } = found;
  // Days as text sort as days do.
  const ascend = counts === null || counts.every((one, i) => i === 0 || (counts[i - 1] as string) < one);
  if (counts !== null && (counts.at(-1) !== found.day || !ascend)) refuse("schema", "not the days up to the last one");
  return found;
};
const asks: Shape<Declaration[]> = (value) => {
  const found = list(oneOf(...DECLARATIONS), DECLARATIONS.length)(value);
  return new Set(found).size === found.length ? found : refuse("schema", "an act stands twice");
};

export const payloads = {
  report: record({
    entity: name, policy: name, policy_version: text(64), category: name, language: text(64), channel: name,
    level: oneOf(...LEVELS), account: text(), answers: list(record({ id: name, value: answerValue }), 256),
    attachments, excluded: names, urgent: flag, directory: seenShape,
  }),
  message: words,
  "receipt-kept": record({}),
  act: record({ act: oneOf(...DECLARATIONS), text: text() }),
  "receipt-change": record({ reporter: recipientShape, act: hash32, proof: base64(64), mailbox: hash32 }),
  identity: namedShape,
  "identity-withdrawn": withdrawnShape,
  reply: toldWords,
  letter: toldWords,
  unsealing: unsealingShape,
  status: dated({ stage: name, next: maybe(name), due: maybe(day), text: text() }),
  notice: dated({
    act: name, stage: name, next: maybe(name), due: maybe(day), text: text(), attachments, outcomes: names, measures: names, asks, until: maybe(until),
  }),
  epoch: record({
    epoch: integer(1, EPOCH_LIMIT), recipient: recipientShape, to_office: hash32, to_reporter: hash32,
    holders: distinct(name, 32), grant: hash32, previous: hash32, day, sequence: integer(1), signatures: signaturesShape,
  }),
  note: words,
  finding: words,
  draft: words,
  witness: words,
  publication: words,
  custody: namedShape,
  "office-key": record({ seed: identityShape }),
  decision: record({
    act: oneOf(...DECISION_ACTS), text: text(), attachments, outcomes: names, measures: names, own_words: flag, reward: maybe(name),
  }),
} as const;
export type ItemType = keyof typeof payloads;
export type PayloadOf<T extends ItemType> = Read<(typeof payloads)[T]>;

/** Which types a direction may carry, and who has to sign them. */
export const DIRECTION_OF: Readonly<Record<ItemType, Direction>> = {
  report: "to-office", message: "to-office", "receipt-kept": "to-office", act: "to-office", "receipt-change": "to-office",
  identity: "to-office", "identity-withdrawn": "to-office", unsealing: "to-reporter", custody: "office-only",
  reply: "to-reporter", letter: "to-reporter", status: "to-reporter", notice: "to-reporter", epoch: "to-reporter",
  note: "office-only", finding: "office-only", draft: "office-only", witness: "office-only", decision: "office-only",
  publication: "office-only",
  "office-key": "office-only",
};
const BY_REPORTER: readonly ItemType[] = ["act", "receipt-change", "identity", "identity-withdrawn"];
export type Signature = "none" | "reporter" | "staff";
export function signatureOf(type: ItemType): Signature {
  if (DIRECTION_OF[type] !== "to-office") return "staff";
  return BY_REPORTER.includes(type) ? "reporter" : "none";
}

export const innerShape = record({
  v: version, type: oneOf(...(Object.keys(payloads) as ItemType[])), payload: text(), signer: maybe(name), sig: maybe(base64(64)),
});
const OFFICE_KEY_BUCKETS = [8, 16, 32] as const;
const OFFICE_KEY_LIMIT = officeKeySize(32);
const itemFields = record({
  v: version, case: id16, epoch: integer(0, EPOCH_LIMIT), dir: oneOf(...DIRECTIONS), seq: integer(1), prev: hash32, seen: integer(), mac: hash32, body: base64(undefined, OFFICE_KEY_LIMIT),
});
export type Item = Read<typeof itemFields>;
export const itemShape: Shape<Item> = (value) => {
  const item = itemFields(value);
  const fits = isOfficeKey(item) ? bucketOfKey(item) !== undefined : b64length(item.body) <= BODY_LIMIT;
  return fits ? item : refuse("schema", "not a length that this item has");
};

/** The bytes of the body of an office key with that many stanzas: header, nonce, a text of the smallest size. */
function officeKeySize(stanzas: number): number {
  return 86 + 1557 * stanzas + 4096 + 16;
}

function bucketOfKey({ body }: Item): number | undefined {
  const length = b64length(body);
  return OFFICE_KEY_BUCKETS.find((bucket) => officeKeySize(bucket) === length);
}

/** Whether the office key stands here and nothing else may: the first words of epoch 0 for the office alone. */
export function isOfficeKey({ dir, epoch, seq }: Pick<Item, "dir" | "epoch" | "seq">): boolean {
  return dir === "office-only" && epoch === 0 && seq === 1;
}

/** The number of stanzas of an item, an office key aside. */
export const STANZAS: Readonly<Record<Direction, number>> = { "to-office": 1, "to-reporter": 2, "office-only": 1 };

/** The number of stanzas that an item's body has. */
export function stanzasOf(item: Item): number {
  return isOfficeKey(item) ? (bucketOfKey(item) as number) : STANZAS[item.dir];
}

/** Memo and draft as they lie in the mailbox. */
export const memoShape = record({ v: version, seq: integer(1), mac: hash32, body: base64(undefined, BODY_LIMIT) });
export type SealedMemo = Read<typeof memoShape>;
const headShape = record({ seq: integer(), hash: hash32 });
const memoBodyFields = record({
  v: version, case: id16, epoch: integer(0, EPOCH_LIMIT), recipient: recipientShape, macs: maybe(macsShape), entity: name, policy: name,
  holders: distinct(name, 32), excluded: names, grant: hash32, directory: seenShape, to_office: headShape, to_reporter: headShape,
  handles: record({ identity: maybe(id16), others: list(id16, 8), named: flag }), checkins: list(day, 256), started: day,
  start: maybe(record({ epoch: integer(0, EPOCH_LIMIT), to_office: hash32, to_reporter: hash32, seq: integer(), hash: hash32 })),
});
export type MemoBody = Read<typeof memoBodyFields>;
/** The document inside a memo. */
export const memoBodyShape: Shape<MemoBody> = (value) => {
  const found = memoBodyFields(value);
  if (found.macs === null && (found.epoch > 0 || found.start !== null)) refuse("schema", "the MAC keys of this epoch are missing");
  return found;
};

const blobs: Shape<BlobEntry[]> = (value) => {
  const found = list(blobShape, MAX_ATTACHMENTS)(value);
  if (!found.every(({ size }) => isBlobSize(size))) refuse("schema", "not a length that an attachment has");
  if (found.some((one) => one.parts.length !== Math.ceil(one.size / PART_SIZE))) refuse("schema", "not as many parts as the size says");
  if (found.reduce((sum, { parts }) => sum + parts.length, 0) > MAX_PARTS) refuse("schema", "too many parts in all");
  return new Set(found.map((one) => one.blob)).size === found.length ? found : refuse("schema", "a blob stands twice");
};
const packets = record({ identity: base64(49_152), protection: base64(16_384) });
export type Packets = Read<typeof packets>;

const GRANT_PACKET = base64(undefined, 65_536);
export const submissionShape = record({
  v: version, suite, office: id16, entity: name, policy: name, policy_version: text(64), mailbox: hash32, case: id16,
  grant: GRANT_PACKET, access: hash32, item: itemShape, memo: memoShape, blobs, packets, urgent: flag,
});
export type Submission = Read<typeof submissionShape>;
export const postShape = record({
  v: version, token: hash32, item: maybe(itemShape), memo: memoShape, blobs, packets, hint: maybe(oneOf(...DECLARATIONS)),
  moved: maybe(record({ mailbox: hash32, memo: memoShape })),
});
export type Post = Read<typeof postShape>;

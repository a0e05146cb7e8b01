// SPEC §6 and §7: the memo, a mailbox as the reporter reads it, and the slots of a poll.
import { demand, equal, frame, fromB64, hmac, sha256, toB64, u64, utf8 } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { checkEnvelope, openWithSeeds } from "./envelope.js";
import { MAX_EPOCH } from "./grants.js";
import { deriveReporter } from "./receipt.js";
import { readJson } from "./strict_json.js";
import { Thread } from "./thread.js";
import { b16, b32, bool, checked, day, distinct, id, ids, integer, list, object, oneOf, orNull, recipient, sealed } from "./shape.js";

const MEMO = object({ v: oneOf(1), seq: integer(1), mac: b32, body: sealed });
const PLACE = object({ seq: integer(), hash: b32 });
const MACS = object({ to_office: b32, to_reporter: b32 });

const BODY = checked(object({
  v: oneOf(1),
  case: b16,
  epoch: integer(0, MAX_EPOCH),
  recipient,
  macs: orNull(MACS),
  entity: id,
  policy: id,
  holders: distinct(id, 32),
  excluded: ids,
  grant: b32,
  directory: object({ hash: b32, sequence: integer() }),
  to_office: PLACE,
  to_reporter: PLACE,
  handles: object({ identity: orNull(b16), others: list(b16, 8), named: bool }),
  checkins: list(day, 256),
  started: day,
  start: orNull(object({ epoch: integer(0, MAX_EPOCH), to_office: b32, to_reporter: b32, seq: integer(), hash: b32 })),
}), ({ epoch, macs, start }) => {
  demand(macs !== null || (epoch === 0 && start === null), "schema", "no MAC keys");
});

export const readMemo = MEMO;
export const checkMemoEnvelope = (memo) => checkEnvelope(memo.body, [1]);

/** Opens a memo with what follows from a receipt. */
function openMemo(keys, office, raw) {
  const memo = MEMO(raw);
  checkMemoEnvelope(memo);
  const message = frame("yanlu/v1/memo", office, keys.mailbox, u64(memo.seq), sha256(memo.body));
  demand(equal(hmac(keys.memoKey, message), memo.mac), "mac", "another MAC");
  const plain = openWithSeeds(memo.body, [keys.seed], [1]);
  demand(plain.length === 8192, "padding", "another length");
  return { seq: memo.seq, ...BODY(readJson(plain, 8192)) };
}

function epochsOf(keys, memo) {
  const epochs = new Map();
  if (memo.start === null) epochs.set(0, { to_office: keys.toOffice, to_reporter: keys.toReporter, day: memo.started });
  else epochs.set(memo.start.epoch, { to_office: memo.start.to_office, to_reporter: memo.start.to_reporter });
  const { recipient: own, holders, grant } = memo;
  const known = { ...epochs.get(memo.epoch), ...memo.macs, recipient: own, holders, grant };
  return epochs.set(memo.epoch, known);
}

function demandNotOlder(directory, memo) {
  const { sequence, hash } = memo.directory;
  demand(directory.sequence >= sequence, "older", "an older directory");
  demand(directory.sequence > sequence || equal(directory.hash, hash), "older", "another directory of the same number");
}

/** Reads a mailbox: `{office, digits, memo, items}`. */
function readMailbox({ office, digits, memo: raw, items }) {
  const directory = verifyDirectory(office);
  const keys = deriveReporter(digits, directory.office);
  const memo = openMemo(keys, directory.office, raw);
  demandNotOlder(directory, memo);
  const thread = new Thread({
    directory,
    case: memo.case,
    entity: memo.entity,
    excluded: memo.excluded,
    act: keys.act,
    epochs: epochsOf(keys, memo),
    isLost: () => false,
    macKey: (known, item) => (item.dir === "to-reporter" ? (known.epochs.get(item.epoch)?.to_reporter ?? null) : null),
    seedsFor: () => [keys.seed],
  });
  if (memo.start !== null) thread.last["to-reporter"] = { seq: memo.start.seq, hash: memo.start.hash };
  thread.read(items.filter((item) => item?.dir === "to-reporter"));
  return standing(thread, memo);
}

/** What a page shows of the thread, and the numbers of the next standing. */
function standing(thread, memo) {
  const { seq, hash } = memo.to_reporter;
  const delivered = seq <= (memo.start?.seq ?? 0) || thread.accepted.has(toB64(hash));
  const rolledBack = thread.verified.some((item) => item.seen > memo.to_office.seq);
  const alarms = [...(delivered ? [] : ["withheld"]), ...(rolledBack ? ["memo-rolled-back"] : [])];
  const epoch = Math.max(memo.epoch, ...thread.announced.map((one) => one.epoch));
  return { thread: thread.lines, alarms, epoch, to_office: memo.to_office.seq, to_reporter: Math.max(seq, thread.last["to-reporter"].seq) };
}

const SLOT = 16384;
const SLOTS = 8;
const MAGIC = utf8("YLS1");

function readSlot(slot) {
  if (!slot.subarray(0, 4).equals(MAGIC)) return null;
  const length = slot.readUInt16BE(17);
  const read = { kind: slot[4], ordinal: slot.readUInt32BE(5), chunk: slot.readUInt16BE(9), chunks: slot.readUInt16BE(11), total: slot.readUInt32BE(13) };
  demand(read.kind <= 2 && length <= SLOT - 19 && read.chunk < read.chunks, "slot", "no slot");
  return { ...read, content: slot.subarray(19, 19 + length) };
}

/** Whether a slot comes next behind another: the next chunk, or the first one of the next entry. */
function follows(before, slot) {
  if (before === null) return slot.ordinal === 0 && slot.chunk === 0;
  if (slot.total !== before.total) return false;
  if (before.chunk + 1 < before.chunks) {
    return slot.ordinal === before.ordinal && slot.chunk === before.chunk + 1 && slot.chunks === before.chunks && slot.kind === before.kind;
  }
  return slot.ordinal === before.ordinal + 1 && slot.chunk === 0 && slot.kind >= before.kind;
}

function readSlots(polls) {
  const slots = polls.flat().map(readSlot);
  const end = slots.indexOf(null);
  const full = end < 0 ? slots : slots.slice(0, end);
  demand(end < 0 || slots.slice(end).every((slot) => slot === null), "slot", "an empty slot between");
  const entries = [];
  let before = null;
  for (const slot of full) {
    demand(follows(before, slot), "slot", "out of order");
    if (slot.chunk === 0) entries.push({ kind: slot.kind, parts: [] });
    entries.at(-1).parts.push(slot.content);
    before = slot;
  }
  const total = full[0]?.total ?? 0;
  demand(full.length <= total && (end < 0 || full.length === total), "slot", "a slot missing");
  if (before !== null && before.chunk + 1 < before.chunks) entries.pop();
  return { entries: entries.map(({ kind, parts }) => ({ kind, content: toB64(Buffer.concat(parts)) })), total, next_from: full.length };
}

function filledUp(poll) {
  const slots = Array.from({ length: SLOTS }, () => Buffer.alloc(SLOT));
  poll.forEach((slot, at) => fromB64(slot).copy(slots[at]));
  return slots;
}

export const MAILBOX = {
  read_mailbox: readMailbox,
  open_memo: ({ office, digits, memo }) => {
    const id16 = fromB64(office);
    const read = openMemo(deriveReporter(digits, id16), id16, memo);
    return { seq: read.seq, case: toB64(read.case) };
  },
  read_slots: ({ polls }) => readSlots(polls.map(filledUp)),
};

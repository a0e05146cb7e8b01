// SPEC §6: the items of a case, read one direction after the other.
import { Refused, attempt, demand, equal, frame, hkdf, hmac, padded, sha256, toB64, u64, verifies, zeros } from "./ground.js";
import { checkEnvelope, openWithSeeds } from "./envelope.js";
import { MAX_EPOCH } from "./grants.js";
import { DIRECTIONS, readInner } from "./inner.js";
import { checkRegrant, signedWith } from "./regrants.js";
import { b16, b32, bytes, checked, integer, object, oneOf } from "./shape.js";

export const ORDER = ["to-reporter", "to-office", "office-only"];
const STANZAS = { "to-office": 1, "to-reporter": 2, "office-only": 1 };
const OTHER = { "to-office": "to-reporter", "to-reporter": "to-office", "office-only": "to-office" };
const BY_REPORTER = ["act", "receipt-change", "identity", "identity-withdrawn"];

/** Whether the office key stands at this place, and nothing else may. */
export const isOfficeKey = ({ dir, epoch, seq }) => dir === "office-only" && epoch === 0 && seq === 1;
const bucketOf = (length) => [8, 16, 32].find((bucket) => length === 4198 + 1557 * bucket);
const stanzasOf = (item) => (isOfficeKey(item) ? bucketOf(item.body.length) : STANZAS[item.dir]);

const ITEM = checked(object({
  v: oneOf(1),
  case: b16,
  epoch: integer(0, MAX_EPOCH),
  dir: oneOf(...DIRECTIONS),
  seq: integer(1),
  prev: b32,
  seen: integer(),
  mac: b32,
  body: bytes(),
}), (item) => {
  const fits = isOfficeKey(item) ? bucketOf(item.body.length) !== undefined : item.body.length <= 40960;
  demand(fits, "schema", "no length that this item has");
});

/** Reads an item's shape; its envelope is looked at by anyone who calls it. */
export const readItem = ITEM;
export const checkItemEnvelope = (item) => checkEnvelope(item.body, [stanzasOf(item)]);

const macInput = (item) => frame("yanlu/v1/item-mac", item.case, u64(item.epoch), item.dir, u64(item.seq), item.prev, u64(item.seen), sha256(item.body));
export const itemMac = (item, key) => hmac(key, macInput(item));
const itemHash = (item) => sha256(frame("yanlu/v1/item-hash", macInput(item), item.mac));

/** The MAC key of office-only items. */
export const officeMacKey = (seed) => hkdf(seed, "yanlu/v1/mac/office-only");

/** The MAC key of the office key, by the case seed of epoch 0. */
export const officeKeyMac = (seed) => hkdf(seed, "yanlu/v1/mac/office-key");

/** Opens an item with these seeds and reads what is inside. */
export function openItem(item, seeds, fromLast = false) {
  const inner = readInner(item.dir, padded(openWithSeeds(item.body, seeds, [stanzasOf(item)], fromLast)));
  demand((inner.type === "office-key") === isOfficeKey(item), "schema", "an office key elsewhere, or something else in its place");
  return inner;
}

/**
 * Reads a thread. What it needs to know stands in `known`: `{directory, case, entity, excluded, act, epochs, seedsFor, macKey}`,
 * `atDesk` for a holder of the case, and `takeOfficeKey` where the reader's grant is of epoch 0;
 * `epochs` is a map from an epoch to `{grant, recipient, to_office, to_reporter, holders, day}`, each null where it is not known.
 */
export class Thread {
  constructor(known, named = []) {
    Object.assign(this, known);
    this.named = named;
    this.lines = [];
    this.accepted = new Set();
    this.last = Object.fromEntries(ORDER.map((dir) => [dir, { seq: 0, hash: zeros(32) }]));
    this.highest = Object.fromEntries(ORDER.map((dir) => [dir, 0]));
    this.verified = [];
    this.opened = [];
    this.announced = [];
    this.newest = new Map();
  }

  read(items) {
    const dirOf = (item) => (ORDER.includes(item?.dir) ? item.dir : null);
    for (const dir of [...ORDER, null]) items.filter((item) => dirOf(item) === dir).forEach((item) => this.readOne(item));
    return this;
  }

  line(item, type, mark) {
    this.lines.push({ direction: item?.dir ?? null, seq: item?.seq ?? null, type, mark });
  }

  readOne(raw) {
    const item = attempt(() => {
      const read = ITEM(raw);
      checkItemEnvelope(read);
      return read;
    });
    if (item === null) return this.line(null, null, "unreadable");
    const hash = itemHash(item);
    if (!this.fits(item)) {
      this.keepPlace(item, hash);
      return this.line(item, null, equal(item.case, this.case) && this.isLost(item.epoch) ? "unreadable" : "forged");
    }
    const mark = this.place(item, hash);
    if (mark === "replayed") return this.line(item, null, mark);
    if (isOfficeKey(item) && this.takeOfficeKey === undefined) return this.line(item, null, mark);
    const inner = attempt(() => openItem(item, this.seedsFor(this, item), this.atDesk === true && item.dir === "to-reporter"));
    if (inner === null) return this.line(item, null, mark ?? "unreadable");
    this.opened.push(inner);
    return this.line(item, inner.type, mark ?? this.author(item, hash, inner));
  }

  /** Step 2: this case, an epoch that is known, a MAC that verifies. */
  fits(item) {
    const key = equal(item.case, this.case) ? this.macKey(this, item) : null;
    return key !== null && equal(itemMac(item, key), item.mac);
  }

  isNext(item) {
    const { seq, hash } = this.last[item.dir];
    return item.seq === seq + 1 && equal(item.prev, hash);
  }

  /** An item with a wrong MAC, or under a former key, keeps its place where a verified event names its hash. */
  keepPlace(item, hash) {
    const named = this.named.includes(toB64(hash)) && equal(item.case, this.case) && this.isNext(item);
    if (named) this.last[item.dir] = { seq: item.seq, hash };
  }

  /** Step 3: the place in the chain; gives a mark, or null and the chain goes on from the item. */
  place(item, hash) {
    const { seq } = this.last[item.dir];
    if (this.accepted.has(toB64(hash))) return "replayed";
    if (item.seq <= seq) return "out-of-order";
    if (item.epoch < this.lowest(item)) {
      this.keepPlace(item, hash);
      return "former-key";
    }
    if (item.seq === seq + 1 && !this.isNext(item)) return "out-of-order";
    if (item.seq > seq + 1) this.line({ dir: item.dir, seq: seq + 1 }, null, "missing");
    this.accepted.add(toB64(hash));
    this.last[item.dir] = { seq: item.seq, hash };
    return null;
  }

  lowest(item) {
    return Math.max(this.highest[item.dir], item.dir === "to-reporter" ? (this.announced.at(-1)?.epoch ?? 0) : 0);
  }

  /** Step 6: the author; gives a mark, or null and takes over what the item says. */
  author(item, hash, inner) {
    const message = frame("yanlu/v1/signed", this.directory.office, inner.type, item.case, u64(item.epoch), item.dir, u64(item.seq), item.prev, u64(item.seen), inner.payload);
    const mark = this.markOf(item, inner, message);
    if (mark !== null) return mark;
    this.highest[item.dir] = Math.max(this.highest[item.dir], item.epoch);
    this.verified.push({ ...item, hash, type: inner.type, content: inner.content });
    if (inner.type === "office-key") this.takeOfficeKey(inner.content.seed);
    return null;
  }

  markOf(item, inner, message) {
    if (inner.type === "epoch") return inner.signer === null ? this.takeEpoch(item, inner.content) : "unreadable";
    if (item.dir !== "to-office") return this.markOfStaff(item, inner, message);
    if (!BY_REPORTER.includes(inner.type)) return inner.signer === null ? null : "unreadable";
    if (inner.signer !== "reporter") return "unsigned";
    return verifies(this.act, message, inner.sig) && this.takeAct(item, inner) ? null : "forged";
  }

  /** Whether a change of the receipt was proved by its new key, which is then in force; other acts change nothing. */
  takeAct(item, { type, content }) {
    if (type !== "receipt-change") return true;
    const message = frame("yanlu/v1/receipt-change", this.directory.office, item.case, u64(item.epoch), content.reporter, content.act, content.mailbox);
    if (!verifies(content.act, message, content.proof)) return false;
    this.act = content.act;
    return true;
  }

  markOfStaff(item, { signer, sig }, message) {
    if (signer === null) return "unsigned";
    const member = this.directory.member(signer);
    if (member === null) return "removed-signer";
    const place = signedWith(member, message, sig);
    const name = `${item.dir} ${signer}`;
    const signed = this.announced.filter((one) => item.epoch >= one.epoch).flatMap((one) => one.signers);
    const least = Math.max(this.newest.get(name) ?? 0, ...signed.filter((one) => one.name === signer).map((one) => one.place));
    if (place < 0 || place < least) return "forged";
    const holders = this.epochs.get(item.epoch)?.holders ?? null;
    if (holders !== null && !holders.includes(signer)) return "removed-signer";
    this.newest.set(name, place);
    return null;
  }

  takeEpoch(item, told) {
    const before = { grant: null, holders: null, day: null, ...this.epochs.get(item.epoch) };
    const { directory, entity, excluded } = this;
    const context = { directory, case: this.case, entity, excluded, place: item.epoch, before, known: this.epochs.get(told.epoch) };
    try {
      const signers = checkRegrant(context, told);
      this.announced.push({ epoch: told.epoch, seq: item.seq, signers });
      this.epochs.set(told.epoch, told);
      return null;
    } catch (error) {
      if (error instanceof Refused) return error.stage;
      throw error;
    }
  }

  /** Whether a verified item of one direction has seen more than was served of the other. */
  /** Of the two directions between office and reporter: what a note has seen raises nothing. */
  withheld() {
    return this.verified.some((item) => item.dir !== "office-only" && item.seen > this.last[OTHER[item.dir]].seq);
  }
}

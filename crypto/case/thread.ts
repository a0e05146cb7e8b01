/** Reads a thread: every item verified, and each failure shown as what it is (SPEC §6, read_thread). */

import { type B64, b64decode, b64encode, frame, u64, utf8 } from "../framing.js";
import { type Direction, type Item, type PayloadOf, isOfficeKey, itemShape, signatureOf } from "./documents.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { CryptoError, type CheckStage, refuse } from "../errors.js";
import { KeyOrder, signedWithSteps } from "../keys/former.js";
import { type MacPair, type RegrantStatement, REGRANT_STAGES, bindingOf, keyOf, regrantFault } from "./regrants.js";
import { type Head, type Opened, START, type Unsealed, checkItemMac, hashBody, headerOf, itemHash, openItem, signedFrame } from "./items.js";
import { hkdf, signatureHolds } from "../primitives.js";
import type { Day, Name } from "../shape.js";
import { Identity } from "../sealing/xwing.js";
import { inTurns } from "../yielding.js";

/** What is wrong with an item. */
export type ItemFault =
  | "forged" | "unsigned" | "replayed" | "out-of-order" | "missing" | "removed-signer" | "unreadable"
  | "former-key" | "excluded" | "successor";
/** What is wrong with a thread as a whole. */
/** `history`: the keys of earlier epochs are not there, and what was written under them can't be read. */
export type Alarm = "withheld" | "history" | "memo-rolled-back";

/** One line of a thread. `mark` null is the only value that says "verified". A `missing` line has no item: a gap begins there. */
export interface ThreadEntry {
  readonly dir: Direction | null;
  readonly seq: number | null;
  readonly epoch: number | null;
  readonly hash: B64 | null;
  readonly content: Unsealed | null;
  readonly signer: Name | null;
  readonly mark: ItemFault | null;
  readonly stage: CheckStage | null;
  /** Signed rightly, by somebody whose entry in the directory is no longer valid. */
  readonly formerMember: boolean;
  /** The next item must follow this one. */
  readonly follows: boolean;
  /** How much of the other side the sender had seen; under the item's MAC, so only an entry without a mark is to be believed. */
  readonly seen: number;
}

/** What a reader holds; grows as epoch items and receipt changes verify. An epoch missing in `holders` is not restricted. */
export interface ThreadKeys {
  readonly case: B64;
  readonly macs: Map<number, MacPair>;
  /** Case keys by epoch; the reporter's one identity stands at 0. */
  readonly identities: ReadonlyMap<number, Identity>;
  readonly officeSeeds: Map<number, Identity>;
  /** The own key of a reader whose grant is of epoch 0, to which the office key is sealed; anyone who has a later grant has that key from its history. */
  readonly holder: Identity | null;
  readonly excluded: readonly Name[];
  readonly holders: Map<number, readonly Name[]>;
  readonly grants: Map<number, B64>;
  /** null for the reporter, who reads no to-office items. */
  act: B64 | null;
  readonly start: Head;
  readonly firstEpoch: number;
  /** Whose outside holders may stand in where the holders are gone. */
  readonly entity: Name;
  /** The earliest day of a re-grant that follows an epoch, by that epoch. */
  readonly days: Map<number, Day>;
  /** Hashes of the items that signed events of members name: each has its place, whatever is wrong with it. */
  readonly named: ReadonlySet<B64>;
  /** Epochs before the grant's whose keys its history document does not give. */
  readonly lost: ReadonlySet<number>;
}

export interface Thread {
  readonly entries: readonly ThreadEntry[];
  readonly last: Readonly<Record<Direction, Head>>;
  readonly seen: Readonly<Record<Direction, number>>;
  readonly alarms: readonly Alarm[];
  readonly epoch: PayloadOf<"epoch"> | null;
  readonly change: PayloadOf<"receipt-change"> | null;
  /** The to-office number of `change`. */
  readonly changeSeq: number;
  /** The office key of epoch 0, for a reader whose grant is of that epoch. Secret. */
  readonly officeKey: Identity | null;
}

interface Verdict {
  readonly mark: ItemFault | null;
  readonly stage: CheckStage | null;
}
const FINE: Verdict = { mark: null, stage: null };
const verdict = (mark: ItemFault, stage: CheckStage): Verdict => ({ mark, stage });

/** The MAC key of office-only items. */
export function officeMacKey(identity: Identity): Uint8Array {
  return hkdf(identity.seed.reveal(), "yanlu/v1/mac/office-only");
}

/** The MAC key of the office key itself, by the case key of epoch 0. */
export function officeKeyMac(seed: Identity): Uint8Array {
  return hkdf(seed.seed.reveal(), "yanlu/v1/mac/office-key");
}

function macKeyOf(keys: ThreadKeys, item: Item): Uint8Array {
  // The reporter's one identity is no case key.
  const seed = isOfficeKey(item) && keys.act !== null ? keys.identities.get(0) : undefined;
  if (seed !== undefined) return officeKeyMac(seed);
  const office = item.dir === "office-only" ? keys.officeSeeds.get(item.epoch) : undefined;
  if (office !== undefined) return officeMacKey(office);
  const pair = keys.macs.get(item.epoch);
  if (pair === undefined || item.dir === "office-only") return refuse("mac", "an epoch whose keys are not known");
  return b64decode(item.dir === "to-office" ? pair.to_office : pair.to_reporter);
}

function openersOf(keys: ThreadKeys, item: Item): readonly Identity[] {
  if (isOfficeKey(item)) return [keys.holder ?? []].flat();
  if (item.dir === "office-only") return [keys.officeSeeds.get(item.epoch) ?? []].flat();
  if (keys.act === null) return [...keys.identities.values()];
  // An epoch item is sealed to the case key that it announces, which a removed holder lacks.
  const epochs = item.dir === "to-reporter" ? [item.epoch, item.epoch + 1] : [item.epoch];
  return epochs.flatMap((epoch) => keys.identities.get(epoch) ?? []);
}

/** What the new act key signs in a change of receipt. */
export function changeFrame(office: B64, caseId: B64, epoch: number, change: { reporter: string; act: B64; mailbox: B64 }): Uint8Array<ArrayBuffer> {
  return frame("yanlu/v1/receipt-change", b64decode(office), b64decode(caseId), u64(epoch), utf8(change.reporter), b64decode(change.act), b64decode(change.mailbox));
}

/** Reads an item and looks at its envelope from outside; needs no key. */
export function readItem(value: unknown): Item {
  const item = itemShape(value);
  headerOf(item);
  return item;
}

/**
 * Items of a case whose envelopes a member opens together: a few, for each is in memory twice meanwhile. An office key ends them, and
 * the reporter opens one after the other: there an item can bring the key of the next.
 */
const OPENED_TOGETHER = 16;
const bringsKey = (item: Item | CryptoError | undefined): boolean => item !== undefined && !(item instanceof CryptoError) && isOfficeKey(item);

class Reading {
  readonly entries: ThreadEntry[] = [];
  readonly last: Record<Direction, Head>;
  readonly seen: Record<Direction, number> = { "to-office": 0, "to-reporter": 0, "office-only": 0 };
  epoch: PayloadOf<"epoch"> | null = null;
  change: PayloadOf<"receipt-change"> | null = null;
  changeSeq = 0;
  officeKey: Identity | null = null;
  /** The lowest epoch that an item may still use; not by what the reporter has seen of notices: one garbled for them alone is passed over. */
  private readonly lowest: Record<Direction, number>;
  private readonly hashes = new Set<B64>();
  private readonly order = new KeyOrder();

  constructor(private readonly directory: VerifiedDirectory, private readonly keys: ThreadKeys) {
    this.last = { "to-office": START, "to-reporter": keys.start, "office-only": START };
    this.lowest = { "to-office": 0, "to-reporter": keys.firstEpoch, "office-only": 0 };
  }

  /** Reads these items one after the other; of several those whose MAC verifies now are opened together, for nothing in an envelope depends on another. */
  async readSome(items: readonly (Item | CryptoError)[]): Promise<void> {
    await Promise.all(items.map((item) => (item instanceof CryptoError ? undefined : hashBody(item))));
    const ahead = items.map((item) => (items.length === 1 || item instanceof CryptoError || attempt(() => this.checkMac(item)) instanceof CryptoError ? null : this.unseal(item)));
    // What one of them throws is met in its turn.
    for (const one of ahead) one?.catch(() => undefined);
    for (const [n, item] of items.entries()) await this.readOne(item, ahead[n] ?? null);
  }

  private async readOne(item: Item | CryptoError, ahead: Promise<Opened | CheckStage | null> | null): Promise<void> {
    // 1. Shape.
    if (item instanceof CryptoError) {
      this.entries.push({ ...NOBODY, dir: null, seq: null, epoch: null, hash: null, mark: "unreadable", stage: item.stage });
      return;
    }
    // 2. The epoch is known, the MAC verifies, the case is this one. A key that an item before brought may verify it only now.
    const forged = ahead === null ? attempt(() => this.checkMac(item)) : null;
    if (forged instanceof CryptoError) {
      // Where the key is lost nobody can say that it is forged.
      this.note(item, null, forged.stage === "epoch" ? verdict("unreadable", "epoch") : verdict("forged", forged.stage));
      return this.occupy(item);
    }
    // 3. Sequence and chain.
    const hash = itemHash(item);
    if (this.hashes.has(hash)) return this.note(item, null, verdict("replayed", "sequence"));
    const misplaced = this.misplaced(item);
    // 4. It opens; 5. inner shape; 6. signature.
    const { opened, found } = await this.open(item, await (ahead ?? this.unseal(item)), misplaced);
    if (misplaced !== null) {
      this.note(item, opened, misplaced);
      return misplaced.mark === "former-key" ? this.occupy(item) : undefined;
    }
    const last = this.last[item.dir];
    if (item.seq > last.seq + 1) this.entries.push({ ...NOBODY, dir: item.dir, seq: last.seq + 1, epoch: null, hash: null, mark: "missing", stage: "sequence" });
    this.note(item, opened, found, true);
    this.hashes.add(hash);
    this.last[item.dir] = { seq: item.seq, hash };
    if (found.mark === null && opened !== null) this.follow(item, opened.content);
  }

  /**
   * What a member put on the record has its place, though its MAC is wrong: no server can check that. The next item of the office
   * follows it; else one wrong MAC would stop the conversation for good. So has what bears a former key, as a notice that is told again.
   */
  private occupy(item: Item): void {
    const [last, hash] = [this.last[item.dir], itemHash(item)];
    const ours = item.case === this.keys.case && item.dir !== "to-office" && this.keys.named.has(hash);
    if (ours && item.seq === last.seq + 1 && item.prev === last.hash) this.last[item.dir] = { seq: item.seq, hash };
  }

  private checkMac(item: Item): void {
    if (item.case !== this.keys.case) refuse("mac", "an item of another case");
    if (this.keys.lost.has(item.epoch)) refuse("epoch", "an epoch whose keys are not there");
    checkItemMac(item, macKeyOf(this.keys, item));
  }

  private misplaced(item: Item): Verdict | null {
    const last = this.last[item.dir];
    if (item.seq <= last.seq) return verdict("out-of-order", "sequence");
    if (item.epoch < this.lowest[item.dir]) return verdict("former-key", "epoch");
    return item.seq === last.seq + 1 && item.prev !== last.hash ? verdict("out-of-order", "chain") : null;
  }

  private note(item: Item, opened: Opened | null, { mark, stage }: Verdict, follows = false): void {
    const signer = opened?.signer ?? null;
    const formerMember = signer !== null && item.dir !== "to-office" && this.directory.validMember(signer) === null;
    const { dir, seq, epoch, seen } = item;
    this.entries.push({ dir, seq, epoch, seen, hash: itemHash(item), content: opened?.content ?? null, signer, mark, stage, formerMember, follows });
  }

  /** What is in the envelope, or the stage at which it is refused; null for an office key, which says nothing to anyone who has it from the history. */
  private async unseal(item: Item): Promise<Opened | CheckStage | null> {
    if (isOfficeKey(item) && this.keys.holder === null) return null;
    let stage: CheckStage = "no-match";
    // Behind the reporter's stanza stands the case's.
    const fromLast = item.dir === "to-reporter" && this.keys.act !== null;
    for (const identity of openersOf(this.keys, item)) {
      const opened = await attemptAsync(() => openItem(item, identity, fromLast));
      if (!(opened instanceof CryptoError)) return opened;
      stage = opened.stage;
      // Opened and unreadable inside: another key would only say that it is not addressed to it.
      if (stage !== "no-match") break;
    }
    return stage;
  }

  /** An item that is out of its place is opened to be shown; who wrote it is not asked, and nothing follows from it. */
  private async open(item: Item, unsealed: Opened | CheckStage | null, misplaced: Verdict | null): Promise<{ opened: Opened | null; found: Verdict }> {
    if (unsealed === null) return { opened: null, found: misplaced ?? FINE };
    if (typeof unsealed === "string") return { opened: null, found: verdict("unreadable", unsealed) };
    return { opened: unsealed, found: misplaced ?? (await this.checkAuthor(item, unsealed)) };
  }

  private async checkAuthor(item: Item, opened: Opened): Promise<Verdict> {
    switch (signatureOf(opened.content.type)) {
      case "staff":
        return this.checkMember(item, opened);
      case "reporter":
        return this.checkReporter(item, opened);
      case "none":
        return opened.signer === null ? FINE : verdict("unreadable", "schema");
    }
  }

  private async checkMember(item: Item, opened: Opened): Promise<Verdict> {
    if (opened.content.type === "epoch") return this.checkEpoch(item, opened, opened.content.payload as PayloadOf<"epoch">);
    if (opened.signer === null || opened.sig === null) return verdict("unsigned", "signature");
    const member = this.directory.member(opened.signer);
    if (member === null) return verdict("removed-signer", "signature");
    const message = signedFrame(this.directory.office, opened.content.type, item, opened.payload);
    const key = await inTurns(signedWithSteps(member, message, opened.sig));
    if (key === null || !this.order.fits(opened.signer, item.dir, item.epoch, key)) return verdict("forged", "signature");
    const holders = this.keys.holders.get(item.epoch);
    if (holders !== undefined && !holders.includes(opened.signer)) return verdict("removed-signer", "signature");
    this.order.follow(opened.signer, item.dir, key);
    return FINE;
  }

  private checkReporter(item: Item, opened: Opened): Verdict {
    if (opened.signer !== "reporter" || opened.sig === null) return verdict("unsigned", "signature");
    const act = this.keys.act === null ? new Uint8Array(0) : b64decode(this.keys.act);
    if (!signatureHolds(act, signedFrame(this.directory.office, opened.content.type, item, opened.payload), opened.sig)) return verdict("forged", "signature");
    if (opened.content.type !== "receipt-change") return FINE;
    const change = opened.content.payload as PayloadOf<"receipt-change">;
    const proven = signatureHolds(b64decode(change.act), changeFrame(this.directory.office, item.case, item.epoch, change), b64decode(change.proof));
    return proven ? FINE : verdict("forged", "signature");
  }

  /** The order of SPEC §5: what the reporter and every desk ask of a change of keys. */
  private checkEpoch(item: Item, opened: Opened, notice: PayloadOf<"epoch">): Verdict {
    if (opened.signer !== null) return verdict("unreadable", "schema");
    const { excluded, grants, holders, days, entity } = this.keys;
    const before = notice.epoch - 1;
    // 1. It stands before its epoch, after the grant that is known.
    if (notice.epoch !== item.epoch + 1 || (grants.get(before) ?? notice.previous) !== notice.previous) return verdict("successor", "successor");
    // 2 to 5. Day, signatures, holders.
    const { epoch, previous, grant, day, sequence, signatures } = notice;
    const move: RegrantStatement = { office: this.directory.office, case: this.keys.case, epoch, previous, grant };
    const proof = { day, sequence, binding: bindingOf(notice.recipient, notice, notice.holders), signatures };
    const former = { holders: holders.get(before) ?? null, excluded, entity, notBefore: days.get(before) ?? null };
    const wrong = regrantFault(this.directory, move, notice.holders, proof, former);
    if (wrong !== null) return verdict(wrong, REGRANT_STAGES[wrong]);
    // 6. It says what is known of that epoch already: by the grant, or by what was taken over before.
    if (!this.agrees(notice)) return verdict("successor", "successor");
    for (const entry of signatures) this.order.announce(entry.member, keyOf(this.directory, entry, move, proof) ?? 0, epoch);
    return FINE;
  }

  private agrees({ epoch, ...notice }: PayloadOf<"epoch">): boolean {
    const { grants, macs, holders, identities, days, act } = this.keys;
    const pair = macs.get(epoch) ?? notice;
    const known = holders.get(epoch) ?? notice.holders;
    // The reporter's one identity is no case key.
    const recipient = act === null ? notice.recipient : (identities.get(epoch)?.recipient ?? notice.recipient);
    return (
      (grants.get(epoch) ?? notice.grant) === notice.grant && pair.to_office === notice.to_office && pair.to_reporter === notice.to_reporter &&
      [...known].sort().join(" ") === [...notice.holders].sort().join(" ") && recipient === notice.recipient && (days.get(epoch) ?? notice.day) === notice.day
    );
  }

  /** What a verified item changes for those after it. */
  private follow(item: Item, content: Unsealed): void {
    this.seen[item.dir] = Math.max(this.seen[item.dir], item.seen);
    this.lowest[item.dir] = Math.max(this.lowest[item.dir], item.epoch);
    if (content.type === "epoch") this.followEpoch(content.payload as PayloadOf<"epoch">);
    if (content.type === "office-key") this.followKey(content.payload as PayloadOf<"office-key">);
    if (content.type !== "receipt-change") return;
    this.change = content.payload as PayloadOf<"receipt-change">;
    this.changeSeq = item.seq;
    this.keys.act = this.change.act;
  }

  private followKey({ seed }: PayloadOf<"office-key">): void {
    this.officeKey = Identity.read(seed);
    this.keys.officeSeeds.set(0, this.officeKey);
  }

  private followEpoch(notice: PayloadOf<"epoch">): void {
    const { macs, holders, grants, days } = this.keys;
    const { to_office, to_reporter } = notice;
    if (!macs.has(notice.epoch)) macs.set(notice.epoch, { to_office, to_reporter });
    if (!holders.has(notice.epoch)) holders.set(notice.epoch, notice.holders);
    grants.set(notice.epoch, notice.grant);
    days.set(notice.epoch, notice.day);
    this.lowest["to-reporter"] = notice.epoch;
    this.epoch = notice;
  }

  /** An answer to something that was never delivered shows that it was withheld. */
  alarms(): Alarm[] {
    const { seen, last } = this;
    const withheld = seen["to-office"] > last["to-reporter"].seq || seen["to-reporter"] > last["to-office"].seq;
    const lost: Alarm[] = this.keys.lost.size > 0 ? ["history"] : [];
    return this.keys.act !== null && withheld ? ["withheld", ...lost] : lost;
  }
}

const NOBODY = { content: null, signer: null, formerMember: false, follows: false, seen: 0 } as const;

function attempt<T>(work: () => T): T | CryptoError {
  try {
    return work();
  } catch (error) {
    if (error instanceof CryptoError) return error;
    throw error;
  }
}

async function attemptAsync<T>(work: () => Promise<T>): Promise<T | CryptoError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CryptoError) return error;
    throw error;
  }
}

const ORDER: readonly unknown[] = ["to-reporter", "to-office", "office-only"];

/** To-reporter items are read first: they announce the epochs that the others use. */
function rank(value: unknown): number {
  const dir = typeof value === "object" && value !== null && "dir" in value ? value.dir : null;
  const at = ORDER.indexOf(dir);
  return at < 0 ? ORDER.length : at;
}

/** Reads items, each direction in the order served; never throws for an item. Entries come out by direction. */
export async function readThread(directory: VerifiedDirectory, keys: ThreadKeys, items: readonly unknown[]): Promise<Thread> {
  const reading = new Reading(directory, keys);
  const sorted = [...items].sort((a, b) => rank(a) - rank(b)).map((value) => attempt(() => readItem(value)));
  for (let at = 0, to = 1; at < sorted.length; at = to, to += 1) {
    while (keys.act !== null && to < sorted.length && to - at < OPENED_TOGETHER && !bringsKey(sorted[to - 1])) to += 1;
    await reading.readSome(sorted.slice(at, to));
  }
  const { entries, last, seen, epoch, change, changeSeq, officeKey } = reading;
  return { entries, last, seen, alarms: reading.alarms(), epoch, change, changeSeq, officeKey };
}

/** MAC keys as a pair of b64. */
export function macPair(toOffice: Uint8Array, toReporter: Uint8Array): MacPair {
  return { to_office: b64encode(toOffice), to_reporter: b64encode(toReporter) };
}

/** The reporter's side of a case: what the memo remembers and the thread adds to it (SPEC §6). */

import { type B64, b64decode } from "../framing.js";
import { Opener } from "../sealing/attachments.js";
import type { MemoBody } from "../case/documents.js";
import { VerifiedDirectory } from "../office/directory.js";
import { CryptoError, refuse } from "../errors.js";
import { START } from "../case/items.js";
import { type MacPair, firstDay } from "../case/regrants.js";
import { type Draft, type Memo, openDraft, openMemo } from "../case/memo.js";
import type { ReporterKeys } from "../keys/receipt.js";
import { SealTo } from "../sealing/sealto.js";
import type { Day, Name } from "../shape.js";
import type { Listing } from "./pollslots.js";
import { type Alarm, type ThreadEntry, type Thread, type ThreadKeys, macPair, readThread } from "../case/thread.js";
import type { Recipient } from "../sealing/xwing.js";

/** Memo and draft opened, items as they came. Without memo and draft there is nothing under this receipt, or it is withheld. */
export interface OpenedMailbox {
  readonly memo: Memo | null;
  readonly draft: Draft | null;
  readonly items: readonly unknown[];
  /** A memo or draft that is there but not the reporter's. */
  readonly damaged: readonly ("memo" | "draft")[];
}

async function orDamaged<T>(document: unknown, open: (document: unknown) => Promise<T>): Promise<{ found: T | null; damaged: boolean }> {
  if (document === null) return { found: null, damaged: false };
  try {
    return { found: await open(document), damaged: false };
  } catch (error) {
    if (error instanceof CryptoError) return { found: null, damaged: true };
    throw error;
  }
}

/** Opens what a listing holds for these keys. */
export async function openMailbox(keys: ReporterKeys, listing: Listing): Promise<OpenedMailbox> {
  const memo = await orDamaged(listing.memo, (document) => openMemo(keys, document));
  const draft = await orDamaged(listing.draft, (document) => openDraft(keys, document));
  const damaged = [...(memo.damaged ? (["memo"] as const) : []), ...(draft.damaged ? (["draft"] as const) : [])];
  return { memo: memo.found, draft: draft.found, items: listing.items, damaged };
}

/** MAC keys of epoch 0 as they follow from the receipt. */
function firstMacs(keys: ReporterKeys): MacPair {
  return macPair(keys.macs.toOffice.reveal(), keys.macs.toReporter.reveal());
}

/** The MAC keys that a memo's epoch uses. */
function macsOf(keys: ReporterKeys, body: MemoBody): MacPair {
  return body.macs ?? firstMacs(keys);
}

function threadKeys(keys: ReporterKeys, body: MemoBody): ThreadKeys {
  const { start } = body;
  const macs = new Map<number, MacPair>();
  if (start === null) macs.set(0, firstMacs(keys));
  else macs.set(start.epoch, { to_office: start.to_office, to_reporter: start.to_reporter });
  macs.set(body.epoch, macsOf(keys, body));
  return {
    case: body.case, macs, identities: new Map([[0, keys.identity]]), lost: new Set<number>(), officeSeeds: new Map(), holder: null, excluded: body.excluded,
    holders: new Map([[body.epoch, body.holders]]), grants: new Map([[body.epoch, body.grant]]), act: null,
    start: start === null ? START : { seq: start.seq, hash: start.hash }, firstEpoch: start?.epoch ?? 0,
    entity: body.entity,
    // What a device took for the day when the report was sent; later days stand in the epoch items.
    days: new Map([[start?.epoch ?? 0, firstDay(0, body.started)]]), named: new Set(),
  };
}

/** Alarms of the reporter: what staff have seen and the memo has not; what the memo has seen and is not delivered. */
function alarmsOf(thread: Thread, body: MemoBody): Alarm[] {
  const rolledBack = thread.seen["to-reporter"] > body.to_office.seq;
  const { seq, hash } = body.to_reporter;
  const begins = seq === 0 || (body.start?.seq === seq && body.start.hash === hash);
  const delivered = thread.entries.some((entry) => entry.follows && entry.seq === seq && entry.hash === hash);
  return [...(begins || delivered ? [] : (["withheld"] as const)), ...(rolledBack ? (["memo-rolled-back"] as const) : [])];
}

/** The memo brought forward to what the thread has verified. */
function forwarded(body: MemoBody, thread: Thread): MemoBody {
  const notice = thread.epoch !== null && thread.epoch.epoch > body.epoch ? thread.epoch : null;
  const last = thread.last["to-reporter"];
  const to_reporter = last.seq >= body.to_reporter.seq ? last : body.to_reporter;
  if (notice === null) return { ...body, to_reporter: { ...to_reporter } };
  const { epoch, recipient, holders, grant, to_office, to_reporter: key } = notice;
  return { ...body, epoch, recipient, holders, grant, macs: { to_office, to_reporter: key }, to_reporter: { ...to_reporter } };
}

/** A mailbox that can be written to. Memo and keys stay inside; every sealing verb gives the next one. */
export class Mailbox {
  readonly #keys: ReporterKeys;
  readonly #memo: Memo;
  readonly entries: readonly ThreadEntry[];
  readonly alarms: readonly Alarm[];

  /** Epoch and holders as the memo knew them, where verified changes of keys came since; else null. */
  readonly before: { readonly epoch: number; readonly holders: readonly Name[] } | null;

  constructor(keys: ReporterKeys, memo: Memo, entries: readonly ThreadEntry[], alarms: readonly Alarm[], before: Mailbox["before"] = null) {
    this.#keys = keys;
    this.#memo = memo;
    this.entries = entries;
    this.alarms = alarms;
    this.before = before;
  }

  get case(): B64 {
    return this.#memo.body.case;
  }

  get epoch(): number {
    return this.#memo.body.epoch;
  }

  get entity(): Name {
    return this.#memo.body.entity;
  }

  get policy(): Name {
    return this.#memo.body.policy;
  }

  /** Who can open the case now. */
  get holders(): readonly Name[] {
    return this.#memo.body.holders;
  }

  get excluded(): readonly Name[] {
    return this.#memo.body.excluded;
  }

  get started(): Day {
    return this.#memo.body.started;
  }

  get checkins(): readonly Day[] {
    return this.#memo.body.checkins;
  }

  /** The directory that the memo saw last; for verifyDirectory. */
  get seen(): { readonly hash: B64; readonly sequence: number } {
    return this.#memo.body.directory;
  }

  /** Posts of this reporter so far; 1 is the report itself. */
  get sent(): number {
    return this.#memo.body.to_office.seq;
  }

  /** The handle of the reporter's identity that lies sealed with the custodians; null while there is none. */
  get identityHandle(): B64 | null {
    return this.#memo.body.handles.identity;
  }

  /** What the memo knows of names: the own sealed one, those of others in their order, and whether the own was given. */
  get handles(): MemoBody["handles"] {
    return this.#memo.body.handles;
  }

  /** Where attachments of a message are sealed to. */
  toOffice(): SealTo {
    return SealTo.own([this.#memo.body.recipient as Recipient]);
  }

  /** Opens attachments of to-reporter items. */
  opener(): Opener {
    return new Opener(this.#keys.identity, 2);
  }

  /** For the sealing verbs of this package. */
  get memo(): Memo {
    return this.#memo;
  }

  /** The key that authenticates what goes to the office. */
  toOfficeKey(): Uint8Array {
    return b64decode(macsOf(this.#keys, this.#memo.body).to_office);
  }

  /** MAC keys of the current epoch. */
  macs(): MacPair {
    return macsOf(this.#keys, this.#memo.body);
  }

  /** This mailbox after something was sealed. */
  withMemo(body: MemoBody, keys: ReporterKeys = this.#keys): Mailbox {
    const seq = keys === this.#keys ? this.#memo.seq + 1 : 1;
    return new Mailbox(keys, { seq, body }, this.entries, this.alarms);
  }
}

function isToReporter(item: unknown): boolean {
  return typeof item === "object" && item !== null && "dir" in item && item.dir === "to-reporter";
}

/** Reads the thread of an opened mailbox; refused at `older`, and at `schema` when there is no memo. */
export async function readMailbox(directory: VerifiedDirectory, keys: ReporterKeys, opened: OpenedMailbox): Promise<Mailbox> {
  VerifiedDirectory.check(directory);
  const memo = opened.memo ?? refuse("schema", "no memo in this mailbox");
  const known = memo.body.directory;
  const older = directory.sequence < known.sequence || (directory.sequence === known.sequence && directory.hash !== known.hash);
  if (older) refuse("older", "the directory is older than the one that this mailbox knows");
  const thread = await readThread(directory, threadKeys(keys, memo.body), opened.items.filter(isToReporter));
  const body = { ...forwarded(memo.body, thread), directory: { ...directory.seen } };
  const alarms = [...new Set([...thread.alarms, ...alarmsOf(thread, memo.body)])];
  const before = body.epoch > memo.body.epoch ? { epoch: memo.body.epoch, holders: memo.body.holders } : null;
  return new Mailbox(keys, { seq: memo.seq, body }, thread.entries, alarms, before);
}

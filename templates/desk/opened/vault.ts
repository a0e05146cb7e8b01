/** Everything that is opened lives here, in memory: the member's keys, the grants and the cases read with them. */

import {
  type Claim, CryptoError, type Grant, type ReadEvent, type Secret, type StaffKeys, type VerifiedDirectory, b64decode, checkChain, checkProof, claimBlock, claimsOf, markNonReaders, namedItems,
  openAttachmentAsBlob, openKeyringEntry, type Removal, readCase, readRemoval, systemRng, recordedProof, verifyManyEvents,
} from "../../../crypto/staff.js";
import { openPacket } from "../../../crypto/case/grant.js";
import { readLargePacket } from "../../../crypto/case/grantbody.js";
import { type CaseFile, type CaseRow, DeskRefusal, type RemovalRow, batch, cases } from "../api.js";
import type { Disk } from "../cache/disk.js";
import { SealedRecord } from "../cache/sealedrecord.js";
import { device } from "../device.js";
import { forgetTabSeed } from "../tabseed.js";
import { type Attachment, type Entry, type Happening, type OpenedCase, type Proposed } from "./model.js";
import { verifiedOffice } from "../trusted/office.js";
import { type Held, heldOf, unsealedPart } from "./heldcase.js";
import { Openings } from "./openings.js";
import { Pins } from "./pins.js";
import { reviewProposal } from "./regranting.js";
import { isRoutine } from "./routine.js";
import type { Rulebook } from "../trusted/rulebook.js";
import { mapWithConcurrency } from "../queue/concurrency.js";
import { ruledCase } from "./casestate.js";
import { turns } from "../ui.js";

type Packeted = Awaited<ReturnType<typeof batch.entries>>[number];

const CLAIM_BLOCK = 8;
const IDS_AT_ONCE = 64;
const MOST_TRIES = 10;
/** Packets that are tried at once: enough to keep each worker busy. */
const TRIED_AT_ONCE = 8;

/** A case as just read; `fresh` where its grant is to be pinned. */
interface Read extends Held {
  readonly fresh: boolean;
}

/** The place and hash of an event in a case's record. */
export type Seen = Pick<Happening, "n" | "hash">;

/** A case that a member reads no longer; entity and day are the server's word. */
export interface Gone {
  readonly entity: string;
  readonly day: string;
  readonly removal: Removal;
}

/** The member's keys and what they have opened. */
export class Vault {
  readonly #held = new Map<string, Held>();
  /** The case that is open here, by the hash of its grant. */
  readonly #grants = new Map<string, string>();
  /** The newest event of each case that was seen here, or on this device before: a record only grows. */
  readonly seen = new Map<string, Seen>();
  /** How many events of its record were shown of a case that was remembered. */
  readonly #shown = new Map<string, number>();
  #tried = new Set<string>();
  readonly #refused = new Map<string, number>();
  /** Whether a packet opened whose case is not there yet: the batch must be tried again though nothing in it changes. */
  behind = false;

  /** Whether something is left for the next look, though nothing is new. */
  get leftOver(): boolean {
    return this.behind || this.pins.areLeft || this.openings.areLeft;
  }

  /** Whether the keys are gone: what was still being opened is not put anywhere. */
  closed = false;

  /** What opens beside the page and so holds keys. */
  workers: { readonly end: () => void; readonly forget: () => void } | null = null;

  readonly pins: Pins;
  readonly openings = new Openings();

  constructor(readonly staff: StaffKeys, private readonly seed: Secret, public directory: VerifiedDirectory, readonly book: Rulebook) {
    this.pins = new Pins(staff);
  }

  /** Fetches and verifies a case that is shown by what was remembered of it: nothing is written by memory alone. */
  async ensure(id: string): Promise<void> {
    if (!this.#held.has(id)) await this.open({ case: id });
  }

  /** The same before a step: what was added since the case was shown must be read first. Throws `head-moved`. */
  async ensureAsShown(id: string): Promise<void> {
    if (this.#held.has(id)) return;
    const shown = this.#shown.get(id) ?? 0;
    const { events } = await this.open({ case: id });
    if (events.slice(shown).some((event) => !isRoutine(event))) throw new DeskRefusal(409, "head-moved", "");
  }

  /** A case is shown by what was remembered of it under this grant: so many events of its record. */
  recall(id: string, grant: string, shown: number): void {
    this.#grants.set(grant, id);
    this.#shown.set(id, shown);
  }

  held(id: string): Held {
    const found = this.#held.get(id);
    if (found === undefined) throw new CryptoError("no-match", "a case that is not open");
    return found;
  }

  /** Verifies the office again and takes up the calendars that it names: the keepers may have signed others since. */
  async renewOffice(now: Date): Promise<void> {
    const code = device.officeCode();
    if (code === null) throw new CryptoError("foreign", "no office code");
    this.directory = await verifiedOffice(code, now);
    const { directory } = this;
    await this.book.renew(directory.content.calendars, (id) => directory.validMember(id) !== null);
  }

  /** The member's record on this disk. */
  recordOn(disk: Disk): SealedRecord {
    return new SealedRecord(this.seed, { office: this.directory.office, member: this.staff.member }, disk);
  }

  /** Overwrites the seed and ends the workers that hold keys; the page must be left right after. */
  wipe(): void {
    this.closed = true;
    forgetTabSeed();
    this.workers?.end();
    this.seed.reveal().fill(0);
    this.#held.clear();
    this.#grants.clear();
    this.pins.clear();
  }

  /**
   * Tries every packet of the batch, claims what opens, in full blocks; gives how many were accepted.
   * Unless it is `again`, what was tried on this page is not tried again; a packet by which a case of the list is open here never is.
   */
  async collect(listed: ReadonlySet<string>, progress: (done: number, total: number) => void, remember: boolean, again = true): Promise<number> {
    const tried = !again ? this.#tried : remember ? device.tried() : new Set<string>();
    this.#tried = tried;
    const days = await batch.days();
    const wanted = days.flatMap(({ day, ids }) => piecesOf(ids.filter((id) => !tried.has(id))).map((piece) => ({ day, ids: piece })));
    const total = wanted.reduce((sum, { ids }) => sum + ids.length, 0);
    const found = new Map<string, Grant>();
    const opened: string[] = [];
    const turn = turns();
    let done = 0;
    const inTurn = async function* (entries: readonly Packeted[]): AsyncGenerator<Packeted> {
      for (const entry of entries) {
        if (tried.has(entry.id)) continue;
        done += 1;
        await turn(() => progress(done, Math.max(total, done)));
        yield entry;
      }
    };
    const pieces = [batch.regrants, ...wanted.map(({ day, ids }) => () => batch.entries(day, ids))];
    for (const fetchPiece of pieces) {
      await mapWithConcurrency(inTurn(await fetchPiece()), TRIED_AT_ONCE, async (entry) => {
        const grant = await this.tryPacket(entry.packet, listed);
        tried.add(entry.id);
        if (grant !== null) opened.push(entry.id);
        // All of a case: anybody can seal one that claims to be newer, and only the case's file tells who decided it.
        if (grant !== null) found.set(grant.hash, grant);
      });
    }
    const accepted = await claimAll([...found.values()]);
    // A case whose claim was lost, or which the worker has not opened yet, must be tried again.
    this.behind = this.again([...found.values()].filter((grant) => !accepted.has(grant.case)));
    if (this.behind) for (const id of opened) tried.delete(id);
    if (remember) device.keepTried(tried);
    return accepted.size;
  }

  /** Whether any of these is to be tried again: an older grant of a case that is no longer this member's stays in the batch for weeks. */
  private again(refused: readonly Grant[]): boolean {
    for (const { hash } of refused) this.#refused.set(hash, (this.#refused.get(hash) ?? 0) + 1);
    return refused.some(({ hash }) => (this.#refused.get(hash) ?? 0) < MOST_TRIES);
  }

  /** The grant of a packet; null where it is not this member's, or a case of the list is open here by it: with a thousand cases that is most of the batch. */
  private async tryPacket(packet: string, listed: ReadonlySet<string> = new Set()): Promise<Grant | null> {
    try {
      const parts = await readLargePacket(b64decode(packet));
      const open = this.#grants.get(parts.hash);
      return open !== undefined && listed.has(open) ? null : await openPacket(this.staff, parts, this.directory);
    } catch (error) {
      // A packet that nobody could have made rightly is a dummy of the server's or an attack; both are passed over.
      if (error instanceof CryptoError) return null;
      throw error;
    }
  }

  /**
   * Fetches a case again, checks it against the pin, reads every item; throws a CryptoError when it must not be used. Of a file that
   * was just fetched with others the pin is left, to be kept with theirs.
   */
  async open(row: Pick<CaseRow, "case">, file?: CaseFile): Promise<OpenedCase> {
    const first = file === undefined ? await this.pinned(row.case) : await this.readFetched(file);
    // Answers may overtake each other: only a record that is still short when it is asked for again was shortened.
    const { fresh, ...held } = first.opened.shortened ? await this.pinned(row.case) : first;
    if (this.closed) return held.opened;
    if (fresh) this.pins.leave(held.view.grant);
    this.hold(held);
    return held.opened;
  }

  /** Opens a case and gives its file whole, with what is sealed, which is not kept of it. */
  async openWhole(id: string): Promise<CaseFile> {
    const file = await cases.one(id);
    await this.open({ case: id }, file);
    return file;
  }

  /** A re-grant may have overtaken a file on its way: what is wrong with it is judged by the case as it stands now. */
  private readFetched(file: CaseFile): Promise<Read> {
    return this.read(file).catch((error: unknown) => (error instanceof CryptoError ? this.pinned(file.case) : Promise.reject(error)));
  }

  private async pinned(id: string): Promise<Read> {
    const read = await this.read(await cases.one(id));
    if (read.fresh) await this.pin(read.view.grant);
    return { ...read, fresh: false };
  }

  private async read(file: CaseFile): Promise<Read> {
    const id = file.case;
    const verified = await verifyManyEvents(this.directory, id, file.events);
    const { grant: alone, newest, fresh } = await this.grantOf(file, verified);
    const grant = alone.withHistory(file.history === null ? null : b64decode(file.history));
    const view = await readCase(this.directory, grant, file.items, namedItems(verified));
    // A grant further on names the holders before it by itself: only what they signed leads from the pin to it.
    if (newest !== null) checkChain(this.directory, newest, view);
    const events = markNonReaders(this.directory, view, verified);
    const claims = claimsOf(view, events);
    const proposal = await reviewProposal(this.staff, this.directory, file, grant, grant.holders);
    const ruled = await ruledCase(this.book, file, grant.entity, grant.policy, events);
    const held = heldOf(file, view, events, { proposal, ruled, claims, shortened: this.isShortened(id, events) });
    // Only a grant that neither the report nor what colleagues were shown contradicts becomes the pin.
    return { ...held, fresh: fresh && claims.differing.length === 0 };
  }

  private isShortened(id: string, events: readonly ReadEvent[]): boolean {
    const seen = this.seen.get(id);
    return seen !== undefined && events[seen.n]?.hash !== seen.hash;
  }

  private hold(held: Held): void {
    this.#held.set(held.file.case, { ...held, file: unsealedPart(held.file) });
    const last = held.opened.events.at(-1);
    if (last !== undefined && held.opened.chainHolds) this.seen.set(held.file.case, { n: last.n, hash: last.hash });
    // Where colleagues were shown another report or key, the packets of the case are looked at each time.
    if (held.opened.claims.differing.length === 0) this.#grants.set(held.view.grant.hash, held.file.case);
  }

  /**
   * What this member, an outside holder, is asked to sign, each reviewed with the case that it belongs to. A case that they hold
   * is not among them: there the proposer's word on who held it before would count for more than their own grant.
   */
  async asked(): Promise<{ file: CaseFile; proposal: Proposed }[]> {
    const found: { file: CaseFile; proposal: Proposed }[] = [];
    for (const id of await cases.asked()) {
      const file = await cases.one(id);
      if (this.#held.has(id) || [...this.#grants.values()].includes(id) || (await this.tryPacket(file.packet)) !== null) continue;
      const proposal = await reviewProposal(this.staff, this.directory, file, null, []);
      if (proposal !== null) found.push({ file, proposal });
    }
    return found;
  }

  /** Cases that somebody reads no longer, each proven; what proves nothing is passed over, for it says nothing. What was opened here before is no case that is read now. */
  async gone(read: ReadonlySet<string>): Promise<{ gone: Gone[]; more: boolean }> {
    const { removals, more } = await cases.removals();
    const rows = removals.filter((row) => !read.has(row.case) || row.member !== this.staff.member);
    return { gone: rows.flatMap((row) => this.proven(row)), more };
  }

  private proven({ entity, day, ...row }: RemovalRow): Gone[] {
    try {
      return [{ entity, day, removal: readRemoval(this.directory, row) }];
    } catch (error) {
      if (error instanceof CryptoError) return [];
      throw error;
    }
  }

  private async grantOf(file: CaseFile, events: readonly ReadEvent[]): Promise<{ grant: Grant; newest: Grant | null; fresh: boolean }> {
    // The pin of another case would let an older grant of this one pass.
    const pinned = file.keyring === null ? null : this.ofCase(file, await openKeyringEntry(this.staff, file.keyring));
    const known = this.taken(file.case) ?? pinned;
    const newest = pinned !== null && known !== null && pinned.epoch < known.epoch ? known : (pinned ?? known);
    const parts = await readLargePacket(b64decode(file.packet));
    if (newest !== null && parts.hash === newest.hash) return { grant: this.ofCase(file, newest), newest, fresh: false };
    const grant = await openPacket(this.staff, parts, this.directory, newest?.pin ?? null);
    if (grant === null) throw new CryptoError("no-match", "the grant is not for this member");
    // Nothing is taken over from a re-grant before those have signed it who may.
    checkProof(this.directory, this.ofCase(file, grant), recordedProof(events, grant.hash), newest);
    return { grant, newest, fresh: true };
  }

  /** The grant under which the case is open here; none where colleagues were shown another, so that the right one may follow. */
  private taken(id: string): Grant | null {
    const held = this.#held.get(id);
    return held === undefined || held.opened.claims.differing.length > 0 ? null : held.view.grant;
  }

  private ofCase(file: CaseFile, grant: Grant): Grant {
    if (grant.case !== file.case) throw new CryptoError("schema", "the grant of another case");
    return grant;
  }

  async pin(grant: Grant): Promise<void> {
    await this.pins.keep(grant);
  }

  /** Claims one grant in a full block. */
  async claim(grant: Grant): Promise<void> {
    await claimAll([grant]);
  }

  /** An attachment of a verified entry, whole and verified, with the type that the item names. */
  async attachment(id: string, entry: Entry, file: Attachment, progress: (done: number) => void): Promise<Blob> {
    await this.ensure(id);
    const { view } = this.held(id);
    const twin = view.entries.find((one) => one.hash === entry.hash && one.mark === null);
    if (twin === undefined) throw new CryptoError("mac", "an entry that did not verify");
    const fetchPart = async (k: number): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await cases.part(id, file.blob, k));
    const content = await openAttachmentAsBlob(view.opener(twin), file, fetchPart, progress);
    return new Blob([content], { type: file.type });
  }
}

/** As many ids as are asked for at once. */
function piecesOf(ids: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / IDS_AT_ONCE) }, (_, n) => ids.slice(n * IDS_AT_ONCE, (n + 1) * IDS_AT_ONCE));
}

/** The cases that are this member's now. */
async function claimAll(grants: readonly Grant[]): Promise<Set<string>> {
  const claims = claimBlock(grants, systemRng);
  const accepted = new Set<string>();
  for (let at = 0; at < claims.length; at += CLAIM_BLOCK) {
    const block = claims.slice(at, at + CLAIM_BLOCK);
    for (const [i, taken] of (await batch.claim(block)).entries()) if (taken) accepted.add((block[i] as Claim).case);
  }
  return accepted;
}

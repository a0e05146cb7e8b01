/** Re-grants: the next epoch of a case, signed by holders of the one before (SPEC §5). */

import { type B64, type Bytes, b64decode, b64encode } from "../framing.js";
import { CaseView, announceRegrant, readCase } from "./answering.js";
import { EPOCH_LIMIT, type Item, type PayloadOf } from "../case/documents.js";
import type { ReadEvent } from "../case/events.js";
import { VerifiedDirectory } from "../office/directory.js";
import { CryptoError, EpochsUsedUp, refuse } from "../errors.js";
import { type EpochKeys, type GrantBody, keysOf, readPacket, sealGrantBody, writePacket } from "../case/grantbody.js";
import { type SealedHistory, openHistory, sealHistory } from "../case/history.js";
import { Grant, checkPin, checkProof, formerOf, moveOf, openGrantBody, unsignedProof } from "../case/grant.js";
import { type RegrantProof, maySign, proofIn, signRegrant } from "../case/regrants.js";
import { bucketOf, chooseHolders, hasPlace } from "../office/holders.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { Day, Name } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { macPair } from "../case/thread.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

/**
 * The packet, the history document, who signed it, the item that tells the reporter, the access hash, and the new grant. The item bears the signatures of
 * `proof`: with fewer than the directory asks for no reader takes it.
 */
export interface Regrant {
  readonly packet: Bytes;
  readonly history: Bytes;
  readonly proof: RegrantProof;
  readonly item: Item;
  /** Hash of the epoch item, for the event beside it. */
  readonly itemHash: B64;
  /** SHA-256 of the new access token, b64. */
  readonly access: B64;
  readonly grant: Grant;
  /** Signatures that are still missing (`cosignRegrant`). */
  readonly missing: number;
}

function recipientsOf(directory: VerifiedDirectory, holders: readonly Name[]): Recipient[] {
  const found = holders.map((id) => (directory.validMember(id) ?? refuse("schema", "a holder who is not in the directory today")).recipient);
  return [...found, directory.content.recovery];
}

/** Anyone who was removed must not read the notes that follow. */
function officeSeed(view: CaseView, holders: readonly Name[], rng: Rng): string {
  const removed = view.grant.holders.some((id) => !holders.includes(id));
  return (removed ? null : view.office?.write()) ?? Identity.draw(rng).write();
}

/** The keys of the grant's epoch for the history, with the office key that an item of epoch 0 told. */
function keysSoFar(view: CaseView): EpochKeys {
  return { ...keysOf(view.grant.body), office_seed: view.office?.write() ?? null };
}

function nextBody(directory: VerifiedDirectory, view: CaseView, holders: readonly Name[], excluded: readonly Name[], rng: Rng): { body: GrantBody; history: SealedHistory } {
  const { body, hash, past } = view.grant;
  const barred = [...new Set([...body.excluded, ...excluded])].sort();
  if (holders.some((id) => barred.includes(id))) refuse("excluded", "somebody excluded would become a holder");
  if (body.epoch >= EPOCH_LIMIT) throw new EpochsUsedUp();
  if (past === null) return refuse("successor", "the keys of the epochs before are not there to be carried on");
  const history = sealHistory([...past, keysSoFar(view)], body.case, rng);
  const next = {
    ...body, epoch: body.epoch + 1, seed: Identity.draw(rng).write(), office_seed: officeSeed(view, holders, rng),
    macs: macPair(rng(32), rng(32)), history: history.name, ...view.inForce, holders: [...holders], excluded: barred,
    access: b64encode(rng(32)), directory: { ...directory.seen }, previous: hash, previous_holders: body.holders,
    day: directory.today,
  };
  return { body: next, history };
}

/**
 * The next epoch for exactly these holders; `excluded` are further people to exclude. Refused at `excluded` when an
 * excluded id would become a holder, at `successor` for a maker who is not among them: anyone who makes a grant knows its keys; or where the
 * keys of earlier epochs are not there. With a `regrant_threshold` of 2 it still needs `cosignRegrant`.
 */
export async function sealRegrant(
  staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, holders: readonly Name[], rng: Rng, excluded: readonly Name[] = [],
): Promise<Regrant> {
  VerifiedDirectory.checkCurrent(directory);
  if (holders.length === 0 || new Set(holders).size !== holders.length) refuse("schema", "not a list of holders");
  if (!holders.includes(staff.member)) refuse("successor", "anyone who makes a grant knows its keys: who leaves can't make it");
  checkPlaces(directory, view.grant.entity, holders.filter((id) => !view.grant.holders.includes(id)));
  const { body, history } = nextBody(directory, view, holders, excluded, rng);
  const recipients = recipientsOf(directory, holders);
  const bucket = bucketOf(directory, body.entity);
  const sealed = await sealGrantBody(body, recipients, bucket, rng);
  const grant = new Grant(body, b64encode(sha256(sealed)), bucket, [...(view.grant.past ?? []), keysSoFar(view)]);
  const proof = signRegrant(staff, moveOf(grant), unsignedProof(body));
  const step = await announceRegrant(view, grant, proof, rng);
  return {
    packet: writePacket(sealed, bucket), history: history.sealed, proof, item: step.item, itemHash: step.hash, access: b64encode(sha256(b64decode(body.access))),
    grant, missing: directory.content.regrant_threshold - 1,
  };
}

/** Anyone who makes or signs a change answers for who joins by it: only those whom the keepers list for the group. Refused at `successor`. */
function checkPlaces({ content }: VerifiedDirectory, entity: Name, joined: readonly Name[]): void {
  if (!joined.every((id) => hasPlace(content, id, entity))) refuse("successor", "a new holder whom the directory gives no place in the entity's group");
}

/** Refused at `signature`: who may sign, who has, and that the second signature is another member's; as `checkProof` too. */
function checkSigners(staff: StaffKeys, directory: VerifiedDirectory, made: Grant, proof: RegrantProof, own: Grant | null): void {
  const allowed = maySign(directory, formerOf(made.body, null), proof.day);
  const may = directory.validMember(staff.member) !== null && (allowed === null || allowed.includes(staff.member));
  if (!may) refuse("signature", "this member may not sign this re-grant");
  if (proof.signatures.some(({ member }) => member === staff.member)) refuse("signature", "the second signature is another member's than the first");
  checkProof(directory, made, proof, own, 1);
}

const DECIDING: readonly string[] = ["regranted", "regrant-countersigned"];

const DAILY = 4;
const DAILY_OF_ONE = 2;

/** Whether the events of a case have as many re-grants of that day as one takes, or as many of one of these signers. */
export function tooOften(events: readonly ReadEvent[], day: Day, signers: readonly Name[]): boolean {
  const there = events.flatMap(({ event }) => (event !== null && DECIDING.includes(event.kind) && event.day === day ? [signersIn(event.data)] : []));
  return there.length >= DAILY || signers.some((one) => there.filter((them) => them.includes(one)).length >= DAILY_OF_ONE);
}

function signersIn(data: Readonly<Record<string, unknown>>): Name[] {
  try {
    return proofIn(data).signatures.map(({ member }) => member);
  } catch (error) {
    if (error instanceof CryptoError) return [];
    throw error;
  }
}

/**
 * Who decided the re-grant of that hash, as the case's events tell it; null where none does, as for a first grant. For `checkProof`,
 * which believes the signatures alone.
 */
export function recordedProof(events: readonly ReadEvent[], grant: B64): RegrantProof | null {
  for (const { event } of [...events].reverse()) {
    if (event === null || !DECIDING.includes(event.kind) || event.data["grant"] !== grant) continue;
    try {
      return proofIn(event.data);
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
    }
  }
  return null;
}

/** What every later grant of a case carries on. */
function unchangedPart(body: GrantBody): string {
  return JSON.stringify([body.case, body.entity, body.policy, body.act]);
}

function checkFollows(body: GrantBody, hash: B64, own: Grant): void {
  if (body.epoch !== own.epoch + 1) refuse("epoch", "not the epoch after the one that this member holds");
  checkPin(body, hash, own.pin);
  if (unchangedPart(own.body) !== unchangedPart(body)) refuse("successor", "does not continue the case that this member holds");
}

/** Anyone who joins reads all that was written so far with these keys, and has nothing to compare them with. */
function checkHistory(made: Grant, own: Grant | null): void {
  const told = made.keys();
  const same = [...(own?.keys() ?? [])].every(([epoch, keys]) => sameKeys(told.get(epoch), keys, epoch === own?.epoch));
  if (!same) refuse("successor", "does not keep the keys of the epochs before");
  checkNew(made);
}

/** Whether these are the very keys that are known; a first grant, `isOwn`, says nothing of its office key. */
function sameKeys(told: EpochKeys | undefined, known: EpochKeys, isOwn: boolean): boolean {
  const office_seed = isOwn ? (known.office_seed ?? told?.office_seed ?? null) : known.office_seed;
  return JSON.stringify(told) === JSON.stringify({ ...known, office_seed });
}

/** Who was removed would read on, or write on, under a key that they know; only the office key may stay, by rule. */
function checkNew({ body, past }: Grant): void {
  const before = past ?? [];
  const macs = before.flatMap((keys) => [keys.macs.to_office, keys.macs.to_reporter]);
  const known = before.some((keys) => keys.seed === body.seed) || macs.includes(body.macs.to_office) || macs.includes(body.macs.to_reporter);
  const staysOffice = body.previous_holders.every((id) => body.holders.includes(id)) && body.office_seed === before.at(-1)?.office_seed;
  const again = before.some((keys) => keys.office_seed === body.office_seed) && !staysOffice;
  if (known || again) refuse("successor", "a key of an epoch before in the place of a new one");
}

/** The grant of the epoch before, as far as a re-grant and its history tell it: enough to read the thread so far. */
export function beforeRegrant({ body, bucket, past }: Grant): Grant {
  const keys = past?.at(-1) ?? refuse("successor", "the keys of the epoch before are not there");
  // No day: nothing tells it, and the notice of that epoch is compared with what is known. Only the thread proves a change of receipt.
  const earlier: GrantBody = { ...body, ...keys, epoch: body.epoch - 1, holders: body.previous_holders, previous: null, previous_holders: [], day: "", receipt_change: 0 };
  return new Grant(earlier, body.previous as B64, bucket, past?.slice(0, -1));
}

/** A half-signed re-grant as it waits: packet, history document, who signed it. */
export interface Waiting {
  readonly packet: Uint8Array;
  readonly history: Uint8Array;
  readonly proof: RegrantProof;
}

/** A half-signed re-grant that was reviewed: what would be signed, and the case as it stands before it. */
export interface Reviewed {
  readonly grant: Grant;
  readonly view: CaseView;
}

/**
 * Checks a half-signed re-grant in everything that a second signature answers for. `own` is the reviewer's grant of the epoch
 * before, null for an outside holder, who has none; `items` are those of the case. Refused at the name of what is wrong.
 */
export async function reviewRegrant(
  staff: StaffKeys, waiting: Waiting, directory: VerifiedDirectory, own: Grant | null, items: readonly unknown[],
  named: ReadonlySet<B64> = new Set(),
): Promise<Reviewed> {
  // 1. A directory in force. Packet and stanza count; it opens; it is a re-grant of this office for this member.
  VerifiedDirectory.checkCurrent(directory);
  const parts = readPacket(waiting.packet);
  const body = await openGrantBody(parts, staff.identity);
  if (body.office !== staff.office || body.office !== directory.office || body.epoch === 0) refuse("schema", "not a re-grant of this office");
  const barred = body.holders.some((id) => body.excluded.includes(id));
  if (barred || !body.holders.includes(staff.member)) refuse("excluded", "somebody excluded would become a holder, or the reviewer would not be one");
  recipientsOf(directory, body.holders);
  checkPlaces(directory, body.entity, body.holders.filter((id) => !body.previous_holders.includes(id)));
  // 2. It follows the reviewer's own grant and keeps all that stands in it; so does the history that it names.
  if (own !== null) checkFollows(body, parts.hash, own);
  else if (body.previous_holders.includes(staff.member)) refuse("successor", "a holder reviews with the grant of the epoch before");
  const grant = new Grant(body, parts.hash, parts.bucket, openHistory(body, waiting.history));
  checkHistory(grant, own);
  // 3. Anyone who signed may, and signed these keys and holders; this member may sign, and has not.
  checkSigners(staff, directory, grant, waiting.proof, own);
  // 4. It forgets nobody whom the report leaves out, and answers the reporter who is there.
  const view = await readCase(directory, own ?? beforeRegrant(grant), items, named);
  if (!view.entries.some(({ mark, content }) => mark === null && content?.type === "report")) refuse("schema", "the report itself is not there to be compared");
  if (altersOfficeKey(grant, view)) refuse("successor", "does not keep the office key of the first epoch");
  const { reporter, receipt_change } = view.inForce;
  if (body.reporter !== reporter || body.receipt_change !== receipt_change) refuse("successor", "names another recipient of the reporter");
  return { grant, view };
}

/**
 * Whom a proposal does not name among the holders before, though the case tells that they were; in byte order. For an outside holder,
 * who has nothing but the maker's word on them: who held the report by the directory of today, and later who stood in the change
 * before, whatever its mark. No fault by itself, the directory may have changed.
 */
export function unnamedBefore(directory: VerifiedDirectory, { grant: { body }, view }: Reviewed): Name[] {
  const told = body.epoch === 1 ? firstHolders(directory, view) : noticedHolders(view, body.previous);
  const living = told.filter((id) => directory.validMember(id) !== null && !body.previous_holders.includes(id));
  return [...new Set(living)].sort();
}

function firstHolders(directory: VerifiedDirectory, { entries }: CaseView): Name[] {
  return entries.flatMap(({ mark, content }) => {
    if (mark !== null || content?.type !== "report") return [];
    const { entity, policy, category, excluded } = content.payload as PayloadOf<"report">;
    try {
      return chooseHolders(directory, entity, policy, category, excluded).ids;
    } catch (error) {
      if (error instanceof CryptoError) return [];
      throw error;
    }
  });
}

function noticedHolders({ entries }: CaseView, grant: B64 | null): Name[] {
  const told = entries.flatMap(({ content }) => (content?.type === "epoch" ? [content.payload as PayloadOf<"epoch">] : []));
  return told.flatMap((notice) => (notice.grant === grant ? notice.holders : []));
}

/** Only a holder of the first epoch can tell: by its item, which may be there and not have opened for this one. */
function altersOfficeKey(made: Grant, { grant, thread }: CaseView): boolean {
  if (grant.epoch > 0 || grant.body.office_seed !== null) return false;
  const told = made.past?.[0]?.office_seed ?? null;
  if (thread.officeKey !== null) return told !== thread.officeKey.write();
  return told !== null && thread.last["office-only"].seq === 0;
}

/** Adds a second holder's signature to what was reviewed, after reviewing it. */
export async function cosignRegrant(
  staff: StaffKeys, waiting: Waiting, directory: VerifiedDirectory, own: Grant | null, items: readonly unknown[],
): Promise<RegrantProof> {
  const { grant } = await reviewRegrant(staff, waiting, directory, own, items);
  return signRegrant(staff, moveOf(grant), waiting.proof);
}

/** The office's side of a case: reading it and writing into it (SPEC §6). */

import { type B64, b64decode, b64encode } from "../framing.js";
import { Opener } from "../sealing/attachments.js";
import { DIRECTION_OF, type Direction, type Item, type ItemType, type PayloadOf, STANZAS } from "../case/documents.js";
import type { Attachment } from "../sealing/attachmentshape.js";
import { VerifiedDirectory } from "../office/directory.js";
import { ExclusionMissing, refuse } from "../errors.js";
import { type GrantBody, caseIdentity, keysOf, officeIdentity } from "../case/grantbody.js";
import type { Grant } from "../case/grant.js";
import { type RegrantProof, firstDay } from "../case/regrants.js";
import { type Sealing, type Unsealed, itemHash, sealItem } from "../case/items.js";
import { fillBucket } from "../office/holders.js";
import { type Rng, shuffled } from "../randomness.js";
import { SealTo } from "../sealing/sealto.js";
import type { Day, Name } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import { type Alarm, type ThreadEntry, type Thread, type ThreadKeys, officeKeyMac, officeMacKey, readThread } from "../case/thread.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

const CLAIM_BLOCK = 8;

/** What a grant lets its holder verify and open. */
function threadKeys(grant: Grant, named: ReadonlySet<B64>): ThreadKeys {
  const { body } = grant;
  const known = grant.keys();
  const office = [...known].flatMap(([epoch, keys]): [number, Identity][] => (keys.office_seed === null ? [] : [[epoch, Identity.read(keys.office_seed)]]));
  const holders = new Map<number, readonly Name[]>([[body.epoch, body.holders]]);
  const grants = new Map([[body.epoch, grant.hash]]);
  if (body.previous !== null) {
    holders.set(body.epoch - 1, body.previous_holders);
    grants.set(body.epoch - 1, body.previous);
  }
  return {
    case: body.case, macs: new Map([...known].map(([epoch, { macs }]) => [epoch, macs])), identities: new Map([...known].map(([epoch, keys]) => [epoch, caseIdentity(keys)])),
    officeSeeds: new Map(office), holder: body.epoch === 0 ? grant.reader : null, lost: new Set([...Array(body.epoch).keys()].filter((epoch) => !known.has(epoch))), excluded: body.excluded,
    holders, grants, act: body.act, start: { seq: 0, hash: b64encode(new Uint8Array(32)) }, firstEpoch: 0, entity: body.entity,
    days: new Map(body.day === "" ? [] : [[body.epoch, firstDay(body.epoch, body.day)]]), named,
  };
}

/**
 * The reporter recipient in force, of the last change of receipt. Where that is an older one than the grant knows, the grant's: a server
 * that holds back the newest can't bring an earlier receipt back.
 */
function reporterInForce({ body: { reporter, receipt_change } }: Grant, { change, changeSeq }: Thread): Pick<GrantBody, "reporter" | "receipt_change"> {
  return change !== null && changeSeq >= receipt_change ? { reporter: change.reporter, receipt_change: changeSeq } : { reporter, receipt_change };
}

/** A case as read with a grant. Sealing verbs take it, and give the next one. */
export class CaseView {
  readonly grant: Grant;
  readonly thread: Thread;

  constructor(grant: Grant, thread: Thread) {
    this.grant = grant;
    this.thread = thread;
  }

  get entries(): readonly ThreadEntry[] {
    return this.thread.entries;
  }

  get alarms(): readonly Alarm[] {
    return this.thread.alarms;
  }

  /** The reporter recipient in force: of a change of receipt that the grant does not know yet, else the grant's. */
  get reporter(): Recipient {
    return this.inForce.reporter;
  }

  /** The same as a grant says it, with the to-office number of the change of receipt that it comes from, 0 of none. */
  get inForce(): Pick<GrantBody, "reporter" | "receipt_change"> {
    return reporterInForce(this.grant, this.thread);
  }

  /** Whether the reporter has a new receipt that the grant does not know: the next re-grant takes it up. */
  get renewalDue(): boolean {
    return this.reporter !== this.grant.body.reporter;
  }

  /** Where attachments of a reply are sealed to. */
  toReporter(): SealTo {
    return SealTo.own(this.recipients("to-reporter"));
  }

  /** The office key in force: of the grant, or of the office-key item in epoch 0; null before that is there. Secret. */
  get office(): Identity | null {
    return officeIdentity(keysOf(this.grant.body)) ?? this.thread.officeKey;
  }

  /** Whether the office key can and must be made before words for the office: in epoch 0, where nothing stands yet. */
  get needsOfficeKey(): boolean {
    return this.grant.epoch === 0 && this.thread.last["office-only"].seq === 0 && this.office === null;
  }

  /** Where attachments of a note are sealed to; refused at `epoch` while there is no office key. */
  officeOnly(): SealTo {
    return SealTo.own(this.recipients("office-only"));
  }

  /** For the sealing verbs of this package. */
  recipients(dir: Direction): Recipient[] {
    const { body } = this.grant;
    if (dir === "office-only") return [officeOf(this).recipient];
    if (dir === "to-office") return refuse("schema", "the office does not write in the reporter's name");
    return [this.reporter, caseIdentity(keysOf(body)).recipient];
  }

  /** Opens the attachments of a verified entry. */
  opener(entry: ThreadEntry): Opener {
    const { dir, epoch } = entry;
    if (dir === null || epoch === null) return refuse("schema", "an entry without an item");
    const keys = this.grant.keys().get(epoch) ?? refuse("epoch", "no key for this epoch");
    const office = epoch === this.grant.epoch ? this.office : officeIdentity(keys);
    const identity = dir === "office-only" ? office : caseIdentity(keys);
    return new Opener(identity ?? refuse("epoch", "no key for this epoch"), STANZAS[dir]);
  }

  /** The case after `item` was written. */
  after(item: Item): CaseView {
    const last = { ...this.thread.last, [item.dir]: { seq: item.seq, hash: itemHash(item) } };
    return new CaseView(this.grant, { ...this.thread, last });
  }
}

/** Reads all items of a case; `named` as of `namedItems`. Never throws for an item, but at `excluded` for a grant that forgets whom the report leaves out. */
export async function readCase(directory: VerifiedDirectory, grant: Grant, items: readonly unknown[], named: ReadonlySet<B64> = new Set()): Promise<CaseView> {
  VerifiedDirectory.check(directory);
  const thread = await readThread(directory, threadKeys(grant, named), items);
  checkExclusion(grant, thread);
  return new CaseView(grant, thread);
}

/** Who has no pin yet can tell a dropped exclusion only by the report itself. */
function checkExclusion(grant: Grant, thread: Thread): void {
  for (const { mark, content } of thread.entries) {
    if (mark !== null || content?.type !== "report") continue;
    const { excluded } = content.payload as PayloadOf<"report">;
    if (!excluded.every((id) => grant.excluded.includes(id))) throw new ExclusionMissing(excluded);
  }
}

/** An item for a step, its hash for the event beside it, and the case after it. */
export interface SealedStep {
  readonly item: Item;
  readonly hash: B64;
  readonly view: CaseView;
}

function checkMember(staff: StaffKeys, directory: VerifiedDirectory, grant: Grant): void {
  VerifiedDirectory.check(directory);
  const member = directory.validMember(staff.member);
  const holds = member !== null && member.signing === staff.signing && grant.holders.includes(staff.member);
  if (!holds || grant.body.office !== directory.office) refuse("excluded", "this member does not hold this case");
}

function officeOf(view: CaseView): Identity {
  return view.office ?? refuse("epoch", "words for the office alone need the office key, by its item or by a re-grant");
}

function keyFor(view: CaseView, dir: Direction): Uint8Array {
  return dir === "to-reporter" ? b64decode(view.grant.body.macs.to_reporter) : officeMacKey(officeOf(view));
}

function sealingOf({ grant, thread }: CaseView, dir: Direction, key: Uint8Array): Pick<Sealing, "case" | "epoch" | "head" | "seen" | "key"> {
  return { case: grant.case, epoch: grant.epoch, head: thread.last[dir], seen: thread.last["to-office"].seq, key };
}

/**
 * The `epoch` item that tells the reporter of the re-grant `made`; `view` is of the epoch before. It is signed by those who signed
 * the re-grant: anyone who holds the keys of the epoch before may seal it, again too.
 */
export async function announceRegrant(view: CaseView, made: Grant, proof: RegrantProof, rng: Rng): Promise<SealedStep> {
  const { body } = made;
  const { recipient } = caseIdentity(keysOf(body));
  const { day, sequence, signatures } = proof;
  const payload = { epoch: body.epoch, recipient, ...body.macs, holders: body.holders, grant: made.hash, previous: view.grant.hash, day, sequence, signatures };
  // The receipt in force: where the notice is sent again it may be a newer one than the grant knows.
  const { reporter } = reporterInForce(made, view.thread);
  // To the new case key: anyone who was removed has the old one and would read the new MAC keys.
  const how: Sealing = { ...sealingOf(view, "to-reporter", keyFor(view, "to-reporter")), recipients: [reporter, recipient], signer: null };
  const item = await sealItem({ type: "epoch", payload }, how, rng);
  return { item, hash: itemHash(item), view: view.after(item) };
}

/** Signs and seals one item of the office after the last one. */
export async function sealStaffItem<T extends ItemType>(
  staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, content: Unsealed<T>, rng: Rng,
): Promise<SealedStep> {
  checkMember(staff, directory, view.grant);
  const dir = DIRECTION_OF[content.type];
  const how: Sealing = { ...sealingOf(view, dir, keyFor(view, dir)), recipients: view.recipients(dir), signer: staff.signer() };
  const item = await sealItem(content, how, rng);
  return { item, hash: itemHash(item), view: view.after(item) };
}

/**
 * The office's own key for epoch 0, drawn here and sealed to the holders and the recovery key: to people as the directory names
 * them, never to the case key, which the reporter's device drew. Refused at `epoch` where there is one, or where another item stands
 * in its place: there a re-grant makes it.
 */
export async function sealOfficeKey(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, rng: Rng): Promise<SealedStep> {
  VerifiedDirectory.checkCurrent(directory);
  const { grant } = view;
  checkMember(staff, directory, grant);
  if (!view.needsOfficeKey) refuse("epoch", "the office key is made once, in epoch 0, before all other words for the office");
  const readers = grant.holders.flatMap((id) => directory.validMember(id)?.recipient ?? []);
  const recipients = fillBucket([...readers, directory.content.recovery], grant.bucket, rng);
  const key = officeKeyMac(caseIdentity(keysOf(grant.body)));
  const how: Sealing = { ...sealingOf(view, "office-only", key), recipients, signer: staff.signer() };
  const item = await sealItem({ type: "office-key", payload: { seed: Identity.draw(rng).write() } }, how, rng);
  return { item, hash: itemHash(item), view: view.after(item) };
}

/** A text with attachments that were sealed to the same recipients before. */
export interface Words {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** With the day on which it is written, where it is for the reporter. */
export interface DatedWords extends Words {
  readonly day?: Day;
}

/** A `reply` or `letter` to the reporter. */
export function sealReply(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, words: DatedWords, rng: Rng, type: "reply" | "letter" = "reply"): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type, payload: { text: words.text, attachments: [...words.attachments], ...(words.day === undefined ? {} : { day: words.day }) } }, rng);
}

/** Where the case stands, told to the reporter. */
export function sealStatus(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, status: PayloadOf<"status">, rng: Rng): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type: "status", payload: status }, rng);
}

/** A note for the office alone; refused at `epoch` while there is no office key. */
export function sealNote(
  staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, words: Words, rng: Rng, type: "note" | "finding" | "draft" | "witness" | "publication" = "note",
): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type, payload: { text: words.text, attachments: [...words.attachments] } }, rng);
}

/** What an act of the office tells the reporter, and what it asks. */
export function sealNotice(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, notice: PayloadOf<"notice">, rng: Rng): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type: "notice", payload: notice }, rng);
}

/** What the office decides, for the office alone; refused at `epoch` while there is no office key. */
export function sealDecision(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, decision: PayloadOf<"decision">, rng: Rng): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type: "decision", payload: decision }, rng);
}

/** Who is named in the case and where the name lies, for the office alone; refused at `epoch` while there is no office key. */
export function sealCustody(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, named: PayloadOf<"custody">, rng: Rng): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type: "custody", payload: named }, rng);
}

/** Tells the reporter that somebody asked for the identity, by which role and why, and what came of it. */
export function sealUnsealing(staff: StaffKeys, directory: VerifiedDirectory, view: CaseView, notice: PayloadOf<"unsealing">, rng: Rng): Promise<SealedStep> {
  return sealStaffItem(staff, directory, view, { type: "unsealing", payload: notice }, rng);
}

/** One entry of a claim block. */
export interface Claim {
  readonly case: B64;
  readonly access: B64;
}

/** Claims in blocks of eight, filled up with random ones and shuffled. */
export function claimBlock(grants: readonly Grant[], rng: Rng): Claim[] {
  const claims = grants.map((grant) => ({ case: grant.case, access: grant.access() }));
  while (claims.length === 0 || claims.length % CLAIM_BLOCK !== 0) claims.push({ case: b64encode(rng(16)), access: b64encode(rng(32)) });
  claims.forEach((claim) => b64decode(claim.access, 32));
  return shuffled(rng, claims);
}

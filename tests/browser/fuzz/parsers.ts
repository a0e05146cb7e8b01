// Every parser of the wire format under one shape, as tests/fuzz/parsers.py has them; the names are the same.

import {
  type Attachment, type Listing, type ReporterKeys, type VerifiedDirectory, b64decode, b64encode, checkBundle, checkEnvelope, deriveReporter, openAttachmentAsBlob, openDraft, readAnchor, readBundle, readCode, readJson,
  readMailbox, readReceipt, readSlots, readSubmission, verifyDirectory, writeAnchor,
} from "../../../crypto/index.js";
import type { Direction } from "../../../crypto/case/documents.js";
import { memoBodyShape, payloads } from "../../../crypto/case/documents.js";
import { readDirectory, readRoot } from "../../../crypto/office/directoryshape.js";
import { open } from "../../../crypto/sealing/age.js";
import { refuse } from "../../../crypto/errors.js";
import { type EpochKeys, readGrantBody, readPacket } from "../../../crypto/case/grantbody.js";
import { openIdentity, openShares } from "../../../crypto/custody/shares.js";
import { readInner } from "../../../crypto/case/items.js";
import { type Memo, openMemo } from "../../../crypto/case/memo.js";
import { readNote } from "../../../crypto/office/signednotes.js";
import { Secret, checkSignature, sha256 } from "../../../crypto/primitives.js";
import {
  type CaseView, type Grant, type StaffKeys, checkProofOfKeys, openGrant, openKeyringEntry, openTrial, readCase, readOnBehalf, requestShape, reviewShape,
  staffKeys, verifyEvents, voteShape,
} from "../../../crypto/staff.js";
import { readJsonText } from "../../../crypto/text.js";
import { readItem } from "../../../crypto/case/thread.js";
import { Opener } from "../../../crypto/sealing/attachments.js";
import { readAsked, readWork } from "../../../crypto/reporter/work.js";
import { Identity, readRecipient } from "../../../crypto/sealing/xwing.js";
import { type Answer, readPage, shown } from "../../../templates/shared/questionnaire.js";
import { bech32 } from "@scure/base";
import { logParsers } from "./logparsers.js";

// What the fixed office of tests/fuzz/world.py tells; tests read it freely.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = any;
type Bytes = Uint8Array<ArrayBuffer>;
type Read = (content: Bytes) => unknown;

/** Bytes that do not even say what to call the parser with; both twins skip them alike. */
export class NotForThis extends Error {}

const LIMIT = 2 ** 23;
const POLL = 131_072;
const CHEAP = { memory: 8, passes: 1, lanes: 1 };
const hashOf = (bytes: Uint8Array): string => b64encode(sha256(bytes));

function skip(): never {
  throw new NotForThis();
}

function textOf(content: Bytes): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return skip();
  }
}

const json = (content: Bytes): Any => readJson(content, LIMIT);
const document = (read: (value: unknown) => unknown): Read => (content) => {
  read(json(content));
  return true;
};

/** A call with several arguments, as one JSON object of exactly these names. */
function callOf(content: Bytes, ...names: string[]): Any {
  const found = json(content);
  if (typeof found !== "object" || found === null || Array.isArray(found)) skip();
  return Object.keys(found).sort().join() === names.sort().join() ? found : skip();
}

function valuesOf(content: Bytes): Any[] {
  const found = json(content);
  return Array.isArray(found) ? found : skip();
}

const areTexts = (values: Any[]): boolean => values.every((value) => typeof value === "string");
const told = (grant: Grant): Any => ({ case: grant.case, epoch: grant.epoch, hash: grant.hash, holders: grant.holders });
const recipientBytes = (text: string): Uint8Array => Uint8Array.from(bech32.fromWords(bech32.decode(text as `${string}1${string}`, false).words));
const stanzas = (...counts: number[]): Read => (content) => {
  const { stanzas: count, size } = checkEnvelope(content, ...counts);
  return { stanzas: count, size };
};
const code = (size: number): Read => (content) => b64encode(readCode(textOf(content), size));
const inner = (dir: Direction): Read => (content) => {
  const found = readInner(dir, readJson(content, content.length));
  return { type: found.content.type, signer: found.signer };
};

function threadOf({ entries, alarms, epoch }: Pick<CaseView["thread"], "entries" | "alarms" | "epoch">): Any {
  const lines = entries.map((entry) => [entry.dir, entry.seq, entry.content?.type ?? null, entry.mark, entry.stage, entry.formerMember, entry.follows, entry.seen]);
  return { entries: lines, alarms, epoch: epoch?.epoch ?? null };
}

function note(content: Bytes): Any {
  const found = readNote(content);
  return { text: hashOf(found.text), lines: found.signatures.map(({ keeper, mark, signature }) => [keeper, b64encode(mark), b64encode(signature)]) };
}

function office(content: Bytes): Any {
  const given = callOf(content, "code", "roots", "note", "today");
  const texts = Array.isArray(given.roots) ? [...given.roots, given.note, given.code] : [null];
  if (!areTexts(texts) || given.today !== "2026-11-24") skip();
  const { sequence, hash } = verifyDirectory(given.code, given.roots, given.note, given.today);
  return { sequence, hash };
}

function packet(content: Bytes): Any {
  const { bucket, hash } = readPacket(content);
  return { bucket, hash };
}

function slots(content: Bytes): Any {
  const polls: Bytes[] = [];
  for (let at = 0; at < content.length; at += POLL) {
    const poll = new Uint8Array(POLL);
    poll.set(content.subarray(at, at + POLL));
    polls.push(poll);
  }
  const { entries, total, nextFrom } = readSlots(polls);
  return { entries: entries.map(({ kind, content: bytes }) => [kind, hashOf(bytes)]), total, next: nextFrom };
}

async function bundle(content: Bytes): Promise<Any> {
  const found = await readBundle(new Blob([content]));
  await checkBundle(found);
  const hashes = await Promise.all(found.blobs.map(async (blob) => hashOf(new Uint8Array(await blob.arrayBuffer()))));
  return { case: found.submission.case, blobs: hashes };
}

/** The keys and the directory that parsers read with. */
interface Context {
  readonly world: Any;
  readonly directory: VerifiedDirectory;
  readonly staff: StaffKeys;
  readonly keys: ReporterKeys;
  readonly grant: Grant;
  readonly first: Identity;
  readonly memo: Memo;
}

async function grantOf(staff: StaffKeys, directory: VerifiedDirectory, content: Bytes): Promise<Grant> {
  return (await openGrant(staff, content, directory)) ?? refuse("no-match", "not addressed");
}

async function contextOf(world: Any): Promise<Context> {
  const directory = verifyDirectory(world.code, world.roots, world.note, world.today);
  const staff = staffKeys(new Secret(b64decode(world.seed)), { office: directory.office, member: world.member });
  const keys = await deriveReporter(readReceipt(world.digits), directory.office, CHEAP);
  const grant = (await grantOf(staff, directory, b64decode(world.packet))).withHistory(b64decode(world.history));
  const first = Identity.read((grant.past as EpochKeys[])[0]?.seed as string);
  return { world, directory, staff, keys, grant, first, memo: await openMemo(keys, world.memo) };
}

async function mailbox({ directory, keys, memo }: Context, content: Bytes): Promise<Any> {
  const items = valuesOf(content) as Listing["items"];
  const found = await readMailbox(directory, keys, { memo, draft: null, items, damaged: [] });
  const { epoch, to_office, to_reporter } = found.memo.body;
  const announced = epoch > memo.body.epoch ? epoch : null;
  const after = [epoch, to_office.seq, to_reporter.seq, to_reporter.hash];
  return { ...threadOf({ entries: found.entries, alarms: [...found.alarms].sort(), epoch: null }), epoch: announced, after };
}

async function identityPacket({ world }: Context, content: Bytes): Promise<Any> {
  const custodians: Identity[] = world.custodians.slice(0, world.quorum).map((text: string) => Identity.read(text));
  const shares = (await Promise.all(custodians.map((one) => openShares(content, one)))).flat();
  const { m, n } = shares[0] as (typeof shares)[number];
  return { identity: openIdentity(content, shares, m, n), told: shares.map((share) => [share.slot, share.m, share.n, share.handle]) };
}

async function attachment({ world, first }: Context, content: Bytes): Promise<Any> {
  const file = await openAttachmentAsBlob(new Opener(first, 1), world.attachment as Attachment, async () => content);
  return hashOf(new Uint8Array(await file.arrayBuffer()));
}

async function trial({ staff }: Context, content: Bytes): Promise<Any> {
  const given = callOf(content, "packet", "items");
  if (typeof given.packet !== "string" || !Array.isArray(given.items)) skip();
  return openTrial(staff, b64decode(given.packet), given.items);
}

function proof({ staff, world }: Context, content: Bytes): Any {
  const given = callOf(content, "recipient", "signing", "proof");
  if (!areTexts(Object.values(given))) skip();
  checkProofOfKeys({ office: staff.office, member: staff.member, ...given }, world.invite);
  return true;
}

/** What a page asks under each category where every question that shows gets its first answer. */
function page(content: Bytes): Any {
  const found = readPage(content);
  const first = new Map<string, Answer>(found.questions.map(({ id, kind, choices: [one] }) => [id, one === undefined ? "x" : kind === "choices" ? [one.id] : one.id]));
  const asked = found.categories.map(({ id }) => shown(found, id, first).map((question) => question.id));
  const { acknowledge_days, first_answer_days, result_days } = found.promises;
  const texts = found.questions.map(({ label, hint }) => [label.zh, hint?.en ?? null]);
  const earlier = found.earlier.map(({ version, rules }) => [version, rules]);
  const kept = found.kept_by.map(({ id, acts }) => [id, acts]);
  const kinds = found.kinds.map(({ id, name, categories }) => [id, name.zh, categories]);
  const said = found.says;
  const says = said === null ? null : [said.protection, said.acknowledge, said.first_answer, said.result].map(({ zh }) => zh);
  const applies = found.applies.map(({ zh }) => zh);
  return { asked, days: [acknowledge_days, first_answer_days, result_days], texts, rules: found.rules, earlier, kept, kinds, says, applies };
}

const PLAIN: Record<string, Read> = {
  json: (content) => readJson(content, 65_536),
  receipt: (content) => readReceipt(textOf(content)).reveal(),
  "office-code": (content) => writeAnchor(readAnchor(textOf(content))),
  "device-secret": code(16),
  recipient: (content) => hashOf(recipientBytes(readRecipient(textOf(content)))),
  identity: (content) => Identity.read(textOf(content)).recipient,
  signature: (content) => {
    checkSignature(content.slice(0, 32), content.slice(96), content.slice(32, 96));
    return true;
  },
  envelope: stanzas(1),
  "grant-envelope": stanzas(8, 16, 32),
  note,
  root: document(readRoot),
  directory: document(readDirectory),
  office,
  packet,
  "grant-body": document(readGrantBody),
  item: document(readItem),
  "inner-to-office": inner("to-office"),
  "inner-to-reporter": inner("to-reporter"),
  "inner-office-only": inner("office-only"),
  "memo-text": document(memoBodyShape),
  submission: document(readSubmission),
  "unseal-request": document(requestShape),
  "unseal-vote": document(voteShape),
  "unseal-review": document(reviewShape),
  slots,
  bundle,
  work: (content) => {
    const { window, bits, numbers } = readWork(textOf(content));
    return [window, bits, numbers];
  },
  "work-asked": (content) => {
    // The page also looks at its clock, which here stands where the office says.
    const text = textOf(content);
    const { window, bits } = readAsked(text, Number(text.split(".")[1]) * 300_000);
    return [window, bits];
  },
  page,
};

const KEYED: Record<string, (context: Context, content: Bytes) => unknown> = {
  sealed: async ({ first }, content) => hashOf(await open(first, content, 1)),
  grant: async ({ staff, directory }, content) => told(await grantOf(staff, directory, content)),
  memo: async ({ keys }, content) => {
    const { seq, body } = await openMemo(keys, json(content));
    return { seq, case: body.case };
  },
  draft: async ({ keys }, content) => {
    const { seq, content: draft } = await openDraft(keys, json(content));
    return { seq, draft };
  },
  case: async ({ directory, grant }, content) => threadOf((await readCase(directory, grant, valuesOf(content))).thread),
  mailbox,
  "identity-packet": identityPacket,
  attachment,
  keyring: async ({ staff }, content) => told(await openKeyringEntry(staff, json(content))),
  trial,
  events: ({ directory, grant }, content) =>
    verifyEvents(directory, grant.case, valuesOf(content)).map(({ wrong, hash, formerMember }) => [wrong, hash, formerMember]),
  "proof-of-keys": proof,
  "on-behalf": ({ directory, grant }, content) => {
    const found = readOnBehalf(directory, grant.case, payloads.report(readJsonText(textOf(content))));
    return found && [found.member, found.channel, found.received, found.consent, found.checked];
  },
};

/** The parsers, reading with the keys and the directory of that world. */
export async function parsersOf(world: Any): Promise<Record<string, Read>> {
  const context = await contextOf(world);
  const keyed = Object.entries(KEYED).map(([name, read]) => [name, (content: Bytes) => read(context, content)]);
  return { ...PLAIN, ...logParsers(world.log, textOf), ...Object.fromEntries(keyed) };
}

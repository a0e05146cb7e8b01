// The operations of the vectors, over the browser twin; crypto/vectors/README.md describes them.

import {
  type Listing, type ReporterKeys, type VerifiedDirectory, b64decode, b64encode, checkBundle, checkEnvelope, chooseHolders, deriveReporter, frame, blobSize,
  readBundle, readCheckedCode, readCode, readJson, readJsonText, readMailbox, readReceipt, readSentSubmission, readSlots, readSubmission, systemRng, verifyDirectory,
  utf8, writeCheckedCode, writeCode, writeJson, writeJsonText, writePost, writeSubmission,
} from "../../../crypto/index.js";
import { Opener, openAttachmentAsBlob } from "../../../crypto/sealing/attachments.js";
import { cleanFileName, shownFileName } from "../../../crypto/sealing/filenames.js";
import { paddedAttachment } from "../../../crypto/sealing/attachmentsizes.js";
import { open } from "../../../crypto/sealing/age.js";
import { openIdentity, openShares } from "../../../crypto/custody/shares.js";
import { readInner } from "../../../crypto/case/items.js";
import { openHistory } from "../../../crypto/case/history.js";
import { openMemo } from "../../../crypto/case/memo.js";
import { paddedSize } from "../../../crypto/padding.js";
import { Secret, checkSignature, sha256 } from "../../../crypto/primitives.js";
import { refuse } from "../../../crypto/errors.js";
import {
  type Grant, approveRequest, checkChain, checkProof, checkProofOfKeys, claimsOf, openGrant, openKeyringEntry, openRequest, openReview, openTrial, readCase, readReason, readRemoval,
  readOnBehalf, requestShape, reviewDue, reviewRegrant, sealReview, signinSecret, staffKeys, unseal, unwrapStaffSeed, unnamedBefore, verifyEvents, withdrawalMark,
  checkNextKeys, nextKeysShape, seedsInForce, passkeyInput, passkeySigninSecret, passkeyUser, unwrapWithPasskey,
} from "../../../crypto/staff.js";
import { proofShape } from "../../../crypto/case/regrants.js";
import { Identity, readRecipient } from "../../../crypto/sealing/xwing.js";
import { entryMarks, openLink, openLinkShare, openProtection } from "../../../crypto/watch/keys.js";
import { languageTag, localized, tagFor, textIn } from "../../../crypto/localized.js";
import { checkLinkRequest, linkRequestShape, requestContent } from "../../../crypto/watch/linkrequests.js";
import { signCall } from "../../../crypto/watch/calls.js";
import { verifyOffice } from "../../../crypto/transparency_log/officedocument.js";
import { SIGNATURE_SIZES, cosignersOf } from "../../../crypto/office/witnesses.js";
import { atOnce } from "../../../crypto/yielding.js";
import { readNote } from "../../../crypto/office/signednotes.js";
import { officeLine, originOf, readCheckpoint, verifyLog } from "../../../crypto/transparency_log/checkpoint.js";
import { caseLogKey, logEntry, officeLogKey, openFiling, verifyFiling, writeProof } from "../../../crypto/transparency_log/filing.js";
import { checkConsistency, checkInclusion, leafHash, readTilePath, treeHash } from "../../../crypto/transparency_log/tlog.js";
import { bech32 } from "@scure/base";
import { dutyOps } from "./dutyops.js";
import { nonReaderOps } from "./nonreaderops.js";
import { WORK_OPS } from "./workops.js";

// The inputs are JSON that tests read freely; every operation checks what it needs.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = any;

/** Puts shared values and edited bytes in the place of their stand-ins. */
export function resolve(value: Given, shared: Given): Given {
  if (Array.isArray(value)) return value.map((member) => resolve(member, shared));
  if (typeof value !== "object" || value === null) return value;
  if ("$" in value) return resolve(shared[value.$], shared);
  if ("$bytes" in value) return b64encode(edited(b64decode(shared[value.$bytes]), value));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, shared)]));
}

function edited(content: Uint8Array, { flip, cut, append = "" }: Given): Uint8Array {
  const found = content.slice();
  if (flip !== undefined) found[flip < 0 ? found.length + flip : flip] = (found.at(flip) as number) ^ 1;
  return new Uint8Array([...found.slice(0, cut ?? found.length), ...b64decode(append)]);
}

/** The same office and receipt stand in many cases; Argon2id and some thousand signatures are computed once. */
function once<T>(work: (...given: Given[]) => T): (...given: Given[]) => T {
  const known = new Map<string, T>();
  return (...given) => {
    const key = JSON.stringify(given);
    if (!known.has(key)) known.set(key, work(...given));
    return known.get(key) as T;
  };
}

/** The verified directory of a given office. */
export const office = once((given): VerifiedDirectory => verifyDirectory(given.code, given.roots, given.note, given.today, null, { alsoLapsed: given.also_lapsed === true }));
const member = (given: Given) => staffKeys(new Secret(b64decode(given.seed)), { office: given.office, member: given.member });
const derived = once((digits, id): Promise<ReporterKeys> => deriveReporter(readReceipt(digits), id));
const keysOf = (given: Given, id: string): Promise<ReporterKeys> => derived(given.digits, id);
const passkey = (given: Given) => ({ passphrase: given.passphrase, credential: given.credential, output: new Secret(b64decode(given.output)) });
const unlocking = (given: Given) => ({ passphrase: given.passphrase, device: new Secret(b64decode(given.device_secret)) });

/** The grant in a given packet, opened by a given member. */
export async function grantOf(given: Given): Promise<Grant> {
  const directory = office(given.office);
  const staff = member({ ...given.staff, office: directory.office });
  const grant = (await openGrant(staff, b64decode(given.packet), directory, given.pin ?? null)) ?? refuse("no-match", "not addressed");
  return grant.withHistory(typeof given.history === "string" ? b64decode(given.history) : null);
}

const threadOf = (entries: Given) =>
  entries.map((entry: Given) => ({ direction: entry.dir, seq: entry.seq, type: entry.content?.type ?? null, mark: entry.mark }));

async function checkedProof(given: Given) {
  const before = given.before ? await grantOf({ ...given, packet: given.before, pin: null }) : null;
  const proof = given.proof === null ? null : proofShape(given.proof);
  checkProof(office(given.office), await grantOf(given), proof, before);
  return { signers: proof === null ? [] : proof.signatures.map(({ member }) => member) };
}

async function reviewedRegrant({ office: there, staff, ...given }: Given) {
  const directory = office(there);
  const own = given.before === null ? null : await grantOf({ office: there, staff, packet: given.before, history: given.before_history });
  const waiting = { packet: b64decode(given.packet), history: b64decode(given.history), proof: proofShape(given.proof) };
  const reviewed = await reviewRegrant(member({ ...staff, office: directory.office }), waiting, directory, own, given.items);
  const [{ grant, view }, unnamed] = [reviewed, own === null ? unnamedBefore(directory, reviewed) : []];
  return { case: grant.case, epoch: grant.epoch, hash: grant.hash, holders: grant.holders, marks: view.entries.map(({ mark }) => mark), unnamed };
}

async function checkedChain({ office: there, staff, before, ...given }: Given) {
  const [directory, pinned] = [office(there), await grantOf({ office: there, staff, packet: before })];
  const view = await readCase(directory, await grantOf({ office: there, staff, ...given }), given.items);
  checkChain(directory, pinned, view);
  return { epoch: view.grant.epoch };
}

async function reporterView(given: Given) {
  const directory = office(given.office);
  const keys = await keysOf(given, directory.office);
  const memo = await openMemo(keys, given.memo);
  const mailbox = await readMailbox(directory, keys, { memo, draft: null, items: given.items as Listing["items"], damaged: [] });
  const { body } = mailbox.memo;
  return { thread: threadOf(mailbox.entries), alarms: mailbox.alarms, epoch: body.epoch, to_office: body.to_office.seq, to_reporter: body.to_reporter.seq };
}

function slots(given: Given) {
  const polls = given.polls.map((poll: string[]) => {
    const out = new Uint8Array(131_072);
    poll.forEach((slot, i) => out.set(b64decode(slot), i * 16_384));
    return out;
  });
  const { entries, total, nextFrom } = readSlots(polls);
  return { entries: entries.map(({ kind, content }) => ({ kind, content: b64encode(content) })), total, next_from: nextFrom };
}

/** A document as somebody may send it: compact, one text in it changed, spaces up to a size, and something behind. */
function sent(given: Given): Uint8Array {
  const [from, to] = given.change ?? ["", ""];
  const content = utf8(writeJsonText(given.submission).replace(from, () => to));
  const behind = utf8(given.behind ?? "");
  const out = new Uint8Array(Math.max(given.size, content.length + behind.length)).fill(0x20);
  out.set(content);
  out.set(behind, out.length - behind.length);
  return out;
}

const written = (content: Uint8Array) => ({ size: content.length, hash: b64encode(sha256(content)) });

async function bundle(given: Given) {
  const found = await readBundle(new Blob([b64decode(given.bundle)]));
  await checkBundle(found);
  const { submission, blobs } = found;
  const hashes = await Promise.all(blobs.map(async (blob) => b64encode(sha256(new Uint8Array(await blob.arrayBuffer())))));
  return { case: submission.case, blobs: hashes };
}

async function reporterKeys(given: Given) {
  const keys = await keysOf(given, given.office);
  const secret = (found: Secret) => b64encode(found.reveal());
  return {
    mailbox_token: keys.token(), mailbox_id: keys.mailboxId, recipient: keys.recipient, act: keys.act, memo_key: secret(keys.memoKey),
    to_office: secret(keys.macs.toOffice), to_reporter: secret(keys.macs.toReporter), watch: secret(keys.watchHandle),
  };
}

async function identity(given: Given) {
  const packet = b64decode(given.packet);
  const shares = await Promise.all(given.custodians.map((custodian: string) => openShares(packet, Identity.read(custodian))));
  return { identity: openIdentity(packet, shares.flat(), given.m, given.n) };
}

function directory(given: Given) {
  const found = verifyDirectory(given.code, given.roots, given.note, given.today, given.seen, { alsoLapsed: given.also_lapsed === true });
  return { sequence: found.sequence, hash: found.hash, lapsed: found.lapsed };
}

function holders(given: Given) {
  const found = chooseHolders(office(given.office), given.entity, given.policy, given.category, given.excluded);
  return { members: found.ids, bucket: found.choice.bucket, escalated: found.escalated };
}

/** The member, and the request as opened. */
async function requested(given: Given) {
  const directory = office(given.office);
  const staff = member({ ...given.staff, office: directory.office });
  return { directory, staff, opened: await openRequest(staff, directory, given.request) };
}

async function request(given: Given) {
  const { requester, packet, hash, handle, about, ground, told, text, delay, expires } = (await requested(given)).opened;
  return { requester: requester.id, handle, packet: b64encode(sha256(packet)), about, ground, told, text, delay, expires, hash: b64encode(hash) };
}

async function approval(given: Given) {
  const { staff, directory, opened } = await requested(given);
  const vote = await approveRequest(staff, directory, opened, new Set(given.marks), systemRng);
  return { custodian: vote.custodian, approves: vote.vote === "approve" };
}

async function unsealed(given: Given) {
  const { staff, directory, opened } = await requested(given);
  return { identity: await unseal(staff, directory, opened, given.votes) };
}

async function linked(given: Given) {
  const link = b64decode(given.link);
  const [one, other] = await Promise.all(given.identities.map((key: string) => openLinkShare(link, Identity.read(key))));
  const { bond, case: id } = openLink(link, one, other);
  return { bond, case: id };
}

async function reasoned(given: Given) {
  const directory = office(given.office);
  const staff = member({ ...given.staff, office: directory.office });
  return { directory, staff, reason: await readReason(staff, directory, given.request) };
}

async function reasonSaid(given: Given) {
  const { requester, about, text, delay } = (await reasoned(given)).reason;
  return { requester, about, text, delay };
}

async function reviewSealed(given: Given) {
  const directory = office(given.office);
  const staff = member({ ...given.staff, office: directory.office });
  const { reviewer } = await sealReview(staff, directory, given.request, given.finding, given.text, systemRng);
  return { reviewer, due: reviewDue(given.request.expires) };
}

async function reviewed(given: Given) {
  const { directory, staff, reason } = await reasoned(given);
  const { reviewer, finding, text } = await openReview(staff, directory, requestShape(given.request), reason, given.review);
  return { reviewer: reviewer.id, finding, text };
}

const recipientBytes = (text: string) => Uint8Array.from(bech32.fromWords(bech32.decode(text as `${string}1${string}`, false).words));

const hashes = (texts: readonly string[]) => texts.map((text) => b64decode(text));

function checkpoint(given: Given) {
  const found = readCheckpoint({ office: given.office, number: given.number, key: given.key }, given.note);
  const keys = new Map(Object.entries(given.cosigners as Record<string, string>).map(([name, key]) => [name, b64decode(key)]));
  const cosigned = Object.fromEntries(atOnce(cosignersOf(readNote(given.note, SIGNATURE_SIZES), keys)));
  return { size: found.size, root: b64encode(found.root), hour: found.hour, office: officeLine(found.office), cosigned };
}

function entry(given: Given) {
  const key = caseLogKey(b64decode(given.erasure_key, 32));
  return { key: b64encode(key), entry: b64encode(logEntry(key, given.fact, b64decode(given.content))) };
}

function filed(given: Given) {
  const found = verifyFiling(given.code, b64decode(given.proof));
  return { origin: originOf(found.log), size: found.checkpoint.size, hour: found.checkpoint.hour, item: found.item };
}

function keptFiling(given: Given) {
  const filing = openFiling(b64decode(given.token, 32), b64decode(given.answer));
  return { proof: filing === null ? null : b64encode(sha256(writeProof(given.roots, given.log, filing))) };
}

export const OPS: Record<string, (given: Given) => unknown> = {
  frame: (g) => ({ frame: b64encode(frame(g.label, ...g.fields.map((field: string) => b64decode(field)))) }),
  read_receipt: (g) => ({ digits: readReceipt(g.text).reveal() }),
  derive_reporter: reporterKeys,
  read_json: (g) => ({ value: readJson(b64decode(g.content), 65_536) }),
  pad_text: (g) => ({ length: paddedSize(g.length) }),
  file_name: (g) => {
    const name = String.fromCodePoint(...(g.points as number[]));
    const points = (found: string): (number | undefined)[] => [...found].map((one) => one.codePointAt(0));
    return { sent: points(cleanFileName(name)), shown: points(shownFileName(name)) };
  },
  attachment_size: (g) => ({ file: blobSize(g.length, g.stanzas), padded: paddedAttachment(g.length, g.stanzas) }),
  read_code: (g) => ({ content: b64encode(readCode(g.text, g.size)) }),
  write_code: (g) => ({ text: writeCode(b64decode(g.content)) }),
  read_checked_code: (g) => ({ text: readCheckedCode(g.text) }),
  write_checked_code: (g) => ({ text: writeCheckedCode(b64decode(g.content)) }),
  read_recipient: (g) => ({ hash: b64encode(sha256(recipientBytes(readRecipient(g.text)))) }),
  read_identity: (g) => ({ recipient: Identity.read(g.text).recipient }),
  open_sealed: async (g) => ({ plaintext: b64encode(await open(Identity.read(g.identity), b64decode(g.file), ...g.counts)) }),
  check_envelope: (g) => ({ stanzas: checkEnvelope(b64decode(g.file), ...g.counts).stanzas }),
  check_signature: (g) => {
    checkSignature(b64decode(g.key), b64decode(g.message), b64decode(g.sig));
    return {};
  },
  localized_text: (g) => {
    const found = localized()(g.texts, languageTag(g.language));
    return { shown: g.wanted.map((wanted: string) => [wanted, tagFor(found, wanted), textIn(found, wanted)]), zh: found.zh, en: found.en };
  },
  verify_directory: directory,
  verify_office: (g) => {
    const [now, use] = [{ seconds: g.seconds, day: g.today }, { alsoLapsed: g.also_lapsed === true, offline: g.offline === true }];
    const found = verifyOffice(g.code, g.document, now, g.seen, use);
    return { sequence: found.sequence, hash: found.hash, lapsed: found.lapsed, confirmed: found.confirmed?.at ?? null };
  },
  choose_holders: holders,
  open_grant: async (g) => {
    const grant = await grantOf(g);
    return { case: grant.case, epoch: grant.epoch, hash: grant.hash, holders: grant.holders };
  },
  open_history: async (g) => {
    const { body } = await grantOf({ ...g, history: null });
    const past = openHistory(body, g.history === null ? null : b64decode(g.history));
    return { epochs: past.length, hash: b64encode(sha256(writeJson(past))) };
  },
  check_chain: checkedChain,
  check_proof: checkedProof,
  review_regrant: reviewedRegrant,
  read_case: async (g) => {
    const view = await readCase(office(g.office), await grantOf(g), g.items, new Set<string>(g.named ?? []));
    return { thread: threadOf(view.entries), alarms: view.alarms, ...view.inForce };
  },
  read_removal: (g) => readRemoval(office(g.office), g.removal),
  claims_of: async (g) => {
    const [directory, grant] = [office(g.office), await grantOf(g)];
    const { opened, ...rest } = claimsOf(await readCase(directory, grant, g.items), verifyEvents(directory, grant.case, g.events));
    return { ...rest, opened: Object.fromEntries(opened) };
  },
  read_inner: (g) => {
    const { content } = readInner(g.direction, readJsonText(g.content));
    return { type: content.type, payload: content.payload };
  },
  read_mailbox: reporterView,
  open_memo: async (g) => {
    const memo = await openMemo(await keysOf(g, g.office), g.memo);
    return { seq: memo.seq, case: memo.body.case };
  },
  read_slots: slots,
  read_bundle: bundle,
  read_sent_submission: (g) => ({ case: readSentSubmission(sent(g)).case }),
  write_submission: (g) => written(writeSubmission(g.submission)),
  write_post: (g) => written(writePost(g.post)),
  read_submission: (g) => ({ case: readSubmission(g.submission).case }),
  check_next_keys: (g) => {
    checkNextKeys(g.office, g.member, g.former, nextKeysShape(g.keys));
    return {};
  },
  seeds_in_force: (g) => ({ seeds: b64encode(seedsInForce(new Secret(b64decode(g.seeds)), office(g.office), g.member).reveal()) }),
  staff_keys: (g) => ({ recipient: member(g).recipient, signing: member(g).signing }),
  unwrap_staff_seed: async (g) => ({ seed: b64encode((await unwrapStaffSeed(g.wrapped, unlocking(g), g)).reveal()) }),
  signin_secret: async (g) => ({ secret: await signinSecret(unlocking(g), g) }),
  unwrap_with_passkey: async (g) => ({ seed: b64encode((await unwrapWithPasskey(g.wrapped, passkey(g), g)).reveal()) }),
  passkey_signin_secret: async (g) => ({ secret: await passkeySigninSecret(passkey(g), g) }),
  passkey_names: (g) => ({ input: b64encode(passkeyInput(g)), user: passkeyUser(g) }),
  check_proof_of_keys: (g) => {
    checkProofOfKeys(g, g.code);
    return {};
  },
  open_keyring_entry: async (g) => {
    const grant = await openKeyringEntry(member(g), g.entry);
    return { case: grant.case, epoch: grant.epoch, hash: grant.hash };
  },
  open_trial: async (g) => ({ word: await openTrial(member(g), b64decode(g.packet), g.items) }),
  open_identity: identity,
  withdrawal_mark: (g) => ({ mark: b64encode(withdrawalMark(g.handle)) }),
  open_protection: async (g) => ({ protection: await openProtection(b64decode(g.packet), Identity.read(g.identity)) }),
  open_link: linked,
  link_request: (g) => {
    const asked = linkRequestShape(g.request);
    checkLinkRequest(office(g.office), asked);
    return { content: requestContent(asked) };
  },
  entry_marks: (g) => ({ marks: entryMarks(g.handle) }),
  watch_call: (g) => ({ header: signCall(member(g), { route: g.route, seconds: g.seconds, body: b64decode(g.body) }, () => b64decode(g.nonce)) }),
  open_request: request,
  approve_request: approval,
  unseal: unsealed,
  read_reason: reasonSaid,
  seal_review: reviewSealed,
  open_review: reviewed,
  read_taken_down: (g) => ({ statement: readOnBehalf(office(g.office), g.case, g) }),
  ...dutyOps(office, member),
  ...nonReaderOps(office, grantOf),
  ...WORK_OPS,
  open_attachment: async (g) => {
    const opener = new Opener(Identity.read(g.identity), g.stanzas);
    const file = await openAttachmentAsBlob(opener, g.attachment, async () => b64decode(g.file));
    return { hash: b64encode(sha256(new Uint8Array(await file.arrayBuffer()))) };
  },
  verify_events: (g) => {
    const read = verifyEvents(office(g.office), g.case, g.events);
    return { wrong: read.map((event) => event.wrong), head: read.at(-1)?.hash };
  },
  tree_hash: (g) => ({ root: b64encode(treeHash(hashes(g.entries).map(leafHash))) }),
  check_inclusion: (g) => {
    checkInclusion({ leaf: leafHash(b64decode(g.entry)), index: g.index, size: g.size, path: hashes(g.path), root: b64decode(g.root) });
    return {};
  },
  check_consistency: (g) => {
    checkConsistency({ old: g.old, now: g.new, oldRoot: b64decode(g.old_root), newRoot: b64decode(g.new_root), path: hashes(g.path) });
    return {};
  },
  read_tile_path: (g) => readTilePath(g.path),
  log_entry: entry,
  office_log_key: (g) => ({ key: b64encode(officeLogKey(g.office)) }),
  verify_log: (g) => {
    const log = verifyLog(g.code, g.roots, g.note);
    return { origin: originOf(log), key: log.key };
  },
  read_checkpoint: checkpoint,
  verify_filing: filed,
  keep_filing: keptFiling,
};

// SPEC §5: who may change a case's keys. The same checks for the reporter and for every desk.
import { compareBytes, demand, equal, frame, fromB64, sha256, u64, utf8, verifies } from "./ground.js";
import { HOLDING } from "./directory_shape.js";
import { recipientOf } from "./keys.js";
import { openGrant, openPacket } from "./grants.js";
import { b32, dayFrom, day, id, integer, list, object, orNull, signature } from "./shape.js";

export const sameSet = (a, b) => a.length === b.length && a.every((one) => b.includes(one));

/** The hash of what a re-grant puts in force. */
function bindingOf({ recipient, to_office: toOffice, to_reporter: toReporter, holders }) {
  const names = holders.map(utf8).sort(compareBytes);
  return sha256(frame("yanlu/v1/regrant-binding", recipient, toOffice, toReporter, u64(names.length), ...names));
}

/** The keys of a member, the oldest first, each with the bounds of what it may have signed. */
function keysOfMember(member) {
  const former = (member.former ?? []).map((one) => ({ key: one.signing, until: one.until, sequence: one.sequence }));
  return [...former, { key: member.signing, until: null, sequence: null }];
}

/** The place among a member's keys of the one that signed, among those allowed; -1 if none did. */
export function signedWith(member, message, sig, allowed = () => true) {
  return keysOfMember(member).findIndex((one) => allowed(one) && verifies(one.key, message, sig));
}

/** The top of the superiors of an entity: those that have the same one are a group. */
const topOf = (directory, entity) => directory.superiors(entity).at(-1) ?? entity;

/** The entities in whose rows or `outside` a member stands. */
function placesOf(directory, name) {
  const rows = directory.body.holders.filter((row) => row.members.includes(name)).map((row) => row.entity);
  return [...rows, ...directory.body.entities.filter((one) => one.outside.includes(name)).map((one) => one.id)];
}

/** Whether a member has a place in the group of the entity. */
export function hasPlace(directory, entity, name) {
  const top = topOf(directory, entity);
  return directory.body.oversight.includes(name) || placesOf(directory, name).some((place) => topOf(directory, place) === top);
}

function mayJoin(directory, entity, name) {
  const member = directory.member(name);
  if (member === null || !HOLDING.includes(member.role)) return false;
  return placesOf(directory, name).length === 0 || hasPlace(directory, entity, name);
}

/** Outside holders of the entity and its superiors, where at most one former holder is left. */
function standIns(directory, entity, holders, on) {
  const left = (date) => holders.filter((name) => directory.validOn(name, date)).length;
  if (left(on) > 1 && left(directory.today) > 1) return [];
  return [entity, ...directory.superiors(entity)].flatMap((name) => directory.entities.get(name)?.outside ?? []);
}

/** Whether the member is one of those who may sign: any, where the holders before are not known. */
export function maySign({ directory, entity, before: { holders } }, on, name) {
  return holders === null || holders.includes(name) || standIns(directory, entity, holders, on).includes(name);
}

function checkSignature(context, told, message, { member: name, sig }) {
  const { directory } = context;
  demand(directory.signedInTime(name, told.day, told.sequence), "removed-signer", name);
  demand(!context.excluded.includes(name), "excluded", name);
  demand(maySign(context, told.day, name) && told.holders.includes(name), "successor", name);
  const allowed = (one) => one.until === null || (told.day <= one.until && told.sequence <= one.sequence);
  const place = signedWith(directory.member(name), message, sig, allowed);
  demand(place >= 0, "forged", name);
  return { name, place };
}

function checkKnown(known, told) {
  if (!known) return;
  for (const part of ["grant", "to_office", "to_reporter"]) {
    demand(!known[part] || equal(known[part], told[part]), "successor", `another ${part}`);
  }
  demand(!known.recipient || known.recipient === told.recipient, "successor", "another recipient");
  demand(!known.holders || sameSet(known.holders, told.holders), "successor", "other holders");
  demand(!known.day || known.day === told.day, "successor", "another day");
}

function checkSigners(context, told, binding, needed) {
  const { directory } = context;
  const message = frame("yanlu/v1/regrant", directory.office, context.case, u64(told.epoch), told.previous, told.grant, told.day, u64(told.sequence), binding);
  const signers = told.signatures.map((one) => checkSignature(context, told, message, one));
  demand(new Set(signers.map((one) => one.name)).size >= needed, "unsigned", "too few signers");
  return signers;
}

function checkDay({ directory, before, place }, dated) {
  const earliest = before.day === null ? null : dayFrom(before.day, place === 0 ? -31 : 0);
  demand((earliest === null || dated >= earliest) && dated <= dayFrom(directory.today, 1), "successor", "another time");
}

/** Checks the signatures of a proof under a move to a grant that nobody here has; `context` as for `checkRegrant`. */
export function checkMove(context, grant, proof) {
  const { directory, before, place } = context;
  checkDay(context, proof.day);
  const holders = proof.signatures.map((one) => one.member);
  checkSigners(context, { ...proof, holders, epoch: place + 1, previous: before.grant, grant }, proof.binding, directory.needed(proof.day));
  demand(holders.every((name) => (before.holders ?? holders).includes(name) || mayJoin(directory, context.entity, name)), "successor", "somebody who may not join");
}

/**
 * Checks a re-grant that was told; refuses at a mark. `context` is `{directory, case, entity, excluded, place, before, known}`:
 * the epoch before with its `{grant, holders, day}`, each null where it is not known, and what is known of the new one;
 * `needed` is how many have to sign. Gives the signers, each with the place of the key that signed.
 */
export function checkRegrant(context, told, needed = context.directory.needed(told.day)) {
  const { directory, before, place } = context;
  demand(told.epoch === place + 1, "successor", "another epoch");
  demand(before.grant === null || equal(told.previous, before.grant), "successor", "another grant before it");
  checkDay(context, told.day);
  const signers = checkSigners(context, told, bindingOf(told), needed);
  demand(!told.holders.some((name) => context.excluded.includes(name)), "excluded", "somebody excluded");
  const joined = told.holders.filter((name) => !(before.holders ?? []).includes(name));
  demand(joined.every((name) => mayJoin(directory, context.entity, name)), "successor", "somebody who may not join");
  checkKnown(context.known, told);
  return signers;
}

const STAGES = { "removed-signer": "signature", forged: "signature", unsigned: "signature" };

/** Reads a proof of a re-grant. */
export const readProof = object({ day, sequence: integer(1), binding: b32, signatures: list(object({ member: id, sig: signature }), 8) });

/** What a grant's body says of its own epoch, as an `epoch` item would. */
export function toldBy(body, hash, signatures = []) {
  const { epoch, previous, holders, day: made } = body;
  const recipient = recipientOf(body.seed);
  return { epoch, recipient, ...body.macs, holders, grant: hash, previous, day: made, sequence: body.directory.sequence, signatures };
}

/** What a grant tells with these signatures, which are over its own day, directory and binding. */
export function toldIn(proof, body, hash) {
  const told = toldBy(body, hash, proof.signatures);
  const same = proof.day === told.day && proof.sequence === told.sequence && equal(proof.binding, bindingOf(told));
  demand(same, "successor", "another day, directory or binding");
  return told;
}

function checkProof(input) {
  const { body, hash, directory, staff } = openGrant(input);
  const proof = orNull(readProof)(input.proof);
  if (body.epoch === 0) {
    demand(proof === null, "signature", "a first grant that somebody signed");
    return { signers: [] };
  }
  demand(proof !== null, "signature", "nobody signed");
  const told = toldIn(proof, body, hash);
  const former = input.before === null ? null : openPacket(fromB64(input.before), staff.seeds, directory.office, staff.member);
  const before = former === null
    ? { grant: body.previous, holders: body.previous_holders, day: null }
    : { grant: former.hash, holders: former.body.holders, day: former.body.day };
  const context = { directory, case: body.case, entity: body.entity, excluded: body.excluded, place: body.epoch - 1, before, known: null };
  return { signers: stagesOf(() => checkRegrant(context, told)).map((one) => one.name) };
}

/** Turns the marks of a re-grant into stages. */
export function stagesOf(call) {
  try {
    return call();
  } catch (error) {
    if (error.stage in STAGES) error.stage = STAGES[error.stage];
    throw error;
  }
}

export const REGRANTS = { check_proof: checkProof };

// SPEC §5, review_regrant: what a second signer checks before signing.
import { attempt, demand, equal, fromB64, toB64 } from "./ground.js";
import { epochsOf, inForce, readThread } from "./desk.js";
import { chooseHolders, verifyDirectory } from "./directory.js";
import { checkPin, openPacket, staffOf } from "./grants.js";
import { knownKeys, openHistory } from "./history.js";
import { checkRegrant, hasPlace, maySign, readProof, stagesOf, toldIn } from "./regrants.js";

const sameKeys = (a, b, isFirst) => {
  // The office seed of epoch 0 is no part of a first grant: step 5 compares it.
  const offices = isFirst ? [null, null] : [a.office_seed, b.office_seed];
  const office = offices.includes(null) ? offices.every((one) => one === null) : equal(...offices);
  return equal(a.seed, b.seed) && office && equal(a.macs.to_office, b.macs.to_office) && equal(a.macs.to_reporter, b.macs.to_reporter);
};

/** Step 1: the grant that is proposed. */
function openProposed({ packet }, directory, staff) {
  const made = openPacket(fromB64(packet), staff.seeds, directory.office, staff.member);
  const { body } = made;
  demand(body.epoch > 0, "schema", "a first grant");
  demand(body.holders.every((name) => directory.validOn(name, directory.today)), "schema", "a holder who is no member today");
  const joined = body.holders.filter((name) => !body.previous_holders.includes(name));
  demand(joined.every((name) => hasPlace(directory, body.entity, name)), "successor", "somebody without a place joins");
  return made;
}

/** The signer's own grant, with the keys that it and its history give; null for one who has none. */
function openOwn({ before, before_history: history }, directory, staff) {
  if (before === null) return null;
  const { body, hash } = openPacket(fromB64(before), staff.seeds, directory.office, staff.member);
  return { body, hash, keys: knownKeys(body, history === null ? null : fromB64(history)) };
}

/** Step 2: against the signer's own grant. */
function checkFollows(made, own, staff) {
  if (own === null) return demand(!made.body.previous_holders.includes(staff.member), "successor", "a holder without the own grant");
  const { body } = own;
  demand(made.body.epoch === body.epoch + 1, "epoch", "another epoch than the next one");
  checkPin(made, { epoch: body.epoch, hash: own.hash, holders: body.holders, excluded: body.excluded });
  const same = equal(made.body.case, body.case) && equal(made.body.act, body.act) && ["entity", "policy"].every((one) => made.body[one] === body[one]);
  return demand(same, "successor", "another case, entity, policy or act key");
}

/** Step 3: the keys of the epochs before, and those that take their place. Gives the former. */
function checkKeys({ body }, own, document) {
  const past = openHistory(body, document).keys;
  const known = [...(own?.keys ?? [])];
  demand(known.every(([epoch, keys]) => sameKeys(past[epoch], keys, own.body.epoch === 0)), "successor", "other keys of an epoch before");
  const secrets = past.flatMap(({ seed, macs }) => [seed, macs.to_office, macs.to_reporter]);
  const again = [body.seed, body.macs.to_office, body.macs.to_reporter].some((key) => secrets.some((one) => equal(one, key)));
  demand(!again, "successor", "a key of an epoch before");
  const offices = past.map((keys) => keys.office_seed !== null && equal(keys.office_seed, body.office_seed));
  const stays = offices.at(-1) && body.previous_holders.every((name) => body.holders.includes(name));
  demand(stays || !offices.includes(true), "successor", "an office key of an epoch before");
  return past;
}

/** Step 4: who signed, and who is asked to. */
function checkSigners({ body, hash }, own, proof, directory, staff) {
  const before = { grant: body.previous, holders: body.previous_holders, day: own?.body.day ?? null };
  const context = { directory, case: body.case, entity: body.entity, excluded: body.excluded, place: body.epoch - 1, before, known: null };
  const may = directory.validOn(staff.member, directory.today) && maySign(context, proof.day, staff.member);
  demand(may && !proof.signatures.some(({ member }) => member === staff.member), "signature", "the signer may not, or has");
  stagesOf(() => checkRegrant(context, toldIn(proof, body, hash), 1));
}

/** What the proposal tells of the epoch before, for one who has no grant of it. */
function toldBefore({ body }, past) {
  const epoch = body.epoch - 1;
  const epochs = new Map(past.map(({ macs }, one) => [one, { ...macs }]));
  epochs.set(epoch, { ...epochs.get(epoch), grant: body.previous, holders: body.previous_holders });
  return { body: { ...body, epoch }, keys: new Map(past.entries()), epochs, isTold: true };
}

/** Step 5, for a holder of epoch 0: the history has the office seed that the office key told, or none. */
function checkOfficeKey(own, past, keys, thread) {
  if (own === null || own.body.epoch > 0) return;
  const [told, read] = [past[0].office_seed, keys.get(0).office_seed];
  const isEmpty = thread.last["office-only"].seq === 0;
  const fits = read === null ? told === null || !isEmpty : told !== null && equal(told, read);
  demand(fits, "successor", "another office key of epoch 0");
}

/** Step 5: the case as it stands. */
function readStanding(made, own, past, directory, input) {
  const { body, ...known } = own === null ? toldBefore(made, past) : { ...own, epochs: epochsOf(own.body, own.keys, own.hash) };
  const thread = readThread(directory, body, known, input);
  demand(thread.verified.some((item) => item.type === "report"), "schema", "no report");
  checkOfficeKey(own, past, known.keys, thread);
  // Without a grant of before only the thread proves a change of receipt.
  const standing = inForce(thread, body, own === null ? 0 : body.receipt_change);
  const named = [made.body.reporter, made.body.receipt_change];
  demand(named.every((one, at) => one === standing[at]), "successor", "another recipient of the reporter");
  return thread;
}

/** Whom the case tells as holders before, though the proposal does not: for one who has no grant of that epoch. */
function unnamedBefore({ body }, thread, directory) {
  const first = ({ content: { entity, policy, category, excluded } }) => attempt(() => chooseHolders(directory, entity, policy, category, excluded).members) ?? [];
  const told = body.epoch === 1
    ? thread.verified.filter((item) => item.type === "report").flatMap(first)
    : thread.opened.filter((one) => one.type === "epoch" && equal(one.content.grant, body.previous)).flatMap((one) => one.content.holders);
  const left = told.filter((name) => directory.validOn(name, directory.today) && !body.previous_holders.includes(name));
  return [...new Set(left)].sort();
}

function reviewRegrant(input) {
  const directory = verifyDirectory(input.office);
  const staff = staffOf(input.staff);
  const own = openOwn(input, directory, staff);
  const proof = readProof(input.proof);
  directory.demandInForce();
  const made = openProposed(input, directory, staff);
  checkFollows(made, own, staff);
  const past = checkKeys(made, own, fromB64(input.history));
  checkSigners(made, own, proof, directory, staff);
  const thread = readStanding(made, own, past, directory, input);
  const { case: id, epoch, holders } = made.body;
  return { case: toB64(id), epoch, hash: toB64(made.hash), holders, marks: thread.lines.map(({ mark }) => mark), unnamed: own === null ? unnamedBefore(made, thread, directory) : [] };
}

export const REVIEWS = { review_regrant: reviewRegrant };

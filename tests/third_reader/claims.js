// SPEC §9: which grant and report each member was shown under a case id.
import { attempt, equal, frame, sha256, toB64 } from "./ground.js";
import { writeCode } from "./codes.js";
import { readCase } from "./desk.js";
import { markedEvents, verifiedEvents } from "./events.js";
import { MAX_EPOCH } from "./grants.js";
import { checkMove, readProof } from "./regrants.js";
import { b32, integer, object } from "./shape.js";

/** Reads the `data` of a `claimed`. */
export const readClaim = object({ epoch: integer(0, MAX_EPOCH), grant: b32, item: b32 });

/** Whether a claim says that its member was shown something else. */
function differs(claim, item, epochs) {
  if (claim === null || !equal(claim.item, item)) return true;
  const grant = epochs.get(claim.epoch)?.grant ?? null;
  return grant !== null && !equal(claim.grant, grant);
}

function markOf(thread, item) {
  const first = thread.epochs.get(0)?.grant ?? null;
  return first === null ? null : writeCode(sha256(frame("yanlu/v1/case-mark", thread.case, first, item)).subarray(0, 10));
}

function claimsOf(input) {
  const thread = readCase(input);
  const report = thread.verified.find((item) => item.dir === "to-office" && item.seq === 1 && item.type === "report");
  const events = verifiedEvents(thread.directory, thread.case, input.events).filter((event) => event.kind === "claimed" && !thread.excluded.includes(event.actor));
  if (report === undefined) return { own: null, mark: null, opened: {}, differing: thread.isLost(0) ? [] : [...new Set(events.map((event) => event.actor))].sort() };
  const { grant, holders } = thread.epochs.get(thread.epoch);
  const claims = events.map((event) => ({ member: event.actor, day: event.day, claim: attempt(() => readClaim(event.data)) }));
  const differing = claims.filter(({ claim }) => differs(claim, report.hash, thread.epochs)).map((one) => one.member);
  const remaining = claims.filter(({ member, claim }) => !differing.includes(member) && claim.epoch === thread.epoch && holders.includes(member));
  return {
    own: { epoch: thread.epoch, grant: toB64(grant), item: toB64(report.hash) },
    mark: markOf(thread, report.hash),
    opened: Object.fromEntries(remaining.map(({ member, day }) => [member, day])),
    differing: [...new Set(differing)],
  };
}

const MOVES = ["regranted", "regrant-countersigned"];
const BY_OTHERS = [...MOVES, "claimed", "regrant-proposed", "regrant-declined", "regrant-told", "act-read"];

/** The epoch behind a move: a known grant, none lower; else null where the next grant is not known and the move is signed. */
function reached(thread, data, epoch, highest) {
  const { epochs } = thread;
  const known = [...epochs].find(([, one]) => one.grant && toB64(one.grant) === data.grant);
  if (known !== undefined) return known[0] > highest ? known[0] : epoch;
  if (epoch === null || epochs.get(epoch + 1)?.grant) return epoch;
  const before = epochs.get(epoch);
  return !before?.grant || isSigned(thread, data, epoch, before) ? null : epoch;
}

function isSigned({ directory, case: id, entity, excluded }, { grant, day, sequence, binding, signatures }, place, { grant: previous, holders, day: begun }) {
  const context = { directory, case: id, entity, excluded, place, before: { grant: previous, holders: holders ?? null, day: begun ?? null } };
  return attempt(() => {
    checkMove(context, b32(grant), readProof({ day, sequence, binding, signatures }));
    return true;
  }) === true;
}

/** What is wrong with each event of a record, where that is that its member was no reader too. */
function markNonReaders(input) {
  const thread = readCase(input);
  const { events, wrong } = markedEvents(thread.directory, thread.case, input.events);
  let [epoch, highest] = [0, 0];
  return { wrong: events.map((event, place) => {
    if (wrong[place] !== null || event.actor === "worker") return wrong[place];
    const holders = epoch === null ? null : (thread.epochs.get(epoch)?.holders ?? null);
    if (MOVES.includes(event.kind)) epoch = reached(thread, event.data, epoch, highest);
    highest = epoch ?? highest;
    const reads = !thread.excluded.includes(event.actor) && (holders === null || holders.includes(event.actor));
    return reads || BY_OTHERS.includes(event.kind) ? null : "non-reader";
  }) };
}

export const CLAIMS = { claims_of: claimsOf, mark_non_readers: markNonReaders };

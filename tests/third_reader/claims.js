// SPEC §9: which grant and report each member was shown under a case id.
import { attempt, equal, frame, sha256, toB64 } from "./ground.js";
import { writeCode } from "./codes.js";
import { readCase } from "./desk.js";
import { verifiedEvents } from "./events.js";
import { MAX_EPOCH } from "./grants.js";
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

export const CLAIMS = { claims_of: claimsOf };

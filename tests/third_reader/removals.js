// SPEC §9: who changed the readers of a case since a member opened it.
import { demand, equal, frame, toB64, u64 } from "./ground.js";
import { readClaim } from "./claims.js";
import { verifyDirectory } from "./directory.js";
import { readEvent } from "./events.js";
import { readProof, signedWith } from "./regrants.js";
import { b16, b32, id, integer, list, object } from "./shape.js";

const PLACED = object({ n: integer(), prev: b32, event: (value) => value });
const REMOVAL = object({ case: b16, member: id, claim: PLACED, changes: list(PLACED, Infinity, 1) });
const PROOF = ["day", "sequence", "binding", "signatures"];
const CHANGES = ["regranted", "regrant-countersigned"];

/** Reads an event of this case at the place that is told, of one of these kinds, with a signature that holds. */
function heldEvent(directory, caseId, { n, prev, event: raw }, kinds) {
  const event = readEvent(raw);
  const member = event === null ? null : directory.member(event.actor);
  const fits = member !== null && event.sig !== null && kinds.includes(event.kind) && event.n === n && equal(event.case, caseId);
  demand(fits, "event", "another event");
  const message = frame("yanlu/v1/event", directory.office, event.case, u64(n), prev, event.payload);
  demand(signedWith(member, message, event.sig, (one) => one.until === null || event.day <= one.until) >= 0, "event", "not signed");
  return event;
}

/** Checks the signatures of a change over the move from one grant to the next; gives its day and who signed. */
function checkMove(directory, caseId, before, event) {
  const grant = b32(event.data.grant);
  const { day, sequence, binding, signatures } = readProof(Object.fromEntries(PROOF.map((key) => [key, event.data[key]])));
  const message = frame("yanlu/v1/regrant", directory.office, caseId, u64(before.epoch + 1), before.grant, grant, day, u64(sequence), binding);
  for (const { member, sig } of signatures) {
    const signer = directory.member(member);
    const allowed = (one) => one.until === null || (day <= one.until && sequence <= one.sequence);
    demand(signer !== null && signedWith(signer, message, sig, allowed) >= 0, "signature", "another move");
  }
  const by = [...new Set(signatures.map((one) => one.member))];
  demand(by.length > 0, "signature", "nobody signed");
  const missing = Math.max(0, directory.needed(day) - by.length);
  return { after: { epoch: before.epoch + 1, grant }, change: { day, by, missing } };
}

function readRemoval({ office, removal }) {
  const directory = verifyDirectory(office);
  const read = REMOVAL(removal);
  const claim = heldEvent(directory, read.case, read.claim, ["claimed"]);
  demand(claim.actor === read.member, "event", "another member");
  let [before, last] = [readClaim(claim.data), claim.n];
  const events = read.changes.map((change) => {
    const event = heldEvent(directory, read.case, change, CHANGES);
    demand(event.n > last, "event", "out of order");
    last = event.n;
    return event;
  });
  const changes = events.map((event) => {
    const { after, change } = checkMove(directory, read.case, before, event);
    before = after;
    return change;
  });
  return { case: toB64(read.case), member: read.member, opened: claim.day, changes };
}

export const REMOVALS = { read_removal: readRemoval };

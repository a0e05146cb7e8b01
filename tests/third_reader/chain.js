// SPEC §5, Further on: the signed moves from the grant that a member has pinned to one several epochs on.
import { attempt, demand, equal, fromB64 } from "./ground.js";
import { openCase } from "./desk.js";
import { openPacket } from "./grants.js";
import { checkRegrant, sameSet } from "./regrants.js";
import { dayFrom } from "./shape.js";

/** The moves that lead on from those reached so far, each checked with what the one before says. */
function movesOn(told, reached, pinned, directory) {
  const { case: id, entity, excluded } = pinned;
  const holds = (one, before) => attempt(() => checkRegrant({ directory, case: id, entity, excluded, place: one.epoch - 1, before, known: null }, one)) !== null;
  return told.filter((one) => reached.some((before) => before.epoch + 1 === one.epoch && holds(one, before)));
}

/** Checks the chain: as `read_case`, and `before`, the packet of the pinned grant. Gives the epoch that is reached. */
function checkChain(input) {
  const { body, directory, staff, thread } = openCase(input);
  const { body: pinned, hash } = openPacket(fromB64(input.before), staff.seeds, directory.office, staff.member);
  if (body.epoch <= pinned.epoch + 1) return { epoch: body.epoch };
  const told = thread.opened.filter((one) => one.type === "epoch").map((one) => one.content);
  let reached = [{ epoch: pinned.epoch, grant: hash, holders: pinned.holders, day: pinned.day }];
  while (reached.length > 0 && reached[0].epoch < body.epoch - 1) reached = movesOn(told, reached, pinned, directory);
  const earliest = (one) => dayFrom(one.day, one.epoch === 0 ? -31 : 0);
  const leads = (one) => equal(one.grant, body.previous) && sameSet(one.holders, body.previous_holders) && earliest(one) <= body.day;
  demand(reached.some(leads), "successor", "no move of each epoch between");
  demand(body.entity === pinned.entity, "successor", "another entity");
  return { epoch: body.epoch };
}

export const CHAINS = { check_chain: checkChain };

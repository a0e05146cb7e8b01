/** Who handles a case, by its signed record. */

import { type Case, FIRST_STAGE, NAMES_HANDLER, selfAssigned, stageOf } from "../../../casework/index.js";
import type { DeskCase } from "./model.js";

type Handled = Pick<DeskCase, "row" | "opened">;

/** Whom the record names as handler and deputy, who took the case since, and who has stepped back from it. */
interface Handling {
  readonly named: readonly string[];
  readonly takers: readonly string[];
  readonly recused: ReadonlySet<string>;
}

function handlingOf({ row, opened }: Handled): Handling {
  const found = opened?.ruled?.found;
  const ids = (...some: (string | null | undefined)[]): string[] => some.filter((id) => typeof id === "string");
  // The server's word stands only where the record could not be followed.
  if (found === undefined) return { named: ids(row.standing.owner, row.standing.deputy), takers: row.taken_by, recused: new Set() };
  return { named: ids(found.codes.handler, found.codes.deputy), takers: selfAssigned(found), recused: found.recused };
}

/** Who handles a case: the handler and the deputy that were named, and only where nobody was, those who have taken it. */
export function handlersOf(shelved: Handled): readonly string[] {
  const { named, takers, recused } = handlingOf(shelved);
  return [...new Set(named.length > 0 ? named : takers)].filter((id) => !recused.has(id));
}

/** Who handles a case by its record alone. */
export function handlersIn(found: Case): readonly string[] {
  const named = [found.codes.handler, found.codes.deputy].filter((id) => id !== undefined);
  return (named.length > 0 ? named : selfAssigned(found)).filter((id) => !found.recused.has(id));
}

/** The roles with which an open case is that nobody handles, once it has left the stage in which it arrived; none of any other. */
export function withRoles(shelved: Handled): readonly string[] {
  const ruled = shelved.opened?.ruled ?? null;
  if (ruled === null || handlersOf(shelved).length > 0 || ruled.found.stage === FIRST_STAGE) return [];
  const stage = stageOf(ruled.rules, ruled.found.stage);
  return stage === null || stage.end ? [] : stage.actors;
}

/** The deputy that the record names beside a handler; null where there is none. */
export function deputyOf({ opened }: Handled): string | null {
  const found = opened?.ruled?.found;
  const { handler, deputy } = found?.codes ?? {};
  return found === undefined || handler === undefined || deputy === undefined || deputy === handler || found.recused.has(deputy) || found.recused.has(handler) ? null : deputy;
}

/** Whether the case is there to be taken: where a handler was named, that takes another act. */
export function mayTake(shelved: Handled, me: string): boolean {
  const { named, takers, recused } = handlingOf(shelved);
  const rules = shelved.opened?.ruled?.rules;
  // A server's owner may be somebody who took it, and a policy of before knows no other act.
  const other = rules?.anywhere.some(({ act }) => act === "reassigned") === true && !rules.without.includes("reassigned");
  const left = named.filter((id) => !recused.has(id));
  return (!other || left.length === 0) && !left.includes(me) && !takers.includes(me);
}

/** Who works on a case: its handlers, and anyone who took it since they were named. */
export function peopleOf(shelved: Handled): string[] {
  const { named, takers, recused } = handlingOf(shelved);
  return [...new Set([...named, ...takers])].filter((id) => !recused.has(id));
}

/** The step by which a colleague gave the case to somebody. */
interface Given {
  readonly by: string;
  readonly n: number;
  readonly day: string;
}

/** How the case was given to this member, who has done nothing in it since; null where it was not. */
export function givenStep(me: string, { opened }: Handled): Given | null {
  const found = opened?.ruled?.found;
  if (found === undefined || found.codes.handler !== me) return null;
  const counted = found.events.filter(({ n, by }) => by !== null && !found.uncounted.has(n));
  const named = counted.findLastIndex(({ act }) => NAMES_HANDLER.has(act));
  const step = counted[named];
  if (step === undefined || step.by === null || step.by === me || counted.slice(named + 1).some((event) => event.by === me)) return null;
  return { by: step.by, n: step.n, day: step.day };
}

/** Who gave the case to this member, who has done nothing in it since; null where nobody did. */
export function givenBy(me: string, shelved: Handled): string | null {
  return givenStep(me, shelved)?.by ?? null;
}

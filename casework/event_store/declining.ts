/** What one asks and another must answer is declined by those who could agree, and taken back by who asked (twin of `casework/event_store/declining.py`). */

import type { CaseEvent } from "../../crypto/case/events.js";
import { type Case, type Event, openAskings } from "../engine/case.js";
import { BY_TWO, answers, askingFor, whoMayAnswer } from "../engine/dualapproval.js";
import { mayDo } from "../engine/engine.js";
import { rolesOf } from "../engine/holders.js";
import { type Rules, actsIn, stageOf } from "../policy/document.js";
import type { Act } from "../rules/acts.js";
import { STEP_DECLINED, type StreamEntry } from "./history.js";

/** The answer for which the asking at `n` of the stream waits; null where there is none, or it waits no more. */
export function openAnswer(found: Case, n: unknown): Act | null {
  return [...BY_TWO].find((answer) => openAskings(found.events, found.uncounted, answer).some((one) => one.n === n)) ?? null;
}

/** Whether this member is one of those whose agreement what was asked for waits for; the newest if not given. */
export function mayAgree(rules: Rules, found: Case, answer: Act, member: string, asking: Event | null = askingFor(found, answer)): boolean {
  const stage = stageOf(rules, found.stage);
  if (stage === null || asking === null || asking.by === member || found.recused.has(member)) return false;
  const own = rolesOf(rules, found.codes, member);
  const known = actsIn(rules, stage).filter((rule) => rule.act === answer && answers(rule));
  return known.some((rule) => whoMayAnswer(asking, mayDo(rule, stage)).some((role) => own.has(role)));
}

/**
 * Who does not agree to what waits for this answer, one event each; only those count who could agree.
 * A decline ends nothing: anybody else of them may agree, and so may who declined. A new asking has none; the newest is meant where no other that waits is given.
 */
export function declines(rules: Rules, found: Case, entries: readonly StreamEntry[], answer: Act, asking: Event | null = askingFor(found, answer)): readonly CaseEvent[] {
  const counted = new Map<string, CaseEvent>();
  for (const { event, signed } of entries) {
    const names = signed && event.kind === STEP_DECLINED && event.data["n"] === asking?.n && event.n > (asking?.n ?? 0);
    if (names && !counted.has(event.actor) && mayAgree(rules, found, answer, event.actor, asking)) counted.set(event.actor, event);
  }
  return [...counted.values()];
}

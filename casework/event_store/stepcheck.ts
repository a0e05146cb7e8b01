/** Whether a step may be done: the engine's answer under the rules that a case is pinned to (twin of `casework/event_store/step_check.py`). */

import type { CaseEvent } from "../../crypto/case/events.js";
import type { Act } from "../rules/acts.js";
import type { Case, Event } from "../engine/case.js";
import { DAY_MS } from "../deadlines/days.js";
import { decide } from "../engine/engine.js";
import type { Refusal } from "../engine/refusals.js";
import { type Ruling, lapsedAt } from "../engine/ruling.js";
import { momentOf } from "../deadlines/zones.js";

/** The reporter's act in a message, judged as on the day on which the message arrived: the event that it leaves, or a refusal. */
export function decideRead(ruling: Ruling, found: Case, act: Act, message: CaseEvent, to: string | null): Event | Refusal {
  const { rules, office } = ruling;
  const morning = momentOf(message.day, "00:00", office.zone);
  const night = morning + DAY_MS;
  // Of a message only the day is known: a window of that day is still open, a waiting that ends on it is over.
  const waits = new Set([...rules.anywhere, ...rules.stages.flatMap((stage) => stage.acts)].flatMap((rule) => (rule.act === act && rule.after !== null ? [rule.after] : [])));
  const over = [...lapsedAt(ruling, found, night)].filter((clock) => waits.has(clock));
  const item = message.data["item"];
  return decide(rules, found, {
    act, day: message.day, moment: null, by: null, roles: new Set(), signed: true, to, codes: {}, item: typeof item === "string" ? item : null,
    lapsed: new Set([...lapsedAt(ruling, found, morning), ...over]),
  });
}

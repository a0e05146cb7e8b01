/** From when on a step may be done that the policy refuses as too early (twin of `casework/engine/waiting.py`). */

import type { Office } from "../deadlines/calendars.js";
import { nextDay } from "../deadlines/days.js";
import type { Due } from "../deadlines/deadline.js";
import { dayEn, dayZh, endEn, endZh } from "../deadlines/explanations.js";
import type { Instant } from "../deadlines/zones.js";
import type { Rules } from "../policy/document.js";
import type { Words } from "../words.js";
import type { Case } from "./case.js";
import { stateOf } from "./policyclocks.js";
import type { Refusal } from "./refusals.js";

/** The name of the clock that a refusal is about, with the first day or the moment on which the step may be done where that is known; null where it is about none. */
export function waitingName(rules: Rules, found: Case, refused: Refusal, office: Office, now: Instant): Words | null {
  if (refused.reason !== "too-early" && refused.reason !== "too-late") return null;
  const clock = rules.clocks.find(({ id }) => id === refused.names[0]);
  if (clock === undefined) return null;
  const state = refused.reason === "too-late" ? null : stateOf(clock, found, office, now);
  if (state === null || state.due === null || state.stopped !== null || state.pausedSince !== null) return clock.name;
  const { zh, en } = opens(state.due);
  return { zh: `${clock.name.zh}（${zh}）`, en: `${clock.name.en} (${en})` };
}

/** From the moment on, or from the day after the last. */
function opens(due: Due): Words {
  const first = nextDay(due.day);
  const [zh, en] = due.moment === null ? [dayZh(first), dayEn(first)] : [endZh(due), endEn(due)];
  return due.missing.length > 0 ? { zh: `暂定 ${zh}起可以办理`, en: `from ${en}, provisionally` } : { zh: `${zh}起可以办理`, en: `from ${en}` };
}

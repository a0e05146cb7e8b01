/** The clocks of a policy and of a case, in the terms in which they are reckoned (twin of `casework/engine/policy_clocks.py`). */

import type { Office } from "../deadlines/calendars.js";
import { type Case, type Event, departmentsOf } from "./case.js";
import { type ClockState, type ClockStatus, clockState } from "../deadlines/clock.js";
import { BeyondCalendar, StartRefused } from "../deadlines/days.js";
import type { ClockRule, Rules } from "../policy/document.js";
import type { ClockKind, ClockTerms, Facts, Happening, Length } from "../deadlines/terms.js";
import type { Instant } from "../deadlines/zones.js";

const PROMPTLY: Readonly<Record<string, string>> = {
  及时: "promptly", 立即: "immediately", 立刻: "at once", 第一时间: "at the first opportunity", 尽快: "as soon as possible",
  迅速: "quickly", 合理的时间: "within a reasonable time", 定期: "regularly",
};

/** A clock of a policy as the reckoning wants it. */
export function termsOf(clock: ClockRule): ClockTerms {
  const { extension, otherwise } = clock;
  return {
    id: clock.id, start: new Set(clock.start), stop: new Set(clock.stop), length: lengthOf(clock), kind: clock.kind, anyStop: clock.any_stop,
    since: clock.since, tiers: clock.tiers, lastDay: clock.last_day,
    // While an authority has the matter, the office's own clocks stand still.
    pauses: new Set([...clock.pauses, "handed-over"]), resumes: new Set([...clock.resumes, "handed-back"]),
    extension: extension === null ? null : { events: new Set(["extended"]), by: extension.cap, times: extension.times, told: extension.tell, whole: extension.whole },
    restarts: clock.restarts, statutory: clock.statutory,
    otherwise: otherwise === null ? null : { start: new Set(otherwise.start), after: otherwise.after, waitLast: otherwise.wait_last },
  };
}

function lengthOf(clock: ClockRule): Length {
  if (clock.limit !== null) return { kind: "limit", limit: clock.limit };
  if (clock.word !== null) return { kind: "promptly", words: { zh: clock.word, en: PROMPTLY[clock.word] ?? clock.word } };
  return { kind: "unbound", parameter: `limits.${clock.id}` };
}

/** The clocks that this case can know: those of its grade, and those of every grade. */
export function clocksOf(rules: Rules, found: Case): ClockRule[] {
  return rules.clocks.filter((clock) => clock.grades.length === 0 || clock.grades.includes(found.codes.grade ?? ""));
}

function factsOf(found: Case): Facts {
  return { grade: found.codes.grade ?? null, departments: Math.max(1, departmentsOf(found).length) };
}

/** One clock of a case with its state; null where it cannot be counted from what is there. */
export interface CaseClock {
  readonly clock: ClockRule;
  readonly terms: ClockTerms;
  readonly state: ClockState | null;
}

/** Where one clock of a case stands; null where it cannot be counted, from what is there or at all. */
export function stateOf(clock: ClockRule, found: Case, office: Office, now: Instant): ClockState | null {
  try {
    return clockState(termsOf(clock), happenings(found, clock), factsOf(found), office, now);
  } catch (error) {
    if (error instanceof StartRefused || error instanceof BeyondCalendar) return null;
    throw error;
  }
}

/** Every clock of a case at a moment; throws `BeyondCalendar` where no clock runs. */
export function caseClocks(rules: Rules, found: Case, office: Office, now: Instant): CaseClock[] {
  return clocksOf(rules, found).map((clock) => {
    const terms = termsOf(clock);
    try {
      return { clock, terms, state: clockState(terms, happenings(found, clock), factsOf(found), office, now) };
    } catch (error) {
      if (error instanceof StartRefused) return { clock, terms, state: null };
      throw error;
    }
  });
}

/** Late is not among them: what was stopped late has happened. A wait that was kept is over: its step may come again. */
const RUN_OUT: Record<ClockKind, readonly ClockStatus[]> = { deadline: ["missed"], "not-before": ["open", "met"], warning: ["open"] };

/** The clocks that have run out: what the engine must be told. */
export function lapsed(clocks: readonly CaseClock[]): Set<string> {
  return new Set(clocks.flatMap(({ clock, terms, state }) => (state !== null && RUN_OUT[terms.kind].includes(state.status) ? [clock.id] : [])));
}

/** What happened in a case as far as this clock is concerned; an extension of another clock does not. */
function happenings(found: Case, clock: ClockRule): Happening[] {
  const concerns = (event: Event): boolean => event.act !== "extended" || event.codes.clock === clock.id;
  return counted(found).filter(concerns).map((event) => ({ code: event.act, day: event.day, moment: event.moment, until: event.codes.until ?? null }));
}

/** What counts. A notice is received once: who reads the same one again begins no limit again. */
function counted(found: Case): Event[] {
  const reading = new Reading(true);
  return found.events.filter((event) => {
    if (found.uncounted.has(event.n) || (event.act === "notice-received" && !reading.waits)) return false;
    reading.follow(event);
    return true;
  });
}

/** Whether a notice waits for its receipt: one of an earlier day, recorded late, is that of an earlier notice. */
export function isNoticeUnread(found: Case): boolean {
  const reading = new Reading(false);
  for (const event of found.events) if (!found.uncounted.has(event.n)) reading.follow(event);
  return reading.waits;
}

/** Whether a receipt says something new, and the day of the newest notice. */
class Reading {
  #newest = "";

  constructor(public waits: boolean) {}

  follow({ act, day }: Event): void {
    if (act === "notified") [this.waits, this.#newest] = [true, day];
    else if (act === "notice-received" && day >= this.#newest) this.waits = false;
  }
}

/** When a time limit ends: pure arithmetic over a limit, a start and an office's calendar (twin of `casework/deadlines/deadline.py`). */

import { type CalendarDay, type Office, dayIn, lastMinute, worked } from "./calendars.js";
import { BeyondCalendar, DAY_MS, type Day, FIRST_DAY, LAST_DAY, StartRefused, daysFrom, later, monthsLater, nextDay } from "./days.js";
import { type Limit, isClockTime } from "./limits.js";
import type { Instant } from "./zones.js";

/** Whether a last day on which nobody works becomes the next working day. */
export type LastDay = "moves" | "stands";
/** A day, or a moment that staff caused. */
export type Point = Day | Instant;

/** A time in which a clock stood, both days included, or from moment to moment; one that ends before it begins is none. */
export interface Pause {
  readonly begin: Point;
  readonly end: Point;
}

/** The end of a limit; the fields are those of the Python twin, `paused` in milliseconds. */
export interface Due {
  readonly limit: Limit;
  readonly start: Day;
  readonly begun: Instant | null;
  readonly day: Day;
  readonly moment: Instant | null;
  readonly moved: Day | null;
  readonly paused: number;
  readonly passed: readonly CalendarDay[];
  readonly missing: readonly number[];
  readonly beforeExtension: Day | null;
  readonly plus: Limit | null;
  readonly zone: string;
}

type Span = readonly [Day, Day];

export interface Counting {
  readonly lastDay?: LastDay;
  readonly pauses?: readonly Pause[];
  readonly plus?: Limit | null;
}

/** Whether the limit has run out: on the day after the last, or once the moment has passed. */
export function isOver(due: Due, today: Day, now: Instant | null): boolean {
  return due.moment !== null && now !== null ? now > due.moment : today > due.day;
}

/** Whether what must not happen before may happen; against a moment, a reporter's whole day is enough. */
export function hasPassed(due: Due, today: Day, now: Instant | null): boolean {
  if (due.moment === null) return today > due.day;
  return now === null ? today >= due.day : now >= due.moment;
}

/** When `limit` ends if it starts at `start`; `plus` is counted on from its end. */
export function computeDeadline(limit: Limit, start: Point, office: Office, counting: Counting = {}): Due {
  const { lastDay = "moves", pauses = [], plus = null } = counting;
  if (isClockTime(limit.unit)) return dueMoment(limit, start, office, pauses);
  const first = typeof start === "number" ? dayIn(office, start) : start;
  if (first < FIRST_DAY || first > LAST_DAY) throw new BeyondCalendar(first);
  const stood = daysOf(pauses, first, office);
  if (limit.unit === "working-days") return dueWorkingDay(limit, first, office, stood);
  const end = calendarEnd(limit, first);
  return settled({ limit, plus, zone: office.zone }, first, plus === null ? end : calendarEnd(plus, end), office, lastDay, stood);
}

function ended(own: Pick<Due, "limit" | "plus" | "zone">, start: Day, day: Day, paused: number, passed: readonly CalendarDay[]): Due {
  const telling = passed.filter((one) => one.name !== null || one.kind === "make-up");
  const missing = [...new Set(passed.flatMap((one) => one.missing))].sort((a, b) => a - b);
  return { ...own, start, begun: null, day, moment: null, moved: null, paused, passed: telling, missing, beforeExtension: null };
}

function dueMoment(limit: Limit, start: Point, office: Office, pauses: readonly Pause[]): Due {
  if (typeof start !== "number" && limit.unit === "minutes") throw new StartRefused("minutes run from a moment that staff caused, and only its day is known");
  const begun = typeof start === "number" ? start : lastMinute(office, start);
  let end = begun + limit.amount * (limit.unit === "minutes" ? 60_000 : 3_600_000);
  let stood = 0;
  for (const [stopped, resumed] of momentsOf(pauses, begun)) {
    if (stopped > end) continue;
    end += resumed - stopped;
    stood += resumed - stopped;
  }
  const first = typeof start === "number" ? dayIn(office, begun) : start;
  const own = { limit, plus: null, zone: office.zone };
  return { ...ended(own, first, dayIn(office, end), stood, []), begun, moment: end };
}

function dueWorkingDay(limit: Limit, start: Day, office: Office, stood: readonly Span[]): Due {
  const passed: CalendarDay[] = [];
  let paused = 0;
  let last = start;
  for (let left = limit.amount; left > 0; ) {
    last = nextDay(last);
    const one = office.calendar.day(last);
    passed.push(one);
    if (stood.some(([begin, end]) => begin <= last && last <= end)) paused += 1;
    else if (worked(one)) left -= 1;
  }
  return ended({ limit, plus: null, zone: office.zone }, start, last, paused * DAY_MS, passed);
}

/** The same limit, extended to the day `until`, which stands even where nobody works on it; later pauses move it on. */
export function extendDeadline(before: Due, until: Day, office: Office, lastDay: LastDay, pauses: readonly Pause[]): Due {
  const stood = daysOf(pauses, before.start, office);
  const end = settled(before, before.start, until, office, stood.length > 0 ? lastDay : "stands", stood);
  return { ...end, begun: before.begun, beforeExtension: before.beforeExtension ?? before.day };
}

function settled(own: Pick<Due, "limit" | "plus" | "zone">, start: Day, plainLast: Day, office: Office, lastDay: LastDay, stood: readonly Span[]): Due {
  let last = plainLast;
  let paused = 0;
  for (const [begin, end] of stood) {
    if (begin > last) continue;
    const days = daysFrom(begin, end) + 1;
    paused += days;
    last = later(last, days);
  }
  const passed: CalendarDay[] = [];
  let moved = last;
  if (lastDay === "moves") {
    passed.push(office.calendar.day(moved));
    while (!worked(office.calendar.day(moved))) {
      moved = nextDay(moved);
      passed.push(office.calendar.day(moved));
    }
  }
  const { limit, plus, zone } = own;
  return { ...ended({ limit, plus, zone }, start, moved, paused * DAY_MS, passed), moved: moved === last ? null : last };
}

/** The last day of calendar days, weeks, months or years, before any law moves it. */
export function calendarEnd(limit: Limit, start: Day): Day {
  switch (limit.unit) {
    case "days": return later(start, limit.amount);
    case "weeks": return later(start, 7 * limit.amount);
    case "months": return monthsLater(start, limit.amount);
    case "years": return monthsLater(start, 12 * limit.amount);
    default: throw new StartRefused(`${limit.unit} are not counted by the calendar alone`);
  }
}

/** First and last days of the pauses, in order, without overlaps, all after the start. */
function daysOf(pauses: readonly Pause[], start: Day, office: Office): Span[] {
  const day = (when: Point): Day => (typeof when === "number" ? dayIn(office, when) : when);
  const spans = pauses.map((pause): Span => [day(pause.begin), day(pause.end)]).sort(inOrder);
  const found: Span[] = [];
  let counted = start;
  for (const [begin, end] of spans) {
    const after = nextDay(counted);
    const first = begin > after ? begin : after;
    if (end < first) continue;
    found.push([first, end]);
    counted = end;
  }
  return found;
}

function momentsOf(pauses: readonly Pause[], start: Instant): (readonly [Instant, Instant])[] {
  const spans = pauses.map(({ begin, end }): readonly [Instant, Instant] => {
    if (typeof begin !== "number" || typeof end !== "number") throw new StartRefused("hours and minutes pause from moment to moment");
    return [begin, end];
  }).sort(inOrder);
  const found: (readonly [Instant, Instant])[] = [];
  let counted = start;
  for (const [begin, end] of spans) {
    const first = Math.max(begin, counted);
    if (end <= first) continue;
    found.push([first, end]);
    counted = end;
  }
  return found;
}

function inOrder<T extends Point>(one: readonly [T, T], other: readonly [T, T]): number {
  const sign = (a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
  return sign(one[0], other[0]) || sign(one[1], other[1]);
}

/** Calendars: which days an office works, and which years nobody has told it about (twin of `casework/deadlines/calendars.py`). */

import { day as dayShape, integer, list, maybe, record, text, version } from "../../crypto/shape.js";
import type { Read, Shape } from "../../crypto/shape.js";
import { languageTag, localized, withLanguage } from "../../crypto/localized.js";
import { refuse } from "../../crypto/errors.js";
import { BeyondCalendar, type Day, FIRST_DAY, LAST_DAY, nextDay, weekday, yearOf } from "./days.js";
import { type Instant, dayAt, momentOf } from "./zones.js";
import type { Words } from "../words.js";

export type DayKind = "working" | "make-up" | "weekend" | "holiday" | "closed";

/** One day: its kind, what made it so, and the years that are not known; while there is one, `kind` is an estimate. */
export interface CalendarDay {
  readonly date: Day;
  readonly kind: DayKind;
  readonly name: Words | null;
  readonly missing: readonly number[];
}

const MOST_DAYS = 5_000;
const MOST_OFFICES = 512;
const WEEKEND = [5, 6];

const nameShape = localized();
/** Names by day. */
const named: Shape<ReadonlyMap<Day, Words>> = (value, language) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not days with their names");
  const rows = Object.entries(value);
  if (rows.length > MOST_DAYS) return refuse("schema", "more days than a calendar has");
  return new Map(rows.map(([when, words]) => [dayShape(when), nameShape(words, language)]));
};
const clockTime: Shape<string> = (value) =>
  typeof value === "string" && /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/.test(value) ? value : refuse("schema", "not a time of the day");
const yearShape = record({ year: integer(1900, 2999), source: text(), holidays: named, make_up: named, weekend: list(integer(0, 6), 3) });
const calendarShape = record({ id: text(240), years: list(yearShape, 200), closures: named, turn: maybe(list(integer(1, 31), 2)) });
const officeShape = record({ calendar: text(240), zone: text(64), opens: clockTime });

type Year = Read<typeof yearShape>;

/** The official years that an office knows, and the closures of the company. `turn`: from this day of December a year waits for the next notice. */
export class Calendar {
  private constructor(
    readonly id: string,
    private readonly years: ReadonlyMap<number, Year>,
    private readonly closures: ReadonlyMap<Day, Words>,
    private readonly turn: string | null,
  ) {}

  static read(value: unknown, language?: string): Calendar {
    const found = calendarShape(value, language);
    const years = new Map(found.years.map((one) => [one.year, one]));
    const turn = found.turn === null ? null : found.turn.map((part) => String(part).padStart(2, "0")).join("-");
    if (turn !== null && turn.length !== 5) refuse("schema", "not a month and a day");
    return new Calendar(found.id, years, found.closures, turn);
  }

  /** This calendar without closures: no company shortens or lengthens what a law says. */
  official(): Calendar {
    return new Calendar(this.id, this.years, new Map(), this.turn);
  }

  /** What a day is; throws `BeyondCalendar` before 1900 and after 2999. */
  day(when: Day): CalendarDay {
    if (when < FIRST_DAY || when > LAST_DAY) throw new BeyondCalendar(when);
    const atTurn = this.turn !== null && when.slice(5) >= this.turn;
    const year = yearOf(when);
    const missing = (atTurn ? [year, year + 1] : [year]).filter((one) => !this.years.has(one));
    const say = (kind: DayKind, name: Words | null): CalendarDay => ({ date: when, kind, name, missing });
    const closed = this.closures.get(when);
    if (closed !== undefined) return say("closed", closed);
    // Of two notices that may name a day the later one has the last word.
    for (const one of atTurn ? [year + 1, year] : [year]) {
      const worked = this.years.get(one)?.make_up.get(when);
      if (worked !== undefined) return say("make-up", worked);
      const off = this.years.get(one)?.holidays.get(when);
      if (off !== undefined) return say("holiday", off);
    }
    return say((this.years.get(year)?.weekend ?? WEEKEND).includes(weekday(when)) ? "weekend" : "working", null);
  }
}

/** Whether an office works on this day. */
export function worked(day: CalendarDay): boolean {
  return day.kind === "working" || day.kind === "make-up";
}

export const LAST_MINUTE = "23:59";

/** An office as a clock sees it: its calendar, its time zone, and when it opens on a day of work. */
export interface Office {
  readonly calendar: Calendar;
  readonly zone: string;
  readonly opens: string;
}

/** Whether the office works on a day, as far as its calendar is known. */
export function officeWorks(office: Office, day: Day): boolean {
  return worked(office.calendar.day(day));
}

export function dayIn(office: Office, moment: Instant): Day {
  return dayAt(moment, office.zone);
}

/** 23:59 of a day: from here hours run where only the day of an act is known. No limit is shorter than the text says. */
export function lastMinute(office: Office, day: Day): Instant {
  return momentOf(day, LAST_MINUTE, office.zone);
}

/** The first opening after a day: from here a clock that stood goes on when the reporter's answer came. */
export function openingAfter(office: Office, day: Day): Instant {
  let when = nextDay(day);
  while (!worked(office.calendar.day(when))) when = nextDay(when);
  return momentOf(when, office.opens, office.zone);
}

const members = <T>(shape: Shape<T>): Shape<ReadonlyMap<string, T>> => (value, language) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  const rows = Object.entries(value);
  if (rows.length > MOST_OFFICES) return refuse("schema", "more offices than anybody has");
  return new Map(rows.map(([key, one]) => [key, shape(one, language)]));
};
const documentShape = record({ v: version, language: languageTag, calendars: members((value, language) => Calendar.read(value, language)), offices: members(officeShape) });

/** The offices of a calendars document by entity; throws a refusal at `schema`. */
export function readOffices(value: unknown): ReadonlyMap<string, Office> {
  const found = withLanguage(documentShape)(value);
  return new Map([...found.offices].map(([entity, { calendar, zone, opens }]) => {
    const own = found.calendars.get(calendar) ?? refuse("schema", "an office without its calendar");
    return [entity, { calendar: own, zone, opens }];
  }));
}

/** One sentence that says why a limit ends when it ends, in Chinese and English (twin of `casework/deadlines/explanations.py`). */

import { type CalendarDay, LAST_MINUTE } from "./calendars.js";
import { type Day, nextDay, weekday, yearOf } from "./days.js";
import { limitWords } from "./limits.js";
import type { Due } from "./deadline.js";
import type { Words } from "../words.js";
import { type Instant, comesTwice, offsetAt, wallOf } from "./zones.js";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS_ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const SPANS_ZH = ["日", "小时", "分钟"] as const;
const SPANS_EN = ["d", "h", "min"] as const;

/** The sentence for a limit; `since` names the start, such as 受理 and `acceptance`. What only has to be waited for (`waits`) is never due: its time ends. */
export function explain(due: Due, since: Words | null = null, waits = false): Words {
  return { zh: inChinese(due, since, waits), en: inEnglish(due, since, waits) };
}

function inChinese(due: Due, since: Words | null, waits: boolean): string {
  const year = yearOf(due.start);
  const parts = [`${since === null ? "" : `${since.zh}后 `}${lengthWords(due).zh}`, startZh(due)];
  parts.push(...groups(due.passed).map((group) => restZh(group, year)));
  if (due.moved !== null) parts.push(`最后一日 ${dayZh(due.moved, year)}休息，顺延`);
  if (due.paused > 0) parts.push(`中止计时 ${span(due.paused, SPANS_ZH)}`);
  if (due.beforeExtension !== null) parts.push(`原定 ${dayZh(due.beforeExtension, year)}到期，已延期`);
  parts.push(`${endZh(due, year)}${waits ? "期满" : "到期"}`);
  if (due.missing.length > 0) parts.push(`尚无 ${due.missing.map((one) => `${one} 年`).join("、")}的官方日历，此为暂定日期`);
  return `${parts.join("，")}。`;
}

function inEnglish(due: Due, since: Words | null, waits: boolean): string {
  const year = yearOf(due.start);
  const parts = [`${lengthWords(due).en}${since === null ? "" : ` after ${since.en}`}, ${startEn(due)}`];
  parts.push(...groups(due.passed).map((group) => restEn(group, year)));
  if (due.moved !== null) parts.push(`the last day, ${dayEn(due.moved, year)}, is a day off, so it moves`);
  if (due.paused > 0) parts.push(`the clock stood for ${span(due.paused, SPANS_EN)}`);
  if (due.beforeExtension !== null) parts.push(`first due ${dayEn(due.beforeExtension, year)}, then extended`);
  parts.push(`${waits ? "ends" : "due"} ${endEn(due, year)}`);
  if (due.missing.length > 0) parts.push(`provisional, as the official calendar of ${due.missing.join(" and ")} is not known yet`);
  return `${parts.join("; ")}.`;
}

function lengthWords(due: Due): Words {
  const first = limitWords(due.limit);
  if (due.plus === null) return first;
  const second = limitWords(due.plus);
  return { zh: `${first.zh}又 ${second.zh}`, en: `${first.en} and ${second.en}` };
}

/** `2026 年 10 月 13 日`, without the year where it is `year`. */
export function dayZh(day: Day, year: number | null = null): string {
  return `${yearOf(day) === year ? "" : `${yearOf(day)} 年 `}${Number(day.slice(5, 7))} 月 ${Number(day.slice(8))} 日`;
}

/** `13 October 2026`, without the year where it is `year`. */
export function dayEn(day: Day, year: number | null = null): string {
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ""}${yearOf(day) === year ? "" : ` ${yearOf(day)}`}`;
}

/** The last day with its weekday, or the exact moment. */
export function endZh(due: Due, year: number | null = null): string {
  const said = `${dayZh(due.day, year)}（${WEEKDAYS_ZH[weekday(due.day)] ?? ""}）`;
  return due.moment === null ? said : `${said}${timeOf(due.moment, due.zone)} `;
}

export function endEn(due: Due, year: number | null = null): string {
  const said = `${WEEKDAYS[weekday(due.day)] ?? ""} ${dayEn(due.day, year)}`;
  return due.moment === null ? said : `${said} at ${timeOf(due.moment, due.zone)}`;
}

function startZh(due: Due): string {
  if (due.begun === null) return `自 ${dayZh(due.start)}起（当日不计）`;
  const time = timeOf(due.begun, due.zone);
  const why = time === LAST_MINUTE ? "（只知日期的，从当日最后一分钟算起）" : "";
  return `自 ${dayZh(due.start)} ${time} 起${why}`;
}

function startEn(due: Due): string {
  if (due.begun === null) return `counted from ${dayEn(due.start)} (that day not counted)`;
  const time = timeOf(due.begun, due.zone);
  const why = time === LAST_MINUTE ? " (where only the day is known, from its last minute)" : "";
  return `from ${dayEn(due.start)} at ${time}${why}`;
}

interface Group {
  readonly first: CalendarDay;
  readonly last: CalendarDay;
}

function restZh({ first, last }: Group, year: number): string {
  let said = dayZh(first.date, year);
  if (last !== first) said += first.date.slice(0, 7) === last.date.slice(0, 7) ? `至 ${Number(last.date.slice(8))} 日` : `至 ${dayZh(last.date, year)}`;
  if (first.kind === "make-up") return `${said}调休上班`;
  return `${first.name?.zh ?? ""} ${said}${first.kind === "closed" ? "停工" : "放假"}`;
}

function restEn({ first, last }: Group, year: number): string {
  let said = dayEn(first.date, year);
  if (last !== first) said = first.date.slice(0, 7) === last.date.slice(0, 7) ? `${Number(first.date.slice(8))}–${dayEn(last.date, year)}` : `${said} – ${dayEn(last.date, year)}`;
  if (first.kind === "make-up") return `${said} is a make-up working day`;
  return first.kind === "closed" ? `closed for ${first.name?.en ?? ""} on ${said}` : `${first.name?.en ?? ""} is off on ${said}`;
}

/** `2 日`, `3 小时 20 分钟`, or less than a minute as one. */
function span(time: number, units: readonly [string, string, string]): string {
  const minutes = Math.max(1, Math.floor(time / 60_000));
  const amounts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  return amounts.flatMap((amount, at) => (amount > 0 ? [`${amount} ${units[at] ?? ""}`] : [])).join(" ");
}

/** Days that follow each other and have one name, together. */
function groups(days: readonly CalendarDay[]): Group[] {
  const found: Group[] = [];
  for (const day of days) {
    const open = found.at(-1);
    const goes = open !== undefined && nextDay(open.last.date) === day.date && open.last.kind === day.kind && sameName(open.last.name, day.name);
    if (goes) found[found.length - 1] = { first: open.first, last: day };
    else found.push({ first: day, last: day });
  }
  return found;
}

function sameName(one: Words | null, other: Words | null): boolean {
  return one?.zh === other?.zh && one?.en === other?.en;
}

/** `09:00`; with its distance from UTC in the hour that comes twice when summer time ends. */
function timeOf(moment: Instant, zone: string): string {
  const wall = wallOf(moment, zone);
  const said = wall.slice(11, wall.endsWith(":00") ? 16 : 19);
  if (!comesTwice(moment, zone)) return said;
  const minutes = Math.floor(offsetAt(moment, zone) / 60_000);
  const away = Math.abs(minutes);
  return `${said} (UTC${minutes < 0 ? "−" : "+"}${Math.floor(away / 60)}:${String(away % 60).padStart(2, "0")})`;
}

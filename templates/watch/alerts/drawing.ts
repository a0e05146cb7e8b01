/** A year of the person's measures against the average of colleagues who worked there, drawn, and the same as a table. */

import { type Child, h, svg } from "../../shared/dom.js";
import { sayDay, t } from "../../shared/strings.js";
import type { Evidence, Week } from "./model.js";

const NARROW = 600;
const LEFT = 30;
const TOP = 14;
const BOTTOM = 26;
/** The sentence counts the measures of these weeks. */
const COUNTED_WEEKS = 13;

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  /** The highest value of the scale. */
  readonly most: number;
}

/** Both, under one caption. */
export function drawn(evidence: Evidence): HTMLElement {
  const { weeks } = evidence;
  const person = summed(weeks, "person");
  // An older alert kept no number of colleagues: no line is better than one that divides by too many.
  const cohort = weeks.some((week) => week.cohort === null) ? null : summed(weeks, "cohort");
  const met = { person: person.at(-1) ?? 0, cohort: (cohort?.at(-1) ?? 0).toFixed(2) };
  const label = cohort === null ? t("Measures over one year: this person has {person}. The line of colleagues is added with the next look.", met)
    : t("Measures over one year: this person has {person}; a colleague of the same unit and grade band who worked there all year has {cohort} on average.", met);
  return h("figure", { class: "chart", "data-test": "chart" }, picture(evidence, person, cohort, label),
    h("figcaption", {}, h("span", { class: "key key-person" }, t("the person")), " ", cohort === null ? null : h("span", { class: "key key-cohort" }, t("one colleague at work there, on average")), " ",
      h("span", { class: "key key-counted" }, t("the 91 days of the sentence")), h("p", {}, label)),
    h("details", {}, h("summary", { "data-test": "chart-table" }, t("The same data as a table")), table(weeks, person, cohort)));
}

function summed(weeks: readonly Week[], column: "person" | "cohort"): number[] {
  let total = 0;
  return weeks.map((week) => (total += week[column] ?? 0));
}

function picture({ weeks, until }: Evidence, person: readonly number[], cohort: readonly number[] | null, label: string): SVGElement {
  // On a phone the same picture is drawn narrower, so that its letters stay readable.
  const width = window.innerWidth < NARROW ? 340 : 720;
  const most = Math.max(1, Math.ceil(Math.max(...person, ...(cohort ?? []))));
  const frame: Frame = { width, height: 220, step: (width - LEFT - 6) / Math.max(weeks.length, 1), most };
  const last = weeks.filter(({ end }) => end <= until).length;
  const first = Math.max(last - COUNTED_WEEKS, 0);
  return svg("svg", { viewBox: `0 0 ${frame.width} ${frame.height}`, role: "img", "aria-label": label },
    svg("rect", { class: "counted", x: x(frame, first), y: TOP, width: x(frame, last) - x(frame, first), height: frame.height - TOP - BOTTOM }),
    scale(frame, weeks), cohort === null ? null : svg("path", { class: "line line-cohort", d: stairs(frame, cohort) }), svg("path", { class: "line line-person", d: stairs(frame, person) }),
    person.map((total, at) => (weeks[at]?.person ?? 0) === 0 ? null : svg("circle", { class: "dot", cx: x(frame, at + 0.5), cy: y(frame, total), r: 4 })));
}

function x(frame: Frame, at: number): number {
  return Math.round((LEFT + at * frame.step) * 10) / 10;
}

function y(frame: Frame, value: number): number {
  return Math.round((frame.height - BOTTOM - ((frame.height - BOTTOM - TOP) * value) / frame.most) * 10) / 10;
}

/** A total stays until the next week adds to it. */
function stairs(frame: Frame, totals: readonly number[]): string {
  return [`M${x(frame, 0)} ${y(frame, 0)}`, ...totals.map((total, at) => `H${x(frame, at + 0.5)}V${y(frame, total)}`), `H${x(frame, totals.length)}`].join("");
}

function scale(frame: Frame, weeks: readonly Week[]): Child {
  const every = Math.ceil(frame.most / 5);
  const ticks = Array.from({ length: Math.floor(frame.most / every) + 1 }, (_, at) => at * every);
  const under = frame.height - 8;
  return [
    ticks.map((tick) => [svg("line", { class: "grid", x1: LEFT, x2: x(frame, weeks.length), y1: y(frame, tick), y2: y(frame, tick) }), svg("text", { x: LEFT - 6, y: y(frame, tick) + 4, "text-anchor": "end" }, tick)]),
    svg("text", { x: LEFT, y: under }, weeks[0]?.end ?? ""), svg("text", { x: x(frame, weeks.length), y: under, "text-anchor": "end" }, weeks.at(-1)?.end ?? ""),
  ];
}

function table(weeks: readonly Week[], person: readonly number[], cohort: readonly number[] | null): HTMLElement {
  const head = [t("Week until"), t("The person, this week"), t("The person, cumulative"), t("Colleagues at work"), t("One colleague on average, cumulative")];
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("The same data as a table") }, h("table", { class: "plain-table" },
    h("thead", {}, h("tr", {}, head.map((one) => h("th", { scope: "col" }, one)))),
    h("tbody", {}, weeks.map((week, at) => h("tr", {}, h("th", { scope: "row" }, sayDay(week.end)), h("td", {}, week.person), h("td", {}, person[at]), h("td", {}, week.colleagues ?? "–"), h("td", {}, cohort === null ? "–" : (cohort[at] ?? 0).toFixed(2)))))));
}

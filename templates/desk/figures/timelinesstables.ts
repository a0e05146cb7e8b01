/** Tables of how deadlines were kept: where the office is late, and how those did who handle cases. */

import { listedTexts } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { type Child, h } from "../ui.js";
import { valueName, valueText } from "./charts.js";
import type { CaseFigures } from "./counting.js";
import type { Assessed, TimelinessLine } from "./timeliness.js";

type Column = readonly [Sentence, (line: TimelinessLine) => string | number];
type Shown = Pick<CaseFigures, "deadlines" | "handlers" | "departments">;

const OWN: readonly Column[] = [
  [msg("Met"), ({ met }) => met], [msg("Met late"), ({ late }) => late], [msg("Missed, still open"), ({ overdue }) => overdue],
];
const OF_DEADLINES: readonly Column[] = [...OWN, [msg("Running"), ({ running }) => running]];
const OF_PEOPLE: readonly Column[] = [
  [msg("Cases"), ({ cases }) => cases], ...OWN, [msg("Met in time"), share], [msg("Days late"), ({ days }) => days], [msg("Sent back"), ({ returned }) => returned],
];
const PERCENT = 100;

/** Of the deadlines that have ended, how many were met. */
function share({ met, late, overdue }: TimelinessLine): string {
  const ended = met + late + overdue;
  return ended === 0 ? "–" : `${Math.floor((PERCENT * met) / ended)}%`;
}

/** Under each table's name what it counts. */
function tables({ deadlines, handlers, departments }: Shown): readonly (readonly [id: string, title: string, columns: readonly Column[], found: Assessed])[] {
  return [
    ["deadlines", t("Deadlines of the office, the most often missed first"), OF_DEADLINES, { lines: deadlines, few: [] }],
    ["handlers", t("How handlers kept their deadlines"), OF_PEOPLE, handlers],
    ["departments", t("How departments kept their deadlines"), OF_PEOPLE, departments],
  ];
}

/** The tables that have a line; those of people say who had too few cases, and what is not judged. */
export function timelinessTables(found: Shown): Child {
  const people = [...found.handlers.lines, ...found.handlers.few, ...found.departments.lines, ...found.departments.few].length > 0;
  return [
    tables(found).map(([id, title, columns, { lines, few }]) => [drawn(id, title, columns, lines),
      few.length > 0 && h("p", { class: "hint", "data-test": `own-figures-${id}-few` }, t("Fewer than 5 cases, not judged:"), " ", listedTexts(few.map(valueText)))]),
    people && h("p", { class: "hint", "data-test": "own-figures-judged" }, t("Under policies that ask for an assessment of the handling. What counts is how deadlines were kept and what was sent back, never how a case was decided. A case that had several handlers counts for none of them.")),
  ];
}

function drawn(id: string, title: string, columns: readonly Column[], lines: readonly TimelinessLine[]): Child {
  return lines.length > 0 && h("div", { class: "duties wide-table", tabindex: "0", role: "region", "aria-label": title },
    h("table", { "data-test": `own-figures-${id}` }, h("caption", {}, title),
      h("thead", {}, h("tr", {}, h("td", {}), columns.map(([label]) => h("th", { scope: "col" }, t(label))))),
      h("tbody", {}, lines.map((line) => h("tr", { "data-key": line.value.key }, h("th", { scope: "row" }, valueText(line.value)), columns.map(([, cell]) => h("td", {}, cell(line))))))));
}

/** The same one below the other, for a file. */
export function timelinessRows(found: Shown): (string | number)[][] {
  return tables(found).flatMap(([, title, columns, { lines }]) => (lines.length === 0 ? [] : [[], [title, ...columns.map(([label]) => t(label))], ...lines.map((line) => [valueName(line.value), ...columns.map(([, cell]) => cell(line))])]));
}

/** Figures as bars beside their numbers: one table, which says to a screen reader what the bars show. */

import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { svg } from "../../shared/dom.js";
import { type Child, h } from "../ui.js";
import { type Value, nameOf } from "../queue/facts.js";
import type { Bar } from "./charting.js";

/** What a value is called in its own language, and what it comes to where that is another than the page's. */
export function valueText({ text, means, of }: Value): Child {
  return [typeof text === "string" ? text : officeText(text), means ? ` (${means})` : null, of ? h("span", { class: "soft" }, ` (${of})`) : null];
}

/** The same as plain text, for a file. */
export const valueName = (value: Value): string => [nameOf(value), value.of ? `(${value.of})` : ""].join(" ").trimEnd();

const LENGTH = 100;

function barOf(size: number, most: number): SVGElement {
  return svg("svg", { viewBox: `0 0 ${LENGTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    svg("rect", { width: Math.round((size / most) * LENGTH * 10) / 10, height: 10 }));
}

/** A chart under its title; `unit` says what is counted, `name` what each bar stands for. */
export function barChart(id: string, title: string, unit: string, bars: readonly Bar[], name: (value: Value) => Child): HTMLElement | null {
  if (bars.length === 0) return null;
  const most = Math.max(1, ...bars.map(({ size }) => size));
  const ofHowMany = bars.some(({ cases }) => cases !== undefined);
  return h("div", { class: "duties wide-table", tabindex: "0", role: "region", "aria-label": title },
    h("table", { class: "chart", "data-test": `chart-${id}` }, h("caption", {}, title),
      h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, unit), ofHowMany && h("th", { scope: "col" }, t("Cases")), h("td", {}))),
      h("tbody", {}, bars.map(({ value, size, cases }) => h("tr", { "data-key": value.key }, h("th", { scope: "row" }, name(value)), h("td", {}, size), ofHowMany && h("td", {}, cases), h("td", { class: "bar" }, barOf(size, most)))))));
}

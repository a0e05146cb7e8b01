/** This week's alerts: few, each with its sentence and how far the officer is; under no name. */

import { h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { Draw, Go } from "../drawing.js";
import type { OfficerSession } from "../session.js";
import { type Alert, readAlerts } from "./model.js";
import { LEVELS, STATE_NAMES, WHY_NAMES } from "./names.js";
import { showAlert } from "./page.js";

const WEEK = 7 * 86_400_000;

/** The list; what is closed stands below. */
export const showAlerts: Draw = async (room, go) => {
  const { alerts } = await room.calls.get(readAlerts, "/api/alerts");
  const open = alerts.filter((one) => one.state !== "closed");
  const weekAgo = new Date(room.now().getTime() - WEEK).toISOString().slice(0, 10);
  const [fresh, earlier] = [open.filter((one) => one.told > weekAgo), open.filter((one) => one.told <= weekAgo)];
  const closed = alerts.filter((one) => one.state === "closed");
  return h("div", { class: "stack" }, h("h1", { "data-test": "alerts-title" }, t("Alerts")),
    h("p", { class: "soft" }, t("Each alert says how rarely an unprotected person reaches this level. It is not a probability of retaliation, and it names nobody. The false-alarm rate you set applies to the whole list: in company data written by others, people who had reported and suffered nothing raised 0.069 false alarms a year where 0.05 was set, and seven of ten alerts beyond the amber line were chance.")),
    open.length === 0 ? h("p", { class: "nothing", "data-test": "no-alerts" }, t("No open alerts. This is not an all-clear: what leaves no trace in HR's records is not seen here.")) : null,
    group(t("This week"), fresh.length === 0 ? null : rows(room, go, fresh)), group(t("Earlier, not closed yet"), earlier.length === 0 ? null : rows(room, go, earlier)),
    closed.length === 0 ? null : h("details", {}, h("summary", {}, t("{count} closed", { count: closed.length })), rows(room, go, closed)));
};

function group(title: string, shown: HTMLElement | null): HTMLElement | null {
  return shown === null ? null : h("section", { class: "stack-small" }, h("h2", {}, title), shown);
}

function rows(room: OfficerSession, go: Go, alerts: readonly Alert[]): HTMLElement {
  return h("ul", { class: "rows" }, alerts.map((alert) => h("li", {}, row(room, go, alert))));
}

function row(room: OfficerSession, go: Go, { alert, evidence, told, state }: Alert): HTMLElement {
  const { level, gaps } = evidence;
  const again = evidence.told.length > 1 ? evidence.told.at(-1) : undefined;
  return h("button", { type: "button", class: `alert-row ${level}`, "data-test": "alert-row", onclick: () => go(showAlert(alert)) },
    h("span", { class: "row-facts" }, h("span", { class: `level ${level}` }, t(LEVELS[level])), h("span", {}, room.entity(evidence.entity)),
      h("span", {}, room.day(told)), h("span", { class: "stage" }, t(STATE_NAMES[state]))),
    again === undefined ? null : h("span", { class: "small", "data-test": "again", "data-why": again.why }, h("strong", {}, t("Raised again: {why}.", { why: t(WHY_NAMES[again.why]) })), " ", t("First on {day}.", { day: room.day(evidence.since) })),
    h("span", { class: "sentence" }, inLanguage(evidence.sentence)),
    gaps.length === 0 ? null : h("span", { class: "small" }, t("Gaps in the feed: {count}", { count: gaps.length })));
}

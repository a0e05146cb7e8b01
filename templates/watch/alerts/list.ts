/** This week's alerts: few, each with its sentence and how far the officer is; under no name. */

import { h } from "../../shared/dom.js";
import { type Sentence, inLanguage, msg, t } from "../../shared/strings.js";
import type { Draw, Go } from "../frame.js";
import type { Room } from "../room.js";
import { type Alert, type State, readAlerts } from "./model.js";
import { showAlert } from "./page.js";

export const LEVELS: Readonly<Record<Alert["evidence"]["level"], Sentence>> = { amber: msg("Amber"), red: msg("Red") };
export const STATE_NAMES: Readonly<Record<State, Sentence>> = {
  new: msg("new"), checked: msg("checked at the desk"), hold: msg("held or undone"), closed: msg("closed"),
};

/** The list; what is closed stands below. */
export const showAlerts: Draw = async (room, go) => {
  const { alerts } = readAlerts(await room.calls.get("/api/alerts"));
  const open = alerts.filter((one) => one.state !== "closed");
  const closed = alerts.filter((one) => one.state === "closed");
  return h("div", { class: "stack" }, h("h1", { "data-test": "alerts-title" }, t("Alerts")),
    h("p", { class: "soft" }, t("Each says how rarely somebody who is not protected goes so far. It is no probability of retaliation, and it names nobody.")),
    open.length === 0 ? h("p", { class: "nothing", "data-test": "no-alerts" }, t("No alert waits. That is no all-clear: what leaves no trace in HR's records is not seen here.")) : rows(room, go, open),
    closed.length === 0 ? null : h("details", {}, h("summary", {}, t("{count} closed", { count: closed.length })), rows(room, go, closed)));
};

function rows(room: Room, go: Go, alerts: readonly Alert[]): HTMLElement {
  return h("ul", { class: "rows" }, alerts.map((alert) => h("li", {}, row(room, go, alert))));
}

function row(room: Room, go: Go, { alert, evidence, shown, state }: Alert): HTMLElement {
  const { level, gaps } = evidence;
  return h("button", { type: "button", class: `alert-row ${level}`, "data-test": "alert-row", onclick: () => go(showAlert(alert)) },
    h("span", { class: "row-facts" }, h("span", { class: `level ${level}` }, t(LEVELS[level])), h("span", {}, room.entity(evidence.entity)),
      h("span", {}, room.day(shown)), h("span", { class: "stage" }, t(STATE_NAMES[state]))),
    h("span", { class: "sentence" }, inLanguage(evidence.sentence)),
    gaps.length === 0 ? null : h("span", { class: "small" }, t("Gaps in the feed: {count}", { count: gaps.length })));
}

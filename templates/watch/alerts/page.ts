/** One alert, as it reads as evidence: what is said, the drawing, the measures, what is missing, what may be done. */

import { h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Both, t } from "../../shared/strings.js";
import type { Draw } from "../drawing.js";
import { naming, states } from "./acting.js";
import { drawn } from "./drawing.js";
import { optionsTable } from "./responseoptions.js";
import { LEVELS } from "./names.js";
import { type Alert, readAlerts } from "./model.js";
import { saving } from "./saving.js";
import { coverage, lived, measures } from "./tables.js";

/** The page of one alert, fetched again: its state may have changed since the list was drawn. */
export function showAlert(id: string): Draw {
  return async (room, go) => {
    const { alerts, names } = await room.calls.get(readAlerts, "/api/alerts");
    const alert = alerts.find((one) => one.alert === id);
    if (alert === undefined) return h("div", {}, h("h1", {}, t("This alert no longer exists.")));
    const { evidence } = alert;
    return h("article", { class: "evidence" }, title(alert, room.day(evidence.day), room.entity(evidence.entity)), said(evidence.sentence),
      lived(room, evidence), h("p", { class: "soft" }, t("This is not a probability of retaliation: it says how rarely an unprotected person reaches this level.")),
      drawn(evidence), measures(evidence), coverage(room, evidence), await optionsTable(room, alert.alert), states(room, alert, () => go(showAlert(id), "stay")), naming(room, alert, names), saving(room, alert));
  };
}

function title(alert: Alert, day: string, entity: string): HTMLElement {
  const { level } = alert.evidence;
  return h("header", { class: "stack-small" }, h("button", { type: "button", class: "plain no-print", "data-test": "back", onclick: () => history.back() }, t("Back to all alerts")), h("p", {}, h("span", { class: `level ${level}` }, t(LEVELS[level])), " ", h("span", { class: "soft" }, entity)),
    h("h1", { "data-test": "alert-title" }, t("Evidence of {day}", { day })));
}

/** In the reader's language first; a body that decides may read the other one. */
function said(sentence: Both): HTMLElement {
  const mine = inLanguage(sentence);
  const others = Object.entries(sentence).filter(([, text]) => text !== mine);
  return h("div", { class: "stack-small" }, h("p", { class: "sentence-big", "data-test": "sentence" }, mine), others.map(([lang, text]) => h("p", { class: "small soft", lang }, text)));
}

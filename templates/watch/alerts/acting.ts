/** What the officer does about an alert on this page: how far it is, and having the person named, asked twice. */

import { fill, h } from "../../shared/dom.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { OfficerSession } from "../session.js";
import { wordsFor } from "../words.js";
import { type Alert, type State, namedAt } from "./model.js";
import { STATE_NAMES } from "./names.js";

const MOVES: readonly { readonly to: State; readonly label: Sentence; readonly means: Sentence }[] = [
  { to: "checked", label: msg("Files checked"), means: msg("You looked at files and grounds; nobody noticed.") },
  { to: "hold", label: msg("Refer to the governing body"), means: msg("You asked for the measure to be suspended or reversed.") },
  { to: "closed", label: msg("Close"), means: msg("The grounds support the measures, or they were corrected.") },
];

/** How far the officer is, and the ways on. */
export function states(room: OfficerSession, alert: Alert, again: () => void): HTMLElement {
  const fault = h("p", { class: "wrong", role: "alert" });
  const move = (to: State): void => {
    void room.calls.send(`/api/alerts/${alert.alert}/state`, { state: to }).then(again, (error: unknown) => fill(fault, wordsFor(error)));
  };
  return h("section", { class: "no-print stack-small" }, h("h2", {}, t("Status")), h("p", { "data-test": "state", "data-state": alert.state, "data-changed": true }, h("span", { class: "stage" }, t(STATE_NAMES[alert.state]))), fault,
    h("ul", { class: "moves" }, MOVES.filter(({ to }) => to !== alert.state).map(({ to, label, means }) => h("li", {},
      h("button", { type: "button", "data-test": `state-${to}`, onclick: () => move(to) }, t(label)), h("span", { class: "small soft" }, t(means))))));
}

/** Entity and employee number of this one person: asked twice, kept on record, a few a day. */
export function naming(room: OfficerSession, alert: Alert, left: number): HTMLElement {
  const place = h("div", { class: "stack-small" });
  const ask = h("button", { type: "button", "data-test": "name-ask", onclick: () => confirm(room, alert, left, place, ask) }, t("Show who this is"));
  fill(place, ask);
  return h("section", { class: "no-print stack-small" }, h("h2", {}, t("Who it is")),
    h("p", { class: "soft" }, t("You can assess the evidence without a name. You need the name only to check the files.")), place);
}

function confirm(room: OfficerSession, alert: Alert, left: number, place: HTMLElement, ask: HTMLElement): void {
  const back = (): void => {
    fill(place, ask);
    ask.focus();
  };
  const yes = h("button", { type: "button", class: "primary", "data-test": "name-yes", disabled: left === 0, onclick: () => void tell(room, alert, place) }, t("Yes, show this one person"));
  const question = h("div", { class: "notice notice-care stack-small", role: "group", "aria-label": t("Show who this is"), tabindex: "-1" },
    h("p", {}, left === 0 ? t("You have reached today's limit for viewing names. Try again tomorrow.") : t("Your request is recorded with the alert and the day. People you can still view today: {left}.", { left })),
    h("div", { class: "actions" }, yes, h("button", { type: "button", "data-test": "name-no", onclick: back }, t("No"))));
  fill(place, question);
  question.focus();
}

async function tell(room: OfficerSession, alert: Alert, place: HTMLElement): Promise<void> {
  try {
    const { entity, employee, left } = await room.calls.post(namedAt(alert.evidence.entity), `/api/alerts/${alert.alert}/name`);
    fill(place, h("div", { class: "notice stack-small", role: "status", "data-test": "named" }, h("p", {}, h("strong", {}, t("Employee number {employee}", { employee })), " ", room.entity(entity)),
      h("p", { class: "small" }, t("The name disappears when you leave this page. People you can still view today: {left}.", { left }))));
  } catch (error) {
    place.append(h("p", { class: "wrong", role: "alert", "data-test": "name-fault" }, wordsFor(error)));
  }
}

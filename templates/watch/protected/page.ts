/** Protected people: open what waits, enter whom it names, read check-ins, and ask for links. */

import { fill, h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import type { Draw } from "../drawing.js";
import type { OfficerSession } from "../session.js";
import { wordsFor } from "../words.js";
import { type Done, type Opened, type OpenedPackets, enterAll, officersKey, openPackets, takeAway } from "./packets.js";
import { linkSections } from "./links.js";
import { ANSWERS, BONDS, CHANGES, OUTCOMES, REQUEST_KINDS } from "./words.js";

export const showProtected: Draw = async (room) => {
  const place = h("div", { class: "stack" });
  const file = h("input", { type: "file", id: "officers-key", accept: ".key,.txt,text/plain", "data-test": "officers-key" });
  const fault = h("p", { class: "wrong", role: "alert", "data-test": "packets-fault" });
  const links = linkSections(room);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void opening(room, file, fault, place, links.ask);
  };
  const form = h("form", { class: "card stack", novalidate: true, onsubmit: submit },
    h("h2", {}, t("What reporters have sent")),
    h("p", { class: "soft" }, t("Each packet is opened on this page with the officers' key, which was removed from the host when the watch was set up. The key stays in this page's memory. Packets that it does not open are dummies.")),
    h("div", { class: "field" }, h("label", { for: "officers-key" }, t("The officers' key")), file), fault,
    h("div", { class: "actions" }, h("button", { class: "primary", "data-test": "packets-open" }, t("Open the packets"))));
  return Promise.resolve(h("div", { class: "stack" }, h("h1", { "data-test": "protected-title" }, t("Protected people")), form, place, links.element));
};

type AskFor = (one: Opened) => void;

async function opening(room: OfficerSession, file: HTMLInputElement, fault: HTMLElement, place: HTMLElement, ask: AskFor): Promise<void> {
  fault.textContent = "";
  const key = officersKey((await file.files?.[0]?.text()) ?? "");
  if (key === null) {
    fault.textContent = t("Choose the file with the officers' key: it contains a line that begins AGE-SECRET-KEY-PQ-1.");
    return file.focus();
  }
  fill(place, h("p", { class: "soft", role: "status" }, t("Opening…")));
  try {
    const packets = await openPackets(room, key);
    fill(place, shown(room, packets, place, ask));
  } catch (error) {
    fill(place);
    fault.textContent = wordsFor(error);
  }
}

function shown(room: OfficerSession, packets: OpenedPackets, place: HTMLElement, ask: AskFor): HTMLElement {
  const numbers = new Map<string, string>();
  const noted = h("input", { type: "checkbox", id: "answers-noted", "data-test": "answers-noted" });
  const fault = h("p", { class: "wrong", role: "alert", "data-test": "enter-fault" });
  const button = h("button", { type: "button", class: "primary", "data-test": "enter", onclick: () => void enter() }, t("Register them, with this month's cover entries"));
  const enter = async (): Promise<void> => {
    button.disabled = true;
    fault.textContent = "";
    try {
      const done = await enterAll(room, packets.wishes, numbers);
      await takeAway(room, [...packets.dummies, ...done.done, ...(noted.checked ? packets.answers.map(({ packet }) => packet) : [])]);
      fill(place, outcome(done));
    } catch (error) {
      button.disabled = false;
      fault.textContent = wordsFor(error);
    }
  };
  const { wishes, answers } = packets;
  return h("section", { class: "stack", "data-test": "sitting" }, h("h2", {}, t("Requests: {count}", { count: wishes.length })),
    wishes.length === 0 ? null : h("ul", { class: "rows" }, wishes.map((one, at) => requestRow(room, one, at, numbers))),
    h("h2", {}, t("Answers of check-ins: {count}", { count: answers.length })),
    answers.length === 0 ? null : h("ul", { class: "rows" }, answers.map((one) => answerRow(room, one, ask))),
    answers.length === 0 ? null : h("label", { class: "choice", for: "answers-noted" }, noted, h("span", {}, t("I have noted these answers: delete their packets"))),
    h("p", { class: "soft" }, t("Cover entries are registered every month, whether or not there are requests. So register even if nothing is waiting.")), fault, h("div", { class: "actions" }, button));
}

function requestRow(room: OfficerSession, { packet, told }: Opened, at: number, numbers: Map<string, string>): HTMLElement {
  const facts = [t(REQUEST_KINDS[told.wish]), t(BONDS[told.bond]), room.entity(told.entity), told.name, told.place].filter((one) => one !== "").join(" · ");
  if (told.employee !== "") return h("li", { "data-test": "wish" }, `${facts} · ${told.employee}`);
  const id = `number-${at}`;
  const input = h("input", { type: "text", id, autocomplete: "off", "data-test": "number", oninput: () => numbers.set(packet, input.value) });
  return h("li", { class: "stack-small", "data-test": "wish" }, h("span", {}, facts), h("label", { for: id }, t("Employee number (without it, this packet waits)")), input);
}

function answerRow(room: OfficerSession, one: Opened, ask: AskFor): HTMLElement {
  const { told } = one;
  const { checkin } = told;
  if (checkin === null) return h("li", {});
  const changes = checkin.changes.flatMap((change) => CHANGES[change] ?? []).map((words) => t(words)).join(t(", "));
  return h("li", { class: "stack-small", "data-test": "answer" },
    h("p", {}, h("strong", {}, t(ANSWERS[checkin.answer])), " ", t("Day {day} after a report at {entity}", { day: checkin.day, entity: room.entity(told.entity) })),
    changes === "" ? null : h("p", {}, t("What has changed: {changes}.", { changes })), checkin.text === "" ? null : h("p", { class: "prose" }, checkin.text),
    h("div", { class: "actions" }, h("button", { type: "button", "data-test": "answer-link", onclick: () => ask(one) }, t("Ask to open its link to the case"))));
}

function outcome({ outcomes, cover, missing }: Done): HTMLElement {
  return h("section", { class: "notice notice-good stack-small", role: "status", "data-test": "entered" },
    [...outcomes].map(([word, count]) => h("p", {}, t(OUTCOMES[word], { count }))),
    h("p", {}, t("Cover entries: {count}; too few people for {missing} more.", { count: cover, missing })));
}

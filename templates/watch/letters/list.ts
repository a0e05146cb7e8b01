/** Letters to HR: everything that the rule and the lot drew, in one wording; to be copied or printed. */

import { announce, fill, h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Both, t } from "../../shared/strings.js";
import type { Draw } from "../drawing.js";
import { kindName } from "../kinds.js";
import type { OfficerSession } from "../session.js";
import { type Letter, readLetters } from "./model.js";


/** Before the numbers are fetched the officer is told that it stays on record. */
export const showLetters: Draw = async (_room, go) => {
  const open = h("button", { type: "button", class: "primary", "data-test": "letters-open", onclick: () => go(drawnLetters) }, t("Show the letters of the last four weeks"));
  return h("div", { class: "stack" }, h("h1", { "data-test": "letters-title" }, t("Letters to HR")),
    h("p", {}, t("HR's system reads at its upload address which measures were drawn for review. If it does not, send these letters: all of them, together, on one day.")),
    h("p", { class: "soft" }, t("Being in a letter means nothing: all serious measures are included, the others were drawn by lot among everybody. Never add a letter, leave one out or change a word.")),
    h("p", { class: "notice notice-care" }, t("They contain employee numbers. It is recorded that you opened them.")), open);
};

const drawnLetters: Draw = async (room) => {
  const { words, letters } = await room.calls.post(readLetters, "/api/letters");
  return h("div", { class: "stack" }, h("header", { class: "no-print stack" }, h("h1", { "data-test": "letters-drawn" }, t("Letters to HR: {count}", { count: letters.length })),
    letters.length === 0 ? h("p", { class: "nothing" }, t("Nothing was drawn in the last four weeks.")) : ways(room, words, letters)),
    h("div", { class: "letters" }, letters.map((one) => paper(room, words, one))));
};

function ways(room: OfficerSession, words: Both, letters: readonly Letter[]): HTMLElement {
  const copied = h("p", { class: "small", role: "status" });
  const copy = (): void => {
    const whole = letters.map((one) => lines(room, words, one).join("\n")).join("\n\n");
    void navigator.clipboard.writeText(whole).then(() => {
      fill(copied, t("Copied: {count} letters.", { count: letters.length }));
      announce(t("Copied: {count} letters.", { count: letters.length }));
    }, () => fill(copied, t("This browser does not let the page copy. Print them, or select the text.")));
  };
  return h("div", {}, h("div", { class: "actions" }, h("button", { type: "button", class: "primary", "data-test": "letters-print", onclick: () => window.print() }, t("Print all")),
    h("button", { type: "button", "data-test": "letters-copy", onclick: copy }, t("Copy all"))), copied);
}

/** The same lines for everybody: what it is about, and the one wording. */
function lines(room: OfficerSession, words: Both, one: Letter): string[] {
  return [
    `${room.entity(one.entity)} · ${room.day(one.drawn)}`, t("Employee number {employee}", { employee: one.employee }),
    t("Measure: {kind}, recorded on {day}", { kind: kindName(one.kind), day: room.day(one.recorded) }), inLanguage(words),
  ];
}

function paper(room: OfficerSession, words: Both, one: Letter): HTMLElement {
  return h("article", { class: "paper letter", "data-test": "letter" }, lines(room, words, one).map((line) => h("p", {}, line)));
}

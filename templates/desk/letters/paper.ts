/** A letter on the screen as it comes out of the printer: salutation, text, seal and date, or a form with its rows. */

import { type Paper, type PaperPart, letterWord } from "../../../casework/letters/composing.js";
import { type Child, h } from "../ui.js";

const lines = (text: string): Child[] => text.split("\n").map((line) => h("p", {}, line));

function table(rows: readonly PaperPart[]): HTMLElement {
  return h("table", { class: "paper-rows" }, h("tbody", {}, rows.map(({ kind, label, text }) =>
    h("tr", { class: kind === "blank" ? "blank" : null }, h("th", { scope: "row" }, label), h("td", {}, kind === "blank" ? null : text.split("\n").map((line) => h("p", {}, line)))))));
}

/** A row inside a letter is a paragraph that begins with its label. */
function labelled({ label, text }: PaperPart, colon: string): Child {
  const [first = "", ...more] = text.split("\n");
  const head = h("strong", {}, label);
  if (more.length === 0) return h("p", {}, head, colon, first);
  return [h("p", {}, head, colon), lines(text)];
}

function bodyOf({ parts, form, language }: Paper): Child[] {
  const found: Child[] = [];
  let rows: PaperPart[] = [];
  const close = (): void => {
    if (rows.length > 0) found.push(table(rows));
    rows = [];
  };
  for (const part of parts) {
    const tabled = part.kind === "row" || part.kind === "blank";
    if (tabled && form !== "letter") {
      rows.push(part);
      continue;
    }
    close();
    found.push(tabled ? labelled(part, letterWord("colon", language) ?? "") : lines(part.text));
  }
  close();
  return found;
}

/** The paper as an article of its own language. */
export function paperArticle(paper: Paper): HTMLElement {
  const dated = paper.sign.length === 0 || paper.seal !== "";
  return h("article", { class: `paper paper-${paper.form}`, lang: paper.language, dir: "auto", "data-test": "paper" },
    h("h2", { id: "paper-title" }, paper.title),
    h("p", { class: "paper-number" }, paper.number),
    paper.salute === "" ? null : h("p", { class: "paper-salute" }, paper.salute),
    bodyOf(paper),
    paper.close === "" ? null : h("div", { class: "paper-close" }, lines(paper.close)),
    paper.sign.length === 0 ? null : h("div", { class: "paper-sign" }, lines(paper.sign.join("\n"))),
    dated ? h("div", { class: "paper-end" }, h("p", {}, paper.office), h("p", {}, paper.day), paper.seal === "" ? null : h("p", { class: "paper-seal" }, paper.seal)) : null);
}

/** What the reporter has declared and nobody has put on the record yet: it counts only once a member who read it says so. */

import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import { type Declared, decideDeclared, waitingDeclarations } from "../opened/declarations.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import { actName, refusalText, stageSaid } from "./words.js";

/** A card for each; the first has to go on the record first, for the others may follow from it. */
export function declaredCards(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const { ruled } = opened;
  if (ruled === null || !opened.chainHolds) return null;
  return waitingDeclarations(opened).slice(0, 1).map((declared) => card(ruled, opened, declared, words, act));
}

function card(ruled: Ruled, opened: OpenedCase, declared: Declared, words: OfficeWords, act: CaseActions): HTMLElement {
  const answer = decideDeclared(ruled, declared, act.now());
  const open = "reason" in answer && answer.reason === "which-stage" ? answer.names : [];
  const select = h("select", { id: "declared-to", "data-test": "declared-to" }, open.map((stage) => h("option", { value: stage }, stageSaid(ruled.rules, stage))));
  const day = opened.events[declared.n]?.day ?? "";
  const text = declared.entry.payload["text"];
  const refused = "reason" in answer && open.length === 0;
  return h("div", { class: "notice notice-care stack-small", "data-test": "declared", "data-act": declared.act },
    h("p", {}, h("strong", {}, t("Declaration received: {act}", { act: actName(declared.act) })), " ", t("Received on {day}. It counts from that day once you record it.", { day: words.day(day, opened.row.entity) })),
    typeof text === "string" && text !== "" ? h("p", { class: "said" }, text) : null,
    refused ? h("p", { class: "wrong", "data-test": "declared-refused" }, refusalText(ruled, answer, words)) : null,
    open.length === 0 ? null : h("div", { class: "field" }, h("label", { for: select.id }, t("Next stage")), select),
    h("div", { class: "row" },
      refused ? null : h("button", { type: "button", class: "primary", "data-test": "declared-read", onclick: () => act.read(declared, open.length === 0 ? null : select.value) }, t("Record it"))));
}

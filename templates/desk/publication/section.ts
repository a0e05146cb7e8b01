/** The section of the case page on publication: to whom the text lets this case be shown, or why not yet, and what went out. */

import type { Publication } from "../../../casework/index.js";
import { around, blank, officeText } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { hashOf, publicArticle, showPublication } from "./paper.js";
import { type Offer, type Sent, appealWords, offersOf, sentTexts } from "./offers.js";

type Readers = Publication["audience"];

const RESULTS: Readonly<Record<Readers, Sentence>> = {
  posts: msg("The result, to the departments concerned"), company: msg("The result, to the company"), constituency: msg("The result, to everybody whom the policy serves"),
};
const CASES: Readonly<Record<Readers, Sentence>> = {
  posts: msg("The case as an example, to the departments concerned"), company: msg("The case as an example, to the company"), constituency: msg("The case as an example, to everybody whom the policy serves"),
};

/** What is published to whom. */
export function offerTitle({ what, audience }: Publication): string {
  return t((what === "result" ? RESULTS : CASES)[audience]);
}

/** Null where the policy publishes no case and nothing went out. */
export function publicationSection(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const offers = offersOf(opened, words, act.me, act.now());
  const sent = sentTexts(opened);
  if (offers.length + sent.length === 0) return null;
  const appeal = appealWords(opened, words, act.now());
  const closed = opened.chainHolds ? null : "true";
  return h("section", { class: "stack-small publication-section", "aria-labelledby": "publication-title", "data-test": "publication" },
    h("h3", { id: "publication-title", tabindex: "-1" }, t("Publication")),
    h("ul", { class: "publication-offers" }, offers.map((one) => offerRow(one, appeal))),
    offers.some(({ why }) => why === null) ? h("div", { class: "row" }, h("button", { type: "button", "data-test": "publish", "aria-disabled": closed, onclick: () => closed === null && act.publish() }, t("Prepare the publication"))) : null,
    sent.map((one) => sentCard(one, opened, words)));
}

function offerRow({ rule, act, why }: Offer, appeal: string): HTMLElement {
  return h("li", { "data-test": "publication-rule", "data-what": rule.what, "data-audience": rule.audience },
    h("strong", {}, offerTitle(rule)),
    h("p", { class: "facts" }, h("span", {}, officeText(rule.text)), rule.redaction !== null && h("span", {}, officeText(rule.redaction))),
    h("p", { class: why === null ? "hint" : "", "data-test": "publication-status" }, why ?? t("It may be published now."), why === null && appeal !== "" ? ` ${appeal}` : null, why === null && act === "noted" ? ` ${t("The policy has no step for it here: it is recorded as a text of its own.")}` : null));
}

/** One text that was signed to go out: who signed it when, word for word, and its hash to compare a copy with. */
function sentCard({ event, text, against }: Sent, { row }: OpenedCase, words: OfficeWords): HTMLElement {
  return h("details", { class: "publication-sent", "data-test": "published-text" },
    h("summary", {}, around(t(against === null ? msg("Text signed for publication on {day} by {person}") : msg("Signed on {day} by {person}, not a publication under the policy"), { day: words.day(event.day, row.entity), person: blank("person") }), { person: words.named(event.actor) })),
    against === null ? null : h("p", { class: "wrong", "data-test": "published-unfit" }, t("Not a publication under the policy: {reason}", { reason: against })),
    against === null && h("p", { class: "hint", "data-test": "published-where" }, t("The record holds the text and who signed it. Where and when it was shown stands in it only if somebody noted that.")),
    publicArticle(text, null),
    h("p", { class: "hint" }, t("SHA-256 of the text: {hash}", { hash: hashOf(text) })),
    h("div", { class: "row" }, h("button", { type: "button", "data-test": "published-print", onclick: () => showPublication(text, null) }, t("Print or save"))));
}

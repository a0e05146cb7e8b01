/** What somebody asked for in a case and another must agree to: who asked, and who may agree. */

import { type Act, type ActRule, DESTINATIONS, type Event, actsIn, answers, approved, asked, stageOf, whoMayAnswer } from "../../../casework/index.js";
import { around, blank, listed, textOr } from "../../shared/officetext.js";
import { inARow, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { daysBetween } from "../days.js";
import type { Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { actTitle, said } from "./words.js";

/** What needs nobody else any more: the second person has agreed. */
const AGREED: Act = "exported";

/** So long after it was given an agreement to delete counts (`portal/deletion/agreement.py`). */
const AGREED_DAYS = 30;

/** One line for each asking that waits, with the button of who may answer it, and one for what was agreed to; null where nobody asks. */
export function secondsList(ruled: Ruled, words: OfficeWords, answering: (act: string) => Child = () => null): Child {
  const open = waiting(ruled);
  const second = linesOf(open.filter(([act]) => act !== AGREED), ruled, words, answering);
  const agreed = linesOf(open.filter(([act]) => act === AGREED), ruled, words, () => null);
  return [
    second.length > 0 && h("div", { class: "notice notice-care", "data-test": "seconds" }, h("p", {}, h("strong", {}, t("Waiting for a second person"))), h("ul", {}, second)),
    deletionAgreed(ruled, words),
    agreed.length > 0 && h("div", { class: "notice", "data-test": "agreed" }, h("ul", {}, agreed)),
  ];
}

/** Whom the administrator obeys who deletes the case: nothing else on the page would tell that it is to go. */
function deletionAgreed({ found }: Ruled, words: OfficeWords): Child {
  const agreed = approved(found, "deletion-approved");
  const asking = found.events.findLast((event) => event.act === "deletion-asked" && event.n < (agreed?.n ?? 0) && !found.uncounted.has(event.n));
  const isStopped = found.held || found.frozen;
  if (agreed === null || asking === undefined || isStopped || asking.by === agreed.by || daysBetween(agreed.day, words.today("")) > AGREED_DAYS) return null;
  const facts = { first: blank("first"), second: blank("second"), day: words.day(agreed.day, ""), command: "yanlu case delete" };
  return h("div", { class: "notice notice-care", "data-test": "deletion-agreed" }, h("p", {},
    around(t("{first} and {second} agreed on {day} that this case is to be deleted. The administrator can delete it for 30 days from then ({command}). A legal hold stops that.", facts), { first: words.named(asking.by), second: words.named(agreed.by) })));
}

function linesOf(open: ReturnType<typeof waiting>, ruled: Ruled, words: OfficeWords, answering: (act: string) => Child): Child[] {
  return open.map(([act, event, may, rule]) => {
    const whom = event.codes.destination === undefined ? "" : textOr(DESTINATIONS[event.codes.destination], "");
    const facts = { person: blank("person"), act: whom === "" ? actTitle(event.act) : `${actTitle(event.act)} (${whom})`, roles: listed(may.map((role) => said(ruled.rules, role))) };
    const line = act === AGREED
      ? t("{person}: {act}. The case can be exported now. The export is recorded first.", facts)
      : inARow(t("{person}: {act}. A second person must agree, in one of these roles: {roles}.", facts), whatRequires(rule));
    return h("li", { "data-test": `waits-${act}` }, around(line, { person: words.named(event.by) }), answering(act));
  });
}

/** The engine asks for a second person under every policy: only where the policy's own text says so does the page name the policy. */
export function whatRequires({ source }: ActRule): string {
  return "quote" in source ? t("The policy of this case requires two people.") : t("This step always requires two people.");
}

/** The askings that wait, with the act that would answer, the roles that may, and the rule that says so. */
export function waiting({ rules, found }: Ruled): (readonly [string, Event, readonly string[], ActRule])[] {
  const stage = stageOf(rules, found.stage);
  if (stage === null) return [];
  return actsIn(rules, stage).filter(answers).flatMap((rule) => {
    const event = asked(found, rule);
    return event === null ? [] : [[rule.act, event, whoMayAnswer(rule, found, rule.by.length > 0 ? rule.by : stage.actors), rule] as const];
  });
}

/** What somebody asked for in a case and another must agree to: who asked, and who may agree. */

import { type Act, type ActRule, BY_TWO, type Event, actsIn, answered, answers, approved, mayDo, openAskings, stageOf, whoMayAnswer } from "../../../casework/index.js";
import { around, blank, listed, listedTexts } from "../../shared/officetext.js";
import { inARow, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { daysBetween } from "../days.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { askedQuotes, declinedBy, mayAgreeAmong, requestFor } from "./asking.js";
import { isDeletionStopped, signedByNonReaders } from "./deletionalarm.js";
import { actTitle, said } from "./words.js";

/** What needs nobody else any more: the second person has agreed. */
const AGREED: Act = "exported";

/** So long after it was given an agreement to delete counts (`portal/deletion/agreement.py`). */
const AGREED_DAYS = 30;

/** The buttons of who may answer an asking. */
type Answering = (act: Act, asking: Event) => Child;

/** Each asking that waits, with its reason and the buttons of who may answer it, and a line for what was agreed to; null where nobody asks. */
export function secondsList(opened: OpenedCase, ruled: Ruled, words: OfficeWords, me: string, answering: Answering = () => null): Child {
  const first = waiting(ruled, me);
  const open = [...first, ...ownBehind(ruled, me, first)];
  const second = open.filter(([act]) => act !== AGREED).map((one) => secondRow(one, opened, ruled, words, me, answering));
  const agreed = open.filter(([act]) => act === AGREED).map(([act, { by, act: done }]) => h("li", { "data-test": `waits-${act}` },
    around(t("{person}: {act}. The case can be exported now. The export is recorded first.", { person: blank("person"), act: actTitle(done) }), { person: words.named(by) })));
  return [
    second.length > 0 && h("div", { class: "notice notice-care", "data-test": "seconds" }, h("p", {}, h("strong", {}, t("Waiting for a second person"))), h("ul", {}, second)),
    deletionAgreed(opened, ruled, words),
    signedByNonReaders(opened, words),
    agreed.length > 0 && h("div", { class: "notice", "data-test": "agreed" }, h("ul", {}, agreed)),
  ];
}

/** Whom the administrator obeys who deletes the case: nothing else on the page would tell that it is to go. */
function deletionAgreed(opened: OpenedCase, { found }: Ruled, words: OfficeWords): Child {
  const agreed = approved(found, "deletion-approved");
  const asking = agreed === null ? null : answered(found, agreed);
  const isStopped = isDeletionStopped(opened);
  if (agreed === null || asking === null || isStopped || asking.by === agreed.by || daysBetween(agreed.day, words.today("")) > AGREED_DAYS) return null;
  const facts = { first: blank("first"), second: blank("second"), day: words.day(agreed.day, ""), command: "yanlu case delete" };
  return h("div", { class: "notice notice-care", "data-test": "deletion-agreed" }, h("p", {},
    around(t("{first} and {second} agreed on {day} that this case is to be deleted. The administrator can delete it for 30 days from then ({command}). A legal hold stops that.", facts), { first: words.named(asking.by), second: words.named(agreed.by) })));
}

type Waits = ReturnType<typeof waiting>[number];

function secondRow([act, event, may, rule]: Waits, opened: OpenedCase, ruled: Ruled, words: OfficeWords, me: string, answering: Answering): Child {
  const line = inARow(t("A second person must agree, in one of these roles: {roles}.", { roles: listed(may.map((role) => said(ruled.rules, role))) }), whatRequires(rule));
  return h("li", { class: "stack-small", "data-test": `waits-${act}` }, askedQuotes(event, act, opened, ruled, words), h("p", { class: "hint" }, line), whoCan(act, event, opened, ruled, words, me), answering(act, event));
}

/** Whom the first person may telephone: the readers who may agree; and where nobody is left, what to do then. */
function whoCan(act: Act, asking: Event, opened: OpenedCase, ruled: Ruled, words: OfficeWords, me: string): Child {
  const { by } = asking;
  const able = mayAgreeAmong(ruled, opened, act, asking);
  const no = new Set(declinedBy(ruled, act, asking).map((one) => one.by));
  const left = able.filter((id) => !no.has(id));
  const named = listedTexts(left.map((id) => [words.named(id), id === me ? ` ${t("(you)")}` : ""]));
  if (left.length > 0) return h("p", { "data-test": "can-agree" }, around(t("Can agree: {people}", { people: blank("people") }), { people: named }));
  const what = able.length === 0 ? t("None of the people who read this case may agree. Add one of those roles under “Who can read this case”.") : t("Everyone who may agree has declined.");
  return h("p", { "data-test": "can-agree" }, what, by === me && able.length > 0 ? ` ${t("You can ask again.")}` : null);
}

/** The engine asks for a second person under every policy: only where the policy's own text says so does the page name the policy. */
export function whatRequires({ source }: ActRule): string {
  return "quote" in source ? t("The policy of this case requires two people.") : t("This step always requires two people.");
}

/** What this member asked for and does not see above, for a colleague asked for the same: it can be taken back all the same. */
function ownBehind({ found }: Ruled, me: string, first: ReturnType<typeof waiting>): ReturnType<typeof waiting> {
  return first.flatMap(([act, event, may, rule]) =>
    !BY_TWO.has(act) ? [] : openAskings(found.events, found.uncounted, act).filter(({ by, n }) => by === me && n !== event.n).map((own) => [act, own, may, rule] as const));
}

/** The askings that wait, of several for one act the one that this member may answer, with the act that would answer, the roles that may, and the rule that says so. */
export function waiting(ruled: Ruled, me = ""): (readonly [Act, Event, readonly string[], ActRule])[] {
  const { rules, found } = ruled;
  const stage = stageOf(rules, found.stage);
  if (stage === null) return [];
  return actsIn(rules, stage).filter(answers).flatMap((rule) => {
    const event = requestFor(ruled, rule, me);
    return event === null ? [] : [[rule.act, event, whoMayAnswer(event, mayDo(rule, stage)), rule] as const];
  });
}

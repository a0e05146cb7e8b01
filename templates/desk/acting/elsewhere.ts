/** Where a case goes on that this member can do nothing in at its stage: with whom it is, what is left to do here, and the way back. */

import { stageOf } from "../../../casework/index.js";
import { around, blank, listed } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { type Choices, allows } from "./choices.js";
import { said } from "./words.js";

/** The notice in place of the steps of a stage. */
export function elsewhere(opened: OpenedCase, ruled: Ruled, choices: Choices, words: OfficeWords, act: CaseActions, seconds = 0): Child {
  const left = leftToDo(ruled, choices, act);
  return h("div", { class: "notice stack-small", "data-test": "nothing-allowed" },
    h("p", {}, nothingHere(seconds)),
    withWhom(opened, ruled, words, act.me),
    h("p", { "data-test": "left-to-do" }, left.length === 0 ? t("You can still read the case. The policy lets you write in it again when it comes back to you.") : t("You can still read the case, and: {things}.", { things: listed(left) })),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet", "data-test": "elsewhere-back", onclick: act.back }, t("Back to the list"))));
}

/** Where a step of somebody else waits for this member there is that to do. */
export function nothingHere(seconds: number): string {
  return seconds > 0 ? t("Besides what waits for your signature there is nothing for you to do at this stage.") : t("There is nothing for you to do at this stage.");
}

/** The roles of the stage, and who of them can read the case: a role that nobody here holds does nothing about it. */
export function withWhom({ holders }: OpenedCase, { rules, found }: Ruled, words: OfficeWords, me: string): Child {
  const actors = stageOf(rules, found.stage)?.actors ?? [];
  if (actors.length === 0) return null;
  const roles = listed(actors.map((role) => said(rules, role)));
  const all = new Set(actors.flatMap((role) => rules.holders.get(role) ?? []));
  if (all.has(me) && holders.includes(me)) return h("p", { "data-test": "with-whom" }, t("It is with you, but its steps cannot be taken now. “Not available now, and why” says what they wait for."));
  const people = holders.filter((id) => id !== me && all.has(id));
  const blanks = { roles: blank("roles"), people: blank("people") };
  const line = people.length > 0 ? around(t("It is now with {roles}: {people}.", blanks), { roles, people: words.namedAll(people) })
    : around(t("It is now with {roles}, but none of them can read it. Add one of them under “Who can read this case”.", blanks), { roles });
  return h("p", { "data-test": "with-whom" }, line);
}

/** What the policy lets this member do all the same. */
function leftToDo(ruled: Ruled, choices: Choices, { me, now }: CaseActions): string[] {
  return [
    allows(ruled, "replied", me, now()) ? t("write to the reporter") : "",
    allows(ruled, "noted", me, now()) ? t("add an internal note") : "",
    choices.always.length > 0 ? t("take the steps under “At any time”") : "",
  ].filter((one) => one !== "");
}

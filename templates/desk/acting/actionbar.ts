/** The bar of a case: what the policy allows this member now, and of the rest why not. */

import { type Act, type Event, type Refusal, rolesOf } from "../../../casework/index.js";
import { around, blank, listed } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import { peopleOf } from "../opened/handlers.js";
import type { OpenedCase, Ruled } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { differs, hasEnded } from "../opened/casestate.js";
import { retainedWords } from "../retention/words.js";
import { type Child, h } from "../ui.js";
import { type Choice, type Choices, choicesOf, firstDoneBy, isRepeated } from "./choices.js";
import { audiencesOf } from "./precheck.js";
import { elsewhere, nothingHere } from "./elsewhere.js";
import { secondsList, waiting } from "./approvals.js";
import { signedByNonReaders } from "./deletionalarm.js";
import { secondsFor } from "./seconding.js";
import { wayBack } from "./closing.js";
import { codeLine } from "./eventwords.js";
import { actTitle, refusalText, said, stageSaid } from "./words.js";

const ASKING: Act = "information-asked";
const KEPT = ["handler", "deputy", "kind", "classification", "grade", "departments"] as const;

/** The section of acts; null where the policy has no rules here. */
export function actSection(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const { ruled } = opened;
  if (ruled === null) return withoutRules(opened, words);
  const all = withAsking(choicesOf(ruled, act.me, act.now(), opened), opened);
  // Only what a row of its own shows leaves the steps of any time.
  const rows = new Set(waiting(ruled).map(([answer]) => answer));
  const seconds = secondsFor(opened, act.me, act.now()).filter((second) => rows.has(second.act));
  const choices = { ...all, always: all.always.filter((one) => !seconds.some((second) => second.act === one.act)) };
  const more = otherMessages(choices);
  const here = choices.here.filter((one) => !more.includes(one));
  const closed = opened.chainHolds ? null : "true";
  const button = (choice: Choice, primary: boolean): HTMLElement =>
    h("button", { type: "button", class: primary ? "primary" : "", "data-test": `act-${choice.act}`, "aria-disabled": closed, onclick: () => closed === null && act.open(choice) }, labelOf(choice, ruled));
  const answering = (name: Act, { n, by }: Event): Child => {
    const no = (test: string, label: string): Child => h("button", { type: "button", "data-test": `${test}-${name}`, "aria-disabled": closed, onclick: () => closed === null && act.declineStep(n) }, label);
    if (by === act.me) return h("div", { class: "act-row" }, no("withdraw", t("Withdraw it")));
    return all.always.filter((one) => one.act === name && seconds.some((second) => second.act === name)).map((one) => h("div", { class: "act-row" }, button(one, true), no("decline", t("Decline"))));
  };
  // To turn a report away is never the step that the page puts forward.
  const row = (label: string, list: readonly Choice[], primary = false): Child =>
    list.length === 0 ? null : h("div", { class: "act-row", role: "group", "aria-label": label }, h("span", { class: "act-label" }, label), list.map((choice) => button(choice, primary && choice.act !== "refused")));
  return h("section", { class: "acts", "aria-labelledby": "acts-title", "data-test": "acts" },
    h("h3", { id: "acts-title" }, t("Next steps")),
    disagreement(ruled, act.now()), stateLines(ruled, words, act.me, retainedWords(opened, words)), secondsList(opened, ruled, words, act.me, answering),
    row(t("Moves the case to the next stage"), choices.onward, true), row(t("In this stage"), here), helpLines([...choices.onward, ...here]),
    more.length === 0 ? null : h("details", { class: "more", "data-test": "more-messages" }, h("summary", {}, t("More messages to the reporter")), h("div", { class: "act-row" }, more.map((choice) => button(choice, false)))),
    choices.onward.length + choices.here.length > 0 ? null : hasEnded(ruled) ? h("p", { class: "hint", "data-test": "nothing-allowed" }, nothingHere(seconds.length)) : elsewhere(opened, ruled, choices, words, act, seconds.length),
    hasEnded(ruled) && wayBack(ruled) === "none" ? h("p", { class: "hint", "data-test": "not-reopened" }, t("The case is closed. Its policy does not allow it to be reopened.")) : null,
    barred(ruled, choices.barred, words),
    choices.always.length === 0 ? null : h("details", { class: "always", "data-test": "always" }, h("summary", {}, t("At any time")), h("div", { class: "act-row" }, choices.always.map((choice) => button(choice, false)))));
}

/** What a case without rules knows; it can be deleted by hand all the same. */
function withoutRules(opened: OpenedCase, words: OfficeWords): Child {
  const hint = h("p", { class: "hint", "data-test": "no-rules" }, t("The policy of this case was published without rules, or they are not available. Only reply, update and internal note are possible."));
  const alarm = signedByNonReaders(opened, words);
  return alarm === null ? hint : h("div", { class: "stack" }, hint, alarm);
}

/** Steps that stand close together at the beginning of a case, each in a line. */
const HELP: { readonly [act in Act]?: Sentence } = {
  registered: msg("enters the case in the register. It assigns nobody and tells the reporter nothing."),
  assigned: msg("names who handles the case from now on."),
};

function helpLines(choices: readonly Choice[]): Child {
  const lines = choices.flatMap(({ act }) => { const help = HELP[act]; return help === undefined ? [] : [t("{name}: {value}", { name: actTitle(act), value: t(help) })]; });
  return lines.length > 0 && h("div", { "data-test": "act-help" }, lines.map((line) => h("p", { class: "hint" }, line)));
}

function labelOf({ act }: Choice, ruled: Ruled): string {
  if (act === ASKING) return t("Ask the reporter");
  return isRepeated(act, ruled) ? t("{act} again", { act: actTitle(act) }) : actTitle(act);
}

/** Whether a step is a message to the reporter and nothing else. */
const isMessage = ({ act }: Choice): boolean => audiencesOf(act).join() === "reporter";

/** What the reporter waits for first: that the report arrived, then the result. */
const AWAITED: readonly Act[] = ["acknowledged", "notified"];

/** The message that the policy asks for next: what the reporter waits for, then what moves the case on; null where it asks for none. */
export function nextMessage({ onward, here }: Choices): Choice | null {
  const messages = [...onward, ...here].filter((one) => isMessage(one) && one.act !== ASKING);
  const [awaited] = AWAITED.flatMap((act) => messages.filter((one) => one.act === act));
  return awaited ?? messages.find(({ act }) => act !== "refused") ?? null;
}

/** The other messages of the stage: they stand behind the next one, apart from questions, which come up at any time. */
export function otherMessages(choices: Choices): readonly Choice[] {
  const next = nextMessage(choices);
  return choices.here.filter((one) => isMessage(one) && one !== next && one.act !== ASKING);
}

/** Somebody who works on a case asks its reporter all the time: where the policy allows it, that is not folded away. */
function withAsking(choices: Choices, opened: OpenedCase): Choices {
  const { row, ruled } = opened;
  if (ruled === null || hasEnded(ruled) || peopleOf({ row, opened }).length === 0) return choices;
  const asking = choices.always.filter(({ act }) => act === ASKING);
  return { ...choices, here: [...choices.here, ...asking], always: choices.always.filter(({ act }) => act !== ASKING) };
}

/** Who the member is to this case, and what stands still. */
function stateLines(ruled: Ruled, words: OfficeWords, me: string, retained: string | null): Child {
  const { codes, frozen, held, recused } = ruled.found;
  const roles = [...rolesOf(ruled.rules, codes, me)].map((role) => said(ruled.rules, role));
  const lines: Child[] = [
    roles.length === 0 ? t("The policy gives you no role in this case.") : t("Your roles: {roles}", { roles: listed(roles) }),
    ...KEPT.flatMap((code) => (codes[code] === undefined ? [] : [codeLine(code, codes[code], ruled.rules, words, "")])),
    recused.size === 0 ? null : around(t("Recused: {people}", { people: blank("people") }), { people: words.namedAll([...recused]) }),
    held ? t("Under legal hold: nothing in this case is destroyed.") : null,
    frozen ? t("An authority is handling this case. The office's own work and deadlines are suspended.") : null,
    retained,
  ].filter((line) => line !== null);
  return h("p", { class: "facts" }, lines.map((line) => h("span", {}, line)));
}

/** The server's word against this browser's. */
function disagreement(ruled: Ruled, now: Date): Child {
  const { stage, clocks } = differs(ruled, now);
  if (!stage && clocks.length === 0) return null;
  return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "server-differs" },
    stage ? h("p", {}, t("The server gives the stage of this case as “{theirs}”, but the signed record says “{ours}”. Rely on the record, and tell the administrator.", { theirs: stageSaid(ruled.rules, ruled.server.stage), ours: stageSaid(ruled.rules, ruled.found.stage) })) : null,
    clocks.length === 0 ? null : h("p", {}, t("The server calculates these deadlines differently from this browser: {clocks}. Rely on the dates below, and tell the administrator.", { clocks: listed(clocks.map((id) => said(ruled.rules, id))) })));
}

function barred(ruled: Ruled, rows: ReturnType<typeof choicesOf>["barred"], words: OfficeWords): Child {
  if (rows.length === 0) return null;
  return h("details", { class: "barred", "data-test": "barred" }, h("summary", {}, t("Not available now, and why")),
    h("ul", {}, rows.map(({ act, refused }) => h("li", { "data-test": `barred-${act}` }, h("strong", {}, actTitle(act)), " ", refusalText(ruled, refused, words), doneBy(ruled, refused)))));
}

/** Who does what must come first: it may be somebody else's, or the reporter's. */
function doneBy(ruled: Ruled, refused: Refusal): Child {
  const lines = firstDoneBy(ruled, refused).map(({ act, roles }) => (roles === "reporter" ? t("“{act}” is done by the reporter.", { act: actTitle(act) })
    : t("“{act}” is done by: {roles}.", { act: actTitle(act), roles: listed(roles.map((role) => said(ruled.rules, role))) })));
  return lines.map((line) => [" ", h("span", { "data-test": "done-by" }, line)]);
}

/** One event of a policy in words: who did what, in which role, what it named, and where it led. */

import { type Act, type Attribute, CODES, DESTINATIONS, NAMES_HANDLER, type Rules, isAct } from "../../../casework/index.js";
import type { PayloadOf } from "../../../crypto/index.js";
import { around, blank, listed, listedTexts, textOr } from "../../shared/officetext.js";
import { noticeTitle } from "../../shared/noticetitles.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "../opened/model.js";
import { handlersIn } from "../opened/handlers.js";
import { caseNumber } from "../opened/number.js";
import type { OfficeWords } from "../context.js";
import { notPublished, sentWith } from "../publication/offers.js";
import { caseBefore, misread, saysOtherwise, sealedSide } from "../opened/casestate.js";
import { type Child, h } from "../ui.js";
import { STEP_FAULTS, endedEarly, isUncompared, stepFault } from "../opened/stepfaults.js";
import { endedAgainst } from "../opened/verdicts.js";
import { codeLabel } from "./codeparts.js";
import { sayAsks } from "./notices.js";
import { actName, actTitle, refusalText, said, saidText, stageSaid } from "./words.js";

const BY_CLOCK: Readonly<Record<string, Sentence>> = {
  reminded: msg("Reminder: {clock}"), overdue: msg("Overdue: {clock}"), "escalated-by-clock": msg("Escalated because the deadline has passed: {clock}"), "warning-open": msg("The deadline has passed; an outside channel is open: {clock}"),
};
const PEOPLE: ReadonlySet<Attribute> = new Set<Attribute>(["handler", "deputy", "member"]);
/** What has a sentence of its own in every desk. */
const PLAIN: ReadonlySet<string> = new Set(["received", "taken", "replied", "noted", "regranted"]);

function text(event: Happening, name: string): string | null {
  const value = event.data[name];
  return typeof value === "string" ? value : null;
}

/** What no policy names, or not in words for somebody who reads the record. */
const KINDS: Readonly<Record<string, Sentence>> = {
  received: msg("Report received"), "message-received": msg("Message from the reporter"), claimed: msg("Opened at a reader's desk"),
  taken: msg("Case picked up"), replied: msg("Reply to the reporter"), noted: msg("Internal note"), "office-key": msg("Internal key created"),
  regranted: msg("Readers changed"), "regrant-proposed": msg("Change of readers proposed"), "regrant-countersigned": msg("Change of readers signed"),
  "regrant-declined": msg("Change of readers declined or withdrawn"), "regrant-told": msg("Reporter told of the readers again"),
  "step-declined": msg("Second signature declined"),
};

/** What an entry of the record is, in a few words: the step that its item names where the entry itself is masked. */
export function kindTitle(event: Happening, opened: OpenedCase): string {
  const [entries, rules] = [opened.entries, opened.ruled?.rules ?? null];
  const { kind } = event;
  const clock = BY_CLOCK[kind];
  // A replayed copy may stand before the item itself.
  const item = entries.find((entry) => entry.hash === event.item && good(entry)) ?? null;
  const own = kind === "noted" && sentWith(event, item, opened)?.against === null ? msg("Text signed for publication") : KINDS[kind];
  if (clock !== undefined) return t(clock, { clock: said(rules, text(event, "clock") ?? "") });
  if (own !== undefined) return t(own);
  const act = kind === "act-read" ? text(event, "act") : maskedAct(event, kind === "sealed" ? item : null);
  if (!isAct(act)) return t("Entry");
  return kind === "act-read" ? t("Declaration put on the record: {act}", { act: actName(act) }) : stepName(event, act, opened.ruled);
}

/** The act of a masked step, by an item that verified, is its actor's and names one that is masked; else the plain name of the event. */
function maskedAct(event: Happening, entry: Entry | null): unknown {
  const tells = event.kind === "sealed" && entry?.type === "decision" && good(entry) && entry.signer === event.actor && !saysOtherwise(event, entry);
  return tells ? entry.payload["act"] : event.kind;
}

/** What a step is called; who gives a case to somebody that nobody handled does not reassign it. */
function stepName(event: Happening, act: Act, ruled: Ruled | null): string {
  const before = act !== "reassigned" || ruled === null || text(event, "handler") === null ? null : caseBefore(ruled, event.n);
  return before !== null && handlersIn(before.found).length === 0 ? t("Assign") : actTitle(act);
}

/** The sentence of an event of the policy; null for one that every desk has a sentence for. */
export function eventTitle(event: Happening, entry: Entry | null, ruled: Ruled | null, words: OfficeWords): Child {
  const rules = ruled?.rules ?? null;
  const { kind } = event;
  const clock = BY_CLOCK[kind];
  if (clock !== undefined) return t(clock, { clock: said(rules, text(event, "clock") ?? "") });
  const act = kind === "act-read" ? text(event, "act") : kind;
  if (PLAIN.has(kind) || !isAct(act)) return null;
  const [person, parts] = [blank("person"), { person: words.named(event.actor) }];
  if (kind === "act-read") return around(t("{act}: recorded by {person}", { act: actName(act), person }), parts);
  const sealed = maskedAct(event, entry);
  const name = stepName(event, isAct(sealed) ? sealed : act, ruled);
  const role = text(event, "role");
  return around(role === null ? t("{person} took the step “{act}”", { person, act: name }) : t("{person} took the step “{act}” as {role}", { person, role: said(rules, role), act: name }), parts);
}

/** What an event names in clear, and the stage that it led to. */
export function eventFacts(event: Happening, ruled: Ruled | null, words: OfficeWords, entity: string): Child {
  const rules = ruled?.rules ?? null;
  const codes = CODES.flatMap((code) => {
    const value = text(event, code);
    return value === null || code === "policy" || (code === "version" && event.kind !== "migrated") ? [] : [codeLine(code, value, rules, words, entity)];
  });
  const to = text(event, "to");
  if (event.kind === "reassigned" && text(event, "handler") === null) codes.push(t("Returned to unassigned"));
  const former = formerDeputy(event, ruled);
  if (former !== null) codes.push(t("No longer deputy: {person}", { person: words.person(former) }));
  const lines = [...codes, ...(to === null ? [] : [t("Moved to: {stage}", { stage: stageSaid(rules, to) })])];
  return lines.length === 0 ? null : h("p", { class: "facts" }, lines.map((line) => h("span", {}, line)));
}

/** The deputy of until then, where the step names another or none. */
function formerDeputy(event: Happening, ruled: Ruled | null): string | null {
  if (ruled === null || !isAct(event.kind) || !NAMES_HANDLER.has(event.kind)) return null;
  const before = caseBefore(ruled, event.n)?.found.codes.deputy ?? null;
  return before === text(event, "deputy") ? null : before;
}

/** A code with its value, as people read both. */
export function codeLine(code: Attribute, value: string, rules: Rules | null, words: OfficeWords, entity: string): string {
  return t("{name}: {value}", { name: codeLabel(code), value: codeValue(code, value, rules, words, entity) });
}

function codeValue(code: Attribute, value: string, rules: Rules | null, words: OfficeWords, entity: string): string {
  if (PEOPLE.has(code)) return words.person(value);
  if (code === "until") return words.day(value, entity);
  if (code === "departments") return listed(value.split(",").map((one) => said(rules, one)));
  if (code === "destination") return textOr(DESTINATIONS[value], value);
  return code === "case" ? caseNumber(value) : said(rules, value);
}

/** What is wrong with a step that every signature holds under: it says two things, or does not fit the policy. */
export function stepWrongs(event: Happening | null, entry: Entry | null, opened: OpenedCase, words: OfficeWords): Child {
  if (event === null) return null;
  const { ruled } = opened;
  const twofold = entry !== null && entry.type !== null && saysOtherwise(event, entry) ? t("The encrypted text names a different act or a different person than the record.") : null;
  const refused = ruled === null ? null : (sealedSide(ruled, opened).steps.find((one) => one.n === event.n)?.refused ?? endedEarly(event, opened) ?? endedAgainst(event, opened));
  const unfit = refused === null || ruled === null ? null : t("This does not fit the policy: {reason}", { reason: refusalText(ruled, refused, words) });
  const made = misread(event, opened.entries) ? t("The reporter's message does not say this. Do not rely on it, and speak with the other readers.") : null;
  const none = notPublished(event, entry, opened);
  const unsent = none === null ? null : t("Not a publication under the policy: {reason}", { reason: none });
  const fault = stepFault(event, entry, opened);
  const item = fault === null ? null : t(STEP_FAULTS[fault]);
  const uncompared = isUncompared(event, entry, opened) && h("p", { class: "hint", "data-test": "step-uncompared" }, t("What was decided cannot be read here, so this notice was not compared with it."));
  return [[twofold, unfit, made, unsent, item].filter((line) => line !== null).map((line) => h("p", { class: "wrong", "data-test": "step-wrong" }, line)), uncompared];
}

/** A decision as its readers see it. */
export function decisionFacts(entry: Entry, rules: Rules | null): Child {
  const { act, outcomes, measures, reward, own_words } = entry.payload as PayloadOf<"decision">;
  const lines = [
    outcomes.length === 0 ? null : t("Outcome: {names}", { names: listed(outcomes.map((one) => said(rules, one))) }),
    measures.length === 0 ? null : t("Measures: {names}", { names: listed(measures.map((one) => said(rules, one))) }),
    act === "measure-set" && measures.length === 0 && !own_words ? t("No further measure needed") : null,
    own_words ? t("with a measure described in the text") : null,
    reward === null ? null : t("Reward: {name}", { name: rewardName(reward, rules) }),
  ].filter((line) => line !== null);
  return lines.length === 0 ? null : h("p", { class: "facts", "data-test": "decision" }, lines.map((line) => h("span", {}, line)));
}

function rewardName(reward: string, rules: Rules | null): string {
  const found = rules?.rewards.find((one) => one.on === reward);
  return textOr(found?.text, reward);
}

function namesLine(sentence: Sentence, ids: readonly string[], rules: Rules | null): Child {
  return around(t(sentence, { names: blank("names") }), { names: listedTexts(ids.map((one) => saidText(rules, one))) });
}

/** A notice as the reporter was told it. */
export function noticeFacts(entry: Entry, opened: OpenedCase, words: OfficeWords): Child {
  const notice = entry.payload as PayloadOf<"notice">;
  const rules = opened.ruled?.rules ?? null;
  const { entity } = opened.row;
  const lines = [
    t("Stage: {stage}", { stage: stageSaid(rules, notice.stage) }),
    notice.text === "" ? t("The reporter reads: “{title}”", { title: noticeTitle(notice.act) }) : null,
    notice.outcomes.length === 0 ? null : namesLine(msg("Outcome: {names}"), notice.outcomes, rules),
    notice.measures.length === 0 ? null : namesLine(msg("Measures: {names}"), notice.measures, rules),
    notice.next === null ? null : t("Next: {stage}", { stage: stageSaid(rules, notice.next) }),
    notice.due === null ? null : t("By {day}", { day: words.day(notice.due, entity) }),
  ].filter((line) => line !== null);
  const asks = sayAsks(notice, words, entity);
  return [h("p", { class: "facts" }, lines.map((line) => h("span", {}, line))), asks === "" ? null : h("p", { class: "hint", "data-test": "notice-asks" }, asks)];
}

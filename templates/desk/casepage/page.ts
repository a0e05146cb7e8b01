/** One page per case that reads as a story: what was reported, what was done since, what is due, who can read it. */

import { around, blank, listed, listedTexts, officeText, textOr } from "../../shared/officetext.js";
import { counted } from "../../shared/counted.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import { isAct } from "../../../casework/index.js";
import { stopForm } from "../composer.js";
import { isPast } from "../acting/asking.js";
import { attachmentList } from "../files/attachments.js";
import { declaredCards } from "../acting/declared.js";
import { actSection, nextMessage } from "../acting/actionbar.js";
import { type Choice, allows, choicesOf, reassigning } from "../acting/choices.js";
import { clausesCard } from "../acting/clauses.js";
import { settingOf } from "../acting/codeparts.js";
import { startOf } from "../acting/foreseen.js";
import { actName } from "../acting/words.js";
import { exportCard } from "../acting/exporting.js";
import { levelOf } from "../custody/names.js";
import { namesSection } from "../custody/section.js";
import { dueSection } from "../opened/deadlines.js";
import { lettersButton } from "../letters/writer.js";
import { isOnBehalf, dictationLine } from "../onbehalf/said.js";
import { mergingSection } from "../merging/section.js";
import { publicationSection } from "../publication/section.js";
import { handoverNote } from "./handover.js";
import { momentRow } from "./eventrow.js";
import { deputyOf, handlersOf, mayTake, peopleOf } from "../opened/handlers.js";
import { withWords } from "../opened/withwords.js";
import { type Entry, type OpenedCase, type Report, type DeskCase, good, titleOf } from "../opened/model.js";
import { caseNumber } from "../opened/number.js";
import { outcomeText, verdictOf } from "../opened/outcomes.js";
import { ownWaits } from "../opened/waiting.js";
import { type PolicyText, answerIn, nameIn, textOf } from "../trusted/policy.js";
import { hasNews } from "../queue/views.js";
import { takeOver } from "./pagestate.js";
import { lonelyAlarm, peopleSection } from "./people.js";
import { pledgeCard } from "./pledge.js";
import { recordSection } from "./record.js";
import { answersOf, proposalCard } from "./proposal.js";
import { renewal, readerNotice } from "./renewal.js";
import type { OfficeWords } from "../context.js";
import { hasEnded, misread, ruledDifferences, saysOtherwise } from "../opened/casestate.js";
import { faultySteps, disclosedAnother, stepFault } from "../opened/stepfaults.js";
import { speakOf } from "../opened/casevoice.js";
import { holdLine, holdMark } from "../opened/holdmark.js";
import { tell } from "../opened/timeline.js";
import { type Child, h } from "../ui.js";

const LEVELS: Readonly<Record<string, Sentence>> = {
  anonymous: msg("Anonymous"),
  sealed: msg("Identity sealed for the custodians"),
  named: msg("Named"),
};

/** The whole page of an opened case. */
export function casePage(shelved: DeskCase, words: OfficeWords, act: CaseActions): HTMLElement {
  speakOf(shelved, words);
  const { opened, row } = shelved;
  if (opened === null) return h("div", { class: "case" }, backButton(act), h("h2", { id: "case-title", tabindex: "-1" }, t("Case")), h("p", { class: "facts" }, numberOf(row.case)), refusal(shelved));
  const policy = textOf(words.policies, row);
  return h("div", { class: "case", "data-test": "case" },
    backButton(act),
    h("p", { id: "not-listed", class: "notice notice-care", role: "status", "data-test": "not-listed" }),
    heading(opened, words, policy, act),
    handoverNote(opened, words, act.me),
    alarms(opened, words, act.now()),
    lonelyAlarm(opened, words, act),
    pledgeCard(opened, act),
    renewal(opened, words, act),
    readerNotice(opened, act, false),
    proposalCard(opened.proposal, opened.row.entity, words, { ...answersOf(act), besideOwn: ownWaits(opened, words, act.me) }),
    declaredCards(opened, words, act),
    actionBar(opened, words, act),
    h("div", { id: "case-done", "data-test": "case-done" }),
    h("div", { class: "case-columns" },
      h("div", { id: "composer" }),
      reportSection(opened, words, textOf(words.policies, { policy: row.policy, version: cameUnder(opened) }), act),
      side(opened, words, act),
      h("div", { class: "case-rest" }, namesSection(opened, words, act), storySection(opened, words, act), peopleSection(opened, words, act), readerNotice(opened, act, true), recordSection(opened, words))));
}

/** While a form is open nothing under it is drawn again: what was recorded meanwhile shows above it. */
export function renewHead(shelved: DeskCase, words: OfficeWords, act: CaseActions): void {
  const { opened, row } = shelved;
  const before = document.querySelector("#case .case-head");
  if (opened !== null && before !== null) before.replaceWith(heading(opened, words, textOf(words.policies, row), act));
}

/** Whether the form that stands open answers a request that waits no more as it was shown: it must not be sent. */
export function answersThePast({ opened }: DeskCase, me: string): boolean {
  const place = document.querySelector<HTMLElement>("#composer [data-asking]");
  const { answers, asking } = place?.dataset ?? {};
  return isAct(answers) && opened?.ruled != null && isPast(answers, Number(asking), opened.ruled, me);
}

/** Leaves that form with what is written in it, and has it say why it can't be sent. Of several steps some may be on the record. */
export function stopPast(): void {
  const isOneOfSeveral = document.querySelector('#composer [data-test^="act-step-"]') !== null;
  stopForm(isOneOfSeveral
    ? t("The request that a step of this form answers was answered or ended meanwhile. Only what is marked “Recorded.” was signed; the rest can no longer be sent. Copy what you want to keep, then press “Cancel” and read the request as it stands now.")
    : t("The request that this form answers was answered or ended meanwhile. Nothing was signed, and this form can no longer be sent. Copy what you want to keep, then press “Cancel” and read the request as it stands now."));
}

/** What can be done now and what is due: beside the report, or below it where there is no room. */
function side(opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  return h("div", { class: "case-side", "data-test": "case-side" },
    actSection(opened, words, act),
    dueSection(opened, words, act.now(), act.me),
    clausesCard(opened.ruled, act.me),
    mergingSection(opened, words, act.merging, act.me, act.now()),
    lettersButton(opened, act),
    publicationSection(opened, words, act),
    exportCard(opened, act));
}

function backButton(act: CaseActions): HTMLElement {
  return h("button", { type: "button", class: "quiet back", "data-test": "back", onclick: act.back }, t("Back to the list"));
}

function refusal(shelved: DeskCase): Child {
  if (shelved.refused === null) return h("p", {}, t("Opening…"));
  if (shelved.missed === true) return h("div", { class: "notice", role: "alert", "data-test": "case-missed" }, h("p", {}, h("strong", {}, t("Could not be loaded"))), h("p", {}, shelved.refused));
  return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "case-alarm" }, h("p", {}, h("strong", {}, t("Could not be verified"))), h("p", {}, shelved.refused));
}

function heading(opened: OpenedCase, words: OfficeWords, policy: PolicyText | undefined, act: CaseActions): HTMLElement {
  const { row, report } = opened;
  const facts = [
    numberOf(row.case),
    nameIn(policy?.categories, report?.category ?? null),
    report === null ? "" : t(LEVELS[levelOf(opened)] ?? msg("Anonymous")),
    t("received {day}", { day: words.day(row.day, row.entity) }),
    words.namedEntity(row.entity),
    policy === undefined ? row.policy : around(t("{policy}, version {version}", { policy: blank("policy"), version: opened.ruled?.found.version ?? row.version }), { policy: officeText(policy.title) }),
  ].filter((fact) => fact !== "");
  return h("header", { class: "case-head" },
    h("h2", { id: "case-title", tabindex: "-1", "data-test": "case-title" }, row.urgent ? h("strong", { class: "urgent" }, t("Urgent")) : null, holdMark(opened),
      report === null ? t("The report cannot be read") : titleOf(report, 90)),
    h("p", { class: "facts" }, facts.map((fact) => h("span", {}, fact))),
    h("p", { class: "facts" },
      h("span", { class: "stage", "data-test": "stage" }, stageOf(opened, policy)),
      receiptConfirmed(opened, words),
      decidedOutcome(opened),
      holdLine(opened, words),
      handledBy(opened, words, act)));
}

/** Whether what a step wrote opens, verifies and is what belongs to the step. */
function wasNotified(n: number, opened: OpenedCase): boolean {
  const event = opened.events.find((one) => one.n === n);
  const entry = opened.entries.find((one) => one.hash === event?.item && good(one));
  return event !== undefined && event.wrong === null && entry !== undefined && entry.type !== null && !saysOtherwise(event, entry) && stepFault(event, entry, opened) === null;
}

/** That the reporter was told of the receipt; the stage need not show it. */
function receiptConfirmed(opened: OpenedCase, words: OfficeWords): Child {
  const { ruled, row } = opened;
  const told = ruled?.found.events.find(({ act, n }) => act === "acknowledged" && !ruled.found.uncounted.has(n) && wasNotified(n, opened));
  return told !== undefined && h("span", { "data-test": "receipt-confirmed" }, t("Receipt acknowledged on {day}", { day: words.day(told.day, row.entity) }));
}

/** What was decided: in an ended case the first thing that anyone asks. In one that is open again it does not stand. */
function decidedOutcome(opened: OpenedCase): Child {
  const { outcomes, status } = verdictOf(opened);
  const names = { names: blank("names") };
  const said = status === "open-again" ? t("Last outcome: {names}", names) : t("Outcome: {names}", names);
  return outcomes.length > 0 && h("span", { class: "outcome", "data-test": "outcome" }, around(said, { names: listedTexts(outcomes.map(outcomeText)) }));
}

/** Those who were named, and how the case gets to somebody else; others that have taken it stand beside them. */
function handledBy(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const shelved = { row: opened.row, opened };
  const deputy = deputyOf(shelved);
  const handlers = handlersOf(shelved);
  const others = peopleOf(shelved).filter((id) => !handlers.includes(id));
  const choice = opened.ruled === null || !opened.chainHolds ? null : reassigning(opened.ruled, act.me, act.now());
  return [
    h("span", { "data-test": "handled-by" }, handlers.length > 0 ? around(t("Handler: {people}", { people: blank("people") }), { people: words.namedAll(handlers.filter((id) => id !== deputy)) }) : withWords(shelved)),
    deputy !== null && h("span", { "data-test": "deputy" }, around(t("Deputy: {person}", { person: blank("person") }), { person: words.named(deputy) })),
    others.length > 0 && h("span", {}, around(t("Also taken by: {people}", { people: blank("people") }), { people: words.namedAll(others) })),
    choice !== null && h("button", { type: "button", class: "quiet reassign", "data-test": "reassign", onclick: () => act.open(choice) }, handlers.length > 0 ? t("Reassign") : t("Assign")),
  ];
}

function numberOf(id: string): Child {
  return around(t("No. {number}", { number: blank("number") }), { number: h("span", { class: "mono", "data-test": "case-number" }, caseNumber(id)) });
}

/** The version under which the report came: its questions are that version's, wherever the case was moved since. */
function cameUnder({ events, row }: OpenedCase): string {
  const version = events[0]?.data["version"];
  return typeof version === "string" ? version : row.version;
}

/** The stage that the signed record gives; without rules the one that the last signed status tells, and the server's word only where there is none. */
function stageOf(opened: OpenedCase, policy: PolicyText | undefined): string {
  const { ruled } = opened;
  if (ruled !== null) return textOr(ruled.rules.stages.find((one) => one.id === ruled.found.stage)?.name, ruled.found.stage);
  const last = statuses(opened).at(-1)?.payload["stage"];
  return nameIn(policy?.stages, typeof last === "string" ? last : opened.row.stage);
}

function statuses(opened: OpenedCase): Entry[] {
  return opened.entries.filter((entry) => entry.type === "status" && good(entry));
}

function alarms(opened: OpenedCase, words: OfficeWords, now: Date): Child {
  const { differing } = opened.claims;
  const astray = opened.ruled === null ? 0 : ruledDifferences(opened.ruled, now).filter(({ how }) => how !== "missing").length;
  const wrong = opened.entries.filter((entry) => !good(entry)).length + opened.events.filter((event) => event.wrong !== null || misread(event, opened.entries)).length + faultySteps(opened).length;
  const lines = [
    opened.withheld ? t("The reporter replied to a message that this browser did not receive. The server may be withholding a message.") : null,
    opened.shortened ? t("This browser has seen more of this record than the server shows now. The server was restored from a backup, or is withholding later entries. Nothing can be added here. Tell the keepers. Once they have explained it, sign in once with “Remember” unticked.") : null,
    opened.historyLost ? t("The server did not deliver the document with the earlier keys of this case, or delivered a different one. Entries from before the last change of readers cannot be read here. Later entries can be read, but nothing can be added.") : null,
    opened.unserved > 0 ? counted(msg("The record of this case lists {count} entry that the server did not deliver. It may be withholding it, or it is still in transit. Nothing can be added until it arrives."), msg("The record of this case lists {count} entries that the server did not deliver. It may be withholding them, or they are still in transit. Nothing can be added until they arrive."), opened.unserved) : null,
    opened.undeliverable > 0 ? counted(msg("The server reports that it could not deliver {count} entry of this record. Nobody can read it. Write again what is still needed."), msg("The server reports that it could not deliver {count} entries of this record. Nobody can read them. Write again what is still needed."), opened.undeliverable) : null,
    differing.length > 0 ? around(t("The desk of {people} signed for something else under this case than this browser was shown: another report, or another key. The server shows different people different things. Nothing can be added here, and the reporter gets no reply. Compare the case mark below by telephone. Different marks mean different reports. Equal marks mean the same report but a different key, and do not clear this warning. Keep what each of you sees, and tell the keepers.", { people: blank("people") }), { people: words.namedAll(differing) }) : null,
    disclosedAnother(opened) ? t("The reporter was told another outcome than was decided. The notice is marked below. Speak with the other readers before anything else is done in this case.") : null,
    wrong > 0 ? counted(msg("{count} entry is not what it claims to be. It is marked below; do not rely on it."), msg("{count} entries are not what they claim to be. They are marked below; do not rely on them."), wrong) : null,
    astray > 0 ? counted(msg("{count} reminder or escalation does not match the record: the server wrote it without grounds, or its calendar has changed since. Rely on the due dates on this page."), msg("{count} reminders or escalations do not match the record: the server wrote them without grounds, or its calendar has changed since. Rely on the due dates on this page."), astray) : null,
    opened.chainHolds || opened.shortened || opened.unserved + differing.length > 0 ? null : t("The record of this case is inconsistent. Nothing can be added until the keepers have checked it."),
  ].filter((line) => line !== null);
  if (lines.length === 0) return null;
  return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "case-alarm" }, lines.map((line) => h("p", {}, line)));
}

/** The steps that begin a case, all in one form, as long as two of them are open to this member. */
function startingSteps(opened: OpenedCase, words: OfficeWords, { me, now }: CaseActions): readonly Choice[] {
  return opened.ruled === null ? [] : startOf(settingOf(opened.ruled, opened, { words, me, now }));
}

function actionBar(opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const shelved = { row: opened.row, opened };
  const [first, ...then] = startingSteps(opened, words, act);
  const ours = handlersOf(shelved).every((id) => id === act.me);
  const free = mayTake(shelved, act.me);
  const closed = opened.chainHolds ? null : "true";
  const mayReply = allows(opened.ruled, "replied", act.me, act.now());
  const button = (name: string, label: string, key: string, run: () => void, primary = false): HTMLElement =>
    h("button", { type: "button", class: primary ? "primary" : "", id: `${name}-case`, "data-test": name, "aria-disabled": closed, "aria-keyshortcuts": key, onclick: () => closed === null && run() },
      label, h("kbd", { "aria-hidden": "true" }, key));
  return h("div", { class: "actions", role: "group", "aria-label": t("What you can do") },
    first !== undefined && h("button", { type: "button", class: ours ? "primary" : "", "data-test": "start", "aria-disabled": closed, onclick: () => closed === null && act.open(first, ...then) }, t("Start the case")),
    free && takeButton(button, opened, words, act, first === undefined && canGoOn(opened, act)),
    mayReply && button("reply", t("Reply"), "r", () => act.compose("reply"), !free && first === undefined && hasNews(opened)),
    allows(opened.ruled, "noted", act.me, act.now()) && button("note", t("Internal note"), "n", () => act.compose("note")),
    mayReply && !(opened.ruled !== null && hasEnded(opened.ruled)) && updateButton(opened, act, button("status", t("Update the reporter"), "s", () => act.compose("status"))),
    barHelp([first, ...then].flatMap((one) => (one === undefined ? [] : [actName(one.act)])), free));
}

/** Whether this member can do anything at the stage: who can't has nothing from taking the case. */
function canGoOn(opened: OpenedCase, { me, now }: CaseActions): boolean {
  if (opened.ruled === null) return true;
  const { onward, here } = choicesOf(opened.ruled, me, now(), opened);
  return onward.length + here.length > 0;
}

/** How starting a case and taking it differ, where either is offered. */
function barHelp(steps: readonly string[], free: boolean): Child {
  const lines = [
    steps.length > 0 && t("“Start the case” is one form for these steps: {steps}.", { steps: listed(steps) }),
    free && t("“Take the case” only puts it in your name: the steps of the policy are still to be done."),
  ].filter((line) => line !== false);
  return lines.length > 0 && h("div", { class: "bar-help", "data-test": "bar-help" }, lines.map((line) => h("p", { class: "hint" }, line)));
}

/** Where a step of the policy writes to the reporter now, an update besides is the exception. */
function updateButton(opened: OpenedCase, { me, now }: CaseActions, button: HTMLElement): HTMLElement {
  const { ruled } = opened;
  const next = ruled === null ? null : nextMessage(choicesOf(ruled, me, now(), opened));
  return next === null ? button : h("details", { class: "more", "data-test": "more-ways" }, h("summary", {}, t("More")), button);
}

type ActionButton = (name: string, label: string, key: string, run: () => void, primary?: boolean) => HTMLElement;

/** Takes a case that nobody handles at once, one of a colleague's only after asking. */
function takeButton(button: ActionButton, opened: OpenedCase, words: OfficeWords, act: CaseActions, primary: boolean): HTMLElement {
  const people = peopleOf({ row: opened.row, opened });
  if (people.length === 0) return button("take", t("Take the case"), "a", act.take, primary);
  const names = words.people(people);
  const over = button("take", t("Take over the case"), "a", () => void takeOver(names, act.take));
  over.dataset["over"] = names;
  over.dataset["case"] = opened.row.case;
  return over;
}

function reportSection(opened: OpenedCase, words: OfficeWords, policy: PolicyText | undefined, act: CaseActions): HTMLElement {
  const { report } = opened;
  const title = h("h3", { id: "report-title" }, t("What was reported"));
  const entry = opened.entries.find((one) => one.type === "report" && good(one));
  if (report === null || entry === undefined) return h("section", { class: "report", "aria-labelledby": "report-title" }, title, h("p", { class: "wrong" }, t("The report itself is missing or cannot be read.")));
  return h("section", { class: "report", "aria-labelledby": "report-title" }, title,
    h("p", { class: "account", "data-test": "account", lang: report.language }, report.account),
    dictationLine(opened, words),
    answerList(report, policy),
    attachmentList(report.attachments, (file, progress) => act.fetch(entry, file, progress), act.failed),
    report.excluded.length === 0 ? null : h("p", { class: "hint" }, around(t("Excluded by the reporter: {people}", { people: blank("people") }), { people: words.namedAll(report.excluded) })));
}

function answerList(report: Report, policy: PolicyText | undefined): Child {
  const rows = report.answers.filter((answer) => !isOnBehalf(answer) && answer.value !== null && answer.value !== "").map((answer) => {
    const { label, text } = answerIn(policy, answer.id, answer.value);
    return h("div", {}, h("dt", {}, label), h("dd", {}, text));
  });
  return rows.length === 0 ? null : h("dl", { class: "answers", "data-test": "answers" }, rows);
}

function storySection(opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const rows = tell(opened).map((moment) => momentRow(moment, opened, words, act));
  return h("section", { class: "story", "aria-labelledby": "story-title" },
    h("h3", { id: "story-title" }, t("Case history")), h("ol", { class: "moments", "data-test": "thread" }, rows));
}

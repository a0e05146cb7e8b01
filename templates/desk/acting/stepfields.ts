/** The fields of one step: what stands in clear, what is sealed, who reads it, and what the reporter can do then. */

import { type Act, type Codes, type Rules, actsIn, applyEvents, askedWords, checkDay, isReasoned, isUnfounded, mayDo, noneNeeded, rolesOf, stageOf, traitOf, whoMayAnswer, isDeciding } from "../../../casework/index.js";
import type { Fault } from "../../shared/faults.js";
import { listed } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { fileField } from "../composer.js";
import { noticeTitle } from "../../shared/noticetitles.js";
import { hasLetter, resultStates } from "../letters/letterstep.js";
import { rulingOf, sealedSide } from "../opened/casestate.js";
import { isStillPromised, keepsPromise, tellsByMessage } from "../opened/fulfilled.js";
import { type Child, field, fill, h } from "../ui.js";
import { answeredBy, firstQuoted, requestFor } from "./asking.js";
import type { Choice } from "./choices.js";
import { closingNotice, nothingToCarryOut } from "./closing.js";
import { quotedClause, quotedVerdict } from "./clauses.js";
import { type Setting, codePart } from "./codeparts.js";
import { sayAsks } from "./notices.js";
import { landingPart, stagePart, disclosurePart, verdictPart } from "./sealedparts.js";
import { type Audience, PolicyRefused, type ActDraft, attempt, audiencesOf } from "./precheck.js";
import { holdEnders } from "./holdends.js";
import { hasReady, isUntouched, namedUntold, readySentence, withReady } from "./readysentence.js";
import { said, stageSaid } from "./words.js";

const READS: Readonly<Record<Audience, Sentence>> = {
  reporter: msg("The reporter and the readers of this case can read this. The reporter sees your role, your colleagues see your name."),
  office: msg("Only the readers of this case can read this, never the reporter."),
  nobody: msg("Only the step itself is recorded."),
};
const PICKS: Readonly<Record<Audience, Sentence>> = {
  reporter: msg("Message to the reporter"), office: msg("Note to colleagues (the reporter does not see it)"), nobody: msg("No"),
};

/** The fields of a step, and what stands in them. */
export interface StepFields {
  readonly choice: Choice;
  readonly setting: Setting;
  readonly element: HTMLElement;
  readonly read: () => ActDraft;
  /** After a field has changed, here or in a step before this one. */
  readonly renew: () => void;
  /** What must be said and is not. */
  readonly wordless: () => Fault[];
}

/** `settled` are codes that stand beforehand; the fields' ids end with the setting's `nth`. */
export function stepFields(choice: Choice, setting: Setting, settled: Codes | null = null): StepFields {
  const { act } = choice;
  const { ruled, nth } = setting;
  const codes = settled === null ? codePart(act, setting) : { element: null, read: () => settled };
  // What is agreed to is the request that this form quotes, whatever is asked meanwhile.
  const answered = answeredBy(act, choice.rules, ruled, setting.me);
  const asking = answered === null ? {} : { asking: String(answered) };
  const verdict = verdictPart(choice, ruled.rules, nth, noneNeeded(ruled.rules, sealedSide(ruled, setting.opened).sealed));
  const stage = act === "migrated" ? landingPart(ruled, codes.read) : stagePart(choice, ruled.rules, verdict.read, nth);
  const words = wordsPart(act, setting);
  const after = h("p", { class: "hint", "data-test": `act-after${nth}`, "aria-live": "polite" });
  const read = (): ActDraft => {
    const { told, ...rest } = words.read();
    return { act, to: stage.read(), codes: { ...codes.read(), ...asking }, ...rest, ...verdict.read(), ...(isDeciding(act) ? {} : told) };
  };
  const closing = h("div", { "aria-live": "polite" });
  const element = h("div", { class: "stack", "data-answers": answered === null ? null : act, "data-asking": answered }, firstQuoted(act, choice.rules, setting.opened, ruled, setting.words, setting.me), roleLine(choice, setting), quotedClause(ruled, choice.rules), act === "notified" && quotedVerdict(ruled, sealedSide(ruled, setting.opened).sealed), nothingToCarryOut(setting, act), aboutStep(act, setting), letterHint(act, ruled),
    codes.element, verdict.element, stage.element, closing, words.element, after);
  const renew = (): void => {
    stage.renew();
    fill(after, foresee(setting, read()));
    fill(closing, closingNotice(setting, read()));
  };
  renew();
  return { choice, setting, element, read, renew, wordless: () => wordless(element, setting, read()) };
}

/** That a letter takes the step too; and what the policy asks the result letter to state, which only the letter has fields for. */
function letterHint(act: Act, ruled: Setting["ruled"]): Child {
  const stated = act === "notified" ? resultStates(ruled) : [];
  if (stated.length > 0) return h("p", { class: "notice small", "data-test": "act-states" }, t("Under the policy, the result must state: {parts}. The letter under “Letters and forms” asks for each of them.", { parts: listed(stated) }));
  return hasLetter(act) ? h("p", { class: "hint" }, t("You can also take this step with a letter, under “Letters and forms”.")) : null;
}

/** What a step comes to where its name does not say it. */
function aboutStep(act: Act, { ruled, opened, words, me }: Setting): Child {
  if (act === "held") return [h("p", { class: "hint", "data-test": "hold-does" }, t("While the hold stands, the server destroys nothing of this case, even when its retention period is over. The hold has no end date: it stands until one of the people below asks to end it and another one agrees. You can set it alone, but not end it alone.")), holdEnders(ruled, opened, words, me)];
  if (act === "assigned" && ruled.found.codes.handler !== undefined) return h("p", { class: "hint", "data-test": "assigned-known" }, t("This case already has a handler. This step puts the naming on the record as the policy asks, and the case moves on; leave the names as they are, or change them here."));
  return null;
}

/** In which role the member acts: the first that fits, as the engine takes it. */
function roleLine(choice: Choice, { ruled, me }: Setting): Child {
  const held = rolesOf(ruled.rules, ruled.found.codes, me);
  const stage = stageOf(ruled.rules, ruled.found.stage);
  const [rule] = choice.rules;
  const role = stage === null || rule === undefined ? undefined : whoMayAnswer(requestFor(ruled, rule, me), mayDo(rule, stage)).find((one) => held.has(one));
  return role === undefined ? null : h("p", { class: "hint" }, t("Your role in this step: {role}", { role: said(ruled.rules, role) }));
}

/** Messages whose heading tells nothing of what they are about: that one was sent keeps no promise. */
const TITLE_ALONE: ReadonlySet<Act> = new Set<Act>(["procedure-told", "progress-told"]);

/** Whether the step is not taken without its reason; a result that does not uphold the report is not told without one either. */
function givesReason(act: Act, { ruled, opened }: Pick<Setting, "ruled" | "opened">): boolean {
  return isReasoned(act) || (act === "notified" && isUnfounded(ruled.rules, sealedSide(ruled, opened).sealed));
}

/** Whether the step says enough by itself. */
function mayBeSilent(act: Act, rules: Rules): boolean {
  return act !== "replied" && !(TITLE_ALONE.has(act) && keepsPromise(act, rules)) && (traitOf(act).item === "to-reporter" || isDeciding(act));
}

function labelOf(act: Act, setting: Pick<Setting, "ruled" | "opened">): string {
  const { rules } = setting.ruled;
  if (act === "information-asked") return t("Your question to the reporter");
  if (givesReason(act, setting)) return t("Reason and details");
  if (act === "method-chosen") return t("How it is handled, and why");
  if (!mayBeSilent(act, rules)) return audiencesOf(act).join() === "reporter" && act !== "replied" ? t("Message to the reporter") : t("Details");
  return audiencesOf(act).join() === "reporter" ? t("Message to the reporter (optional)") : t("Details (optional)");
}

/** The ready sentence in the box of a step that has one; `told` are the outcomes that are ticked. */
function readyFor(act: Act, setting: Setting, text: HTMLTextAreaElement, told: () => readonly string[]): ReturnType<typeof withReady> | null {
  const { sealed } = sealedSide(setting.ruled, setting.opened);
  return hasReady(act) ? withReady(text, () => readySentence(act, setting, told()), (written) => namedUntold(written, setting, sealed.outcomes, told())) : null;
}

interface MessageFields extends Pick<ActDraft, "audience" | "text" | "files" | "next" | "due"> {
  readonly told: Pick<ActDraft, "outcomes" | "measures">;
}

function wordsPart(act: Act, setting: Setting): { element: Child; read: () => MessageFields } {
  const { nth } = setting;
  const { keeps, audiences } = whomToWrite(act, setting.ruled);
  const [first = "nobody"] = audiences;
  const picks = audiences.map((one) => ({ one, box: h("input", { type: "radio", name: `act-audience${nth}`, id: `act-to-${one}${nth}`, "data-test": `act-to-${one}${nth}`, value: one, checked: one === first }) }));
  const reads = h("p", { class: "hint" });
  const text = h("textarea", { id: `act-text${nth}`, "data-test": `act-text${nth}`, rows: nth === "" ? 5 : 3 });
  if (act === "pledged") text.value = t("I have no conflict of interest in this case and no ties to anyone it concerns. I will keep what I learn confidential, above all who reported.");
  const files = h("input", { id: `compose-files${nth}`, "data-test": `act-files${nth}`, type: "file", multiple: true });
  const told = disclosurePart(act, setting.ruled.rules, sealedSide(setting.ruled, setting.opened).sealed, nth);
  const next = nextPart(setting, act);
  // Among several steps what need not be written is folded away, and nothing is written there that nobody sees.
  const folded = nth !== "" && first === "nobody" && audiences.length > 1;
  const ready = folded || first !== "reporter" ? null : readyFor(act, setting, text, () => told.read().outcomes);
  const box = h("div", { class: "stack" }, reads, field(labelOf(act, setting), text, audiences.join() === "reporter" && mayBeSilent(act, setting.ruled.rules) && !givesReason(act, setting) ? t("If you write nothing, the reporter reads: “{title}”", { title: noticeTitle(act) }) : null), ready?.hint, fileField(files));
  const forReporter = h("div", { class: "stack", onchange: () => ready?.renew(true) }, told.element, next.element);
  const audience = (): Audience => picks.find((one) => one.box.checked)?.one ?? first;
  const show = (): void => {
    fill(reads, t(READS[audience()]));
    ready?.renew(audience() === "reporter");
    box.hidden = audience() === "nobody";
    // A reply is words and nothing else.
    forReporter.hidden = audience() !== "reporter" || act === "replied";
  };
  picks.forEach((one) => one.box.addEventListener("change", show));
  show();
  const choose = audiences.length < 2 ? null : h("fieldset", {}, h("legend", {}, audiences.includes("nobody") ? t("Add a message?") : keeps ? howTold(act, setting) : t("The policy wants this step in writing. Who reads it?")), picks.map(({ one, box: pick }) => h("label", { class: "choice", for: pick.id }, pick, h("span", {}, !keeps || one !== "office" ? t(PICKS[one]) : t("Otherwise, for instance by telephone: note for colleagues")))));
  const none = { outcomes: [], measures: [] };
  const read = (): MessageFields => {
    const to = audience();
    const toReporter = to === "reporter";
    return {
      audience: to, text: to === "nobody" ? "" : text.value.trim(), files: to === "nobody" ? [] : [...(files.files ?? [])],
      ...(toReporter ? next.read() : { next: null, due: null }), told: toReporter ? told.read() : none,
    };
  };
  return { element: folded ? h("details", { class: "next" }, h("summary", {}, t("Add a message?")), choose, box, forReporter) : [choose, box, forReporter], read };
}

/** What is asked of a step that tells the reporter something; a promise kept before is not kept again. */
const howTold = (act: Act, { ruled, now }: Setting): string =>
  isStillPromised(act, ruled, now()) ? t("This step keeps a promise to the reporter. How did you tell them?") : t("How did you tell the reporter?");

/** To whom the words of a step may go. What keeps a promise to tell somebody something, or is wanted in writing, is not signed without a word. */
function whomToWrite(act: Act, ruled: Setting["ruled"]): { readonly keeps: boolean; readonly audiences: readonly Audience[] } {
  const keeps = keepsPromise(act, ruled.rules) && traitOf(act).item === "optional";
  const offered: readonly Audience[] = !keeps ? audiencesOf(act) : tellsByMessage(act) ? ["reporter", "office"] : ["office", "reporter"];
  return { keeps, audiences: mustBeWritten(act, ruled) ? offered.filter((one) => one !== "nobody") : offered };
}

/** Whether the policy refuses the step without words or a file, in the stage where the case stands. */
function mustBeWritten(act: Act, { rules, found }: Setting["ruled"]): boolean {
  const stage = stageOf(rules, found.stage);
  return stage !== null && actsIn(rules, stage).some((rule) => rule.act === act && rule.written);
}

/** What the reporter is told of the way ahead, folded away; of an extension the new day is named anyway. */
function nextPart({ ruled, words, opened, nth }: Setting, act: Act): { element: Child; read: () => Pick<ActDraft, "next" | "due"> } {
  const next = h("select", { id: `act-next${nth}`, "data-test": `act-next${nth}` }, h("option", { value: "" }, t("Not specified")), ruled.rules.stages.map((stage) => h("option", { value: stage.id }, stageSaid(ruled.rules, stage.id))));
  const asked = checkDay(ruled.rules, ruled.found.stage, act, null) !== null;
  const due = h("input", { id: `act-due${nth}`, "data-test": `act-due${nth}`, type: "date", min: words.today(opened.row.entity), required: asked });
  const element = h("details", { class: "next", open: asked }, h("summary", {}, t("Next step and due date")), h("div", { class: "columns" }, field(t("Next step"), next), act !== "extended" && field(t("Due date"), due)));
  return { element, read: () => ({ next: next.value || null, due: due.value || null }) };
}

/** What the reporter could do after this step, as far as the step can be done as it stands. */
function foresee(setting: Setting, wish: ActDraft): Child {
  if (wish.audience !== "reporter" || wish.act === "replied") return null;
  const now = setting.now();
  try {
    const event = attempt(setting.ruled, setting.opened, setting.me, wish, now, "-");
    return sayAsks(askedWords(rulingOf(setting.ruled, now), applyEvents(setting.ruled.found, [event])), setting.words, setting.opened.row.entity);
  } catch (error) {
    if (error instanceof PolicyRefused) return null;
    throw error;
  }
}

function wordless(element: HTMLElement, setting: Setting, { act, text, files, audience }: ActDraft): Fault[] {
  const { nth, ruled } = setting;
  const reasoned = givesReason(act, setting);
  const asked = reasoned || (TITLE_ALONE.has(act) && keepsPromise(act, ruled.rules)) || audience === "office" || (audience === "reporter" && (act === "replied" || traitOf(act).item === "optional"));
  const field = element.querySelector<HTMLTextAreaElement>(`#act-text${nth}`);
  const isMissing = (text === "" && (files.length === 0 || reasoned)) || (reasoned && field !== null && isUntouched(field));
  if (field === null || !isMissing || !asked || (isDeciding(act) && !reasoned)) return [];
  return [{ field, words: reasoned && act !== "information-asked" ? t("Please give a reason.") : t("Please fill in “{field}”.", { field: labelOf(act, setting) }) }];
}

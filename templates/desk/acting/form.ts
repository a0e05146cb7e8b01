/** The form of one act of the policy: what stands in clear, what is sealed, who reads it, and what the reporter can do then. */

import { type Act, type Codes, applyEvents, askedWords, mayDo, rolesIn, stageOf, traitOf, whoMayAnswer } from "../../../casework/browser/index.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { closeComposer, fileField, showForm } from "../composer.js";
import { wordsFor } from "../context.js";
import { rulingOf, sealedSide } from "../opened/casestate.js";
import { type Child, field, fill, h } from "../ui.js";
import type { Choice } from "./choices.js";
import { type Setting, codePart } from "./codeparts.js";
import { lacksOf } from "./lacks.js";
import { hasLetter } from "../letters/letterstep.js";
import { sayAsks } from "./notices.js";
import { landingPart, stagePart, toldPart, verdictPart } from "./sealedparts.js";
import { type Audience, PolicyRefused, type Wish, attempt, audiencesOf, isDeciding } from "./precheck.js";
import { actName, actTitle, listed, refusalText, said, stageSaid } from "./words.js";

/** What a form that acts in several cases has besides: who they are, and codes that are settled beforehand. */
export interface More {
  readonly above: Child;
  readonly codes: Codes | null;
  /** The form was left without more being sent. */
  readonly left: () => void;
}

export type SendWish = (wish: Wish, progress: (done: number) => void) => Promise<void>;

const READS: Readonly<Record<Audience, Sentence>> = {
  reporter: msg("The reporter and the readers of this case can read this. It is signed with your name."),
  office: msg("Only the readers of this case can read this, never the reporter."),
  nobody: msg("Only the step itself is recorded."),
};
const PICKS: Readonly<Record<Audience, Sentence>> = {
  reporter: msg("Message to the reporter"), office: msg("Details for the readers of this case"), nobody: msg("No"),
};
/** Acts that say nothing without a reason. */
const REASONED: ReadonlySet<Act> = new Set<Act>(["refused", "extended", "sent-back", "recused", "held", "released", "release-asked", "export-asked", "export-approved", "deletion-asked", "deletion-approved", "handed-over", "isolated", "reopened", "separated", "malice-proposed", "information-asked", "findings-shown", "plan-told", "migrated"]);

const ALONE: More = { above: null, codes: null, left: () => undefined };

/** Opens the form in the case page and puts the cursor into its first field. */
export function openAct(choice: Choice, setting: Setting, now: () => Date, send: SendWish, more: More = ALONE): void {
  const { act } = choice;
  const { rules } = setting.ruled;
  const settled = more.codes;
  const codes = settled === null ? codePart(act, setting) : { element: null, read: () => settled };
  const verdict = verdictPart(act, rules);
  const stage = act === "migrated" ? landingPart(setting.ruled, codes.read) : stagePart(choice, rules, verdict.read);
  const words = wordsPart(act, setting);
  const fault = h("div", { class: "fault", role: "alert", "data-test": "act-fault" });
  const progress = h("progress", { max: 1, value: 0, "aria-label": t("Encrypting and sending"), hidden: true });
  const after = h("p", { class: "hint", "data-test": "act-after", "aria-live": "polite" });
  const form = h("form", { class: "composer card stack", "aria-labelledby": "act-title", "data-test": "act-form", "data-act": act, novalidate: true },
    h("h3", { id: "act-title" }, actTitle(act)), roleLine(choice, setting), hasLetter(act) ? h("p", { class: "hint" }, t("“Letters and forms” writes a letter that takes this step.")) : null, more.above, codes.element, verdict.element, stage.element, words.element, after, progress, fault,
    h("div", { class: "row" },
      h("button", { type: "submit", class: "primary", "data-test": "act-send" }, t("Sign and send")),
      h("button", { type: "button", "data-test": "act-cancel", onclick: () => leave(more) }, t("Cancel"))));
  const read = (): Wish => {
    const { told, ...rest } = words.read();
    return { act, to: stage.read(), codes: codes.read(), ...rest, ...verdict.read(), ...(isDeciding(act) ? {} : told) };
  };
  const look = (): void => fill(after, foresee(setting, read(), now()));
  form.addEventListener("change", () => {
    stage.renew();
    look();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit(form, read(), setting, { fault, progress, send, now });
  });
  look();
  showForm(form, form.querySelector<HTMLElement>("select, input:not([type=file]), textarea") ?? form);
}

function leave({ left }: More): void {
  closeComposer();
  left();
}

/** In which role the member acts: the first that fits, as the engine takes it. */
function roleLine(choice: Choice, { ruled, me }: Setting): Child {
  const held = rolesIn(ruled.rules, ruled.found.codes, me);
  const stage = stageOf(ruled.rules, ruled.found.stage);
  const [rule] = choice.rules;
  const role = stage === null || rule === undefined ? undefined : whoMayAnswer(rule, ruled.found, mayDo(rule, stage)).find((one) => held.has(one));
  return role === undefined ? null : h("p", { class: "hint" }, t("You act as {role}.", { role: said(ruled.rules, role) }));
}

/** Whether the step says enough by itself. */
function mayBeSilent(act: Act): boolean {
  return act !== "replied" && (traitOf(act).item === "to-reporter" || isDeciding(act));
}

interface Told extends Pick<Wish, "audience" | "text" | "files" | "next" | "due"> {
  readonly told: Pick<Wish, "outcomes" | "measures">;
}

function wordsPart(act: Act, setting: Setting): { element: Child; read: () => Told } {
  const audiences = audiencesOf(act);
  const [first = "nobody"] = audiences;
  const picks = audiences.map((one) => ({ one, box: h("input", { type: "radio", name: "act-audience", id: `act-to-${one}`, "data-test": `act-to-${one}`, value: one, checked: one === first }) }));
  const reads = h("p", { class: "hint" });
  const text = h("textarea", { id: "act-text", "data-test": "act-text", rows: 5 });
  if (act === "pledged") text.value = t("I have no conflict of interest in this case and no ties to anyone it concerns. I will keep what I learn confidential, above all who reported.");
  const files = h("input", { id: "compose-files", "data-test": "act-files", type: "file", multiple: true });
  const told = toldPart(act, setting.ruled.rules, sealedSide(setting.ruled, setting.opened).sealed);
  const next = nextPart(setting);
  const box = h("div", { class: "stack" }, reads, field(act === "information-asked" ? t("Your question to the reporter") : REASONED.has(act) ? t("Reason and details") : mayBeSilent(act) ? t("Details (optional)") : t("Details"), text), fileField(files));
  const forReporter = h("div", { class: "stack" }, told.element, next.element);
  const audience = (): Audience => picks.find((one) => one.box.checked)?.one ?? first;
  const show = (): void => {
    fill(reads, t(READS[audience()]));
    box.hidden = audience() === "nobody";
    // A reply is words and nothing else.
    forReporter.hidden = audience() !== "reporter" || act === "replied";
  };
  picks.forEach((one) => one.box.addEventListener("change", show));
  show();
  const choose = audiences.length < 2 ? null : h("fieldset", {}, h("legend", {}, t("Add a message?")), picks.map(({ one, box: pick }) => h("label", { class: "choice", for: pick.id }, pick, h("span", {}, t(PICKS[one])))));
  const none = { outcomes: [], measures: [] };
  const read = (): Told => {
    const to = audience();
    const toReporter = to === "reporter";
    return {
      audience: to, text: to === "nobody" ? "" : text.value.trim(), files: to === "nobody" ? [] : [...(files.files ?? [])],
      ...(toReporter ? next.read() : { next: null, due: null }), told: toReporter ? told.read() : none,
    };
  };
  return { element: [choose, box, forReporter], read };
}

/** What the reporter is told of the way ahead, folded away. */
function nextPart({ ruled, words, opened }: Setting): { element: Child; read: () => Pick<Wish, "next" | "due"> } {
  const next = h("select", { id: "act-next", "data-test": "act-next" }, h("option", { value: "" }, t("Not specified")), ruled.rules.stages.map((stage) => h("option", { value: stage.id }, stageSaid(ruled.rules, stage.id))));
  const due = h("input", { id: "act-due", "data-test": "act-due", type: "date", min: words.today(opened.row.entity) });
  const element = h("details", { class: "next" }, h("summary", {}, t("Next step and due date")), h("div", { class: "columns" }, field(t("Next step"), next), field(t("Due date"), due)));
  return { element, read: () => ({ next: next.value || null, due: due.value || null }) };
}

/** What the reporter could do after this step, as far as the step can be done as it stands. */
function foresee(setting: Setting, wish: Wish, now: Date): Child {
  if (wish.audience !== "reporter" || wish.act === "replied") return null;
  try {
    const event = attempt(setting.ruled, setting.opened, setting.me, wish, now, "-");
    return sayAsks(askedWords(rulingOf(setting.ruled, now), applyEvents(setting.ruled.found, [event])), setting.words, setting.opened.row.entity);
  } catch (error) {
    if (error instanceof PolicyRefused) return null;
    throw error;
  }
}

interface Going {
  readonly fault: HTMLElement;
  readonly progress: HTMLProgressElement;
  readonly send: SendWish;
  readonly now: () => Date;
}

/** What must be said and is not. */
function wordless(form: HTMLElement, { act, text, audience }: Wish): Fault[] {
  const asked = REASONED.has(act) || audience === "office" || (audience === "reporter" && (act === "replied" || traitOf(act).item === "optional"));
  const field = form.querySelector<HTMLElement>("#act-text");
  if (field === null || text !== "" || !asked || (isDeciding(act) && act !== "malice-proposed")) return [];
  return [{ field, words: REASONED.has(act) && act !== "information-asked" ? t("Please give a reason.") : t("Please enter a text.") }];
}

/** Refuses what lacks a choice or its words, then sends; whatever happens, what was typed stays. */
async function submit(form: HTMLFormElement, wish: Wish, setting: Setting, going: Going): Promise<void> {
  const { fault, progress } = going;
  if (form.getAttribute("aria-busy") === "true") return;
  fill(fault);
  if (!showFaults(form, [...lacksOf(form), ...wordless(form, wish)])) return;
  form.setAttribute("aria-busy", "true");
  progress.hidden = false;
  try {
    await going.send(wish, (done) => {
      progress.value = done;
    });
  } catch (error) {
    fill(fault, sayFault(error, setting));
  } finally {
    form.removeAttribute("aria-busy");
    progress.hidden = true;
  }
}

/** A refusal of the policy in its own words, with what would be allowed. */
function sayFault(error: unknown, { ruled, words }: Setting): Child {
  if (!(error instanceof PolicyRefused)) return wordsFor(error);
  const { allowed } = error.refused;
  return [h("p", {}, h("strong", {}, t("The policy does not allow this now.")), " ", refusalText(ruled.rules, error.refused, words)),
    allowed.length === 0 ? null : h("p", {}, t("Allowed now: {acts}", { acts: listed(allowed.map(actName)) }))];
}

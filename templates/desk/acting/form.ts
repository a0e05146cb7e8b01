/** The form of a step of the policy, and of those that may follow it at once: written together, then sent one after the other. */

import { type Act, type Codes, type Refusal, isDeciding } from "../../../casework/index.js";
import { showFaults } from "../../shared/faults.js";
import { listed } from "../../shared/officetext.js";
import { answered, ask } from "../../shared/confirmdialog.js";
import { t } from "../../shared/strings.js";
import { closeComposer, isStopped, showForm } from "../composer.js";
import { wordsFor } from "../context.js";
import { type Child, fill, h } from "../ui.js";
import { type Choice, choicesOf } from "./choices.js";
import { type Setting, stepTitle } from "./codeparts.js";
import { keepsOpen } from "./closing.js";
import { withWhom } from "./elsewhere.js";
import { lacksOf } from "./lacks.js";
import { afterStep, firstRefused } from "./foreseen.js";
import { type StepFields, stepFields } from "./stepfields.js";
import { PolicyRefused, type ActDraft } from "./precheck.js";
import { actName, actTitle, refusalText } from "./words.js";

/** What a form that acts in several cases has besides: who they are, and codes that are settled beforehand. */
export interface More {
  readonly above: Child;
  readonly codes: Codes | null;
}

/** What becomes of the steps of a form. */
export interface Sending {
  readonly send: (wish: ActDraft, progress: (done: number) => void) => Promise<void>;
  /** Before another step follows one that is sent: throws where it must not. */
  readonly between: () => void;
  /** All of it is sent. */
  readonly done: () => Promise<void>;
  /** The form was left, after `sent` of its steps. */
  readonly left: (sent: number) => void;
}

const ALONE: More = { above: null, codes: null };
/** What contradicts the step before it: what was approved is not sent back, and what was taken up is not turned away. */
const STAND_ALONE: ReadonlySet<Act> = new Set<Act>(["refused", "sent-back"]);

/** Opens the form in the case page and puts the cursor into its first field; of several choices each follows the one before it. */
export function openAct([first, ...then]: readonly [Choice, ...Choice[]], setting: Setting, sending: Sending, more: More = ALONE): void {
  new StepForm(first, then, setting, sending, more).open();
}

class StepForm {
  private readonly steps: StepFields[];
  private readonly place = h("div", { class: "stack" });
  private readonly further = h("div", { "data-test": "act-further" });
  private readonly fault = h("div", { class: "fault", role: "alert", "data-test": "act-fault" });
  private readonly progress = h("progress", { max: 1, value: 0, "aria-label": t("Encrypting and sending"), hidden: true });
  private readonly button = h("button", { type: "submit", class: "primary", "data-test": "act-send" });
  private readonly form: HTMLFormElement;
  /** The steps that begin a case after its first; none where the form is that of any other step. */
  private readonly begun: ReadonlySet<Act>;
  private offered = "";
  private sent = 0;
  private made = 1;

  constructor(first: Choice, then: readonly Choice[], setting: Setting, private readonly sending: Sending, private readonly more: More) {
    const start = stepFields(first, setting, more.codes);
    this.steps = [start];
    this.begun = new Set(then.map(({ act }) => act));
    const several = then.length > 0;
    this.place.append(several ? this.framed(start) : start.element);
    this.form = h("form", { class: "composer card stack", "aria-labelledby": "act-title", "data-test": "act-form", "data-act": first.act, novalidate: true },
      h("h3", { id: "act-title" }, several ? t("Start the case") : stepTitle(first.act, setting)), more.above, this.place, this.further, this.progress, this.fault,
      h("div", { class: "row" },
        this.button,
        h("button", { type: "button", "data-test": "act-cancel", onclick: () => this.leave() }, t("Cancel"))));
    for (const choice of then) this.add(choice);
  }

  open(): void {
    this.form.addEventListener("change", () => this.renew());
    // While it is typed, not when the field is left: what is drawn then would move the button away from under the press.
    this.form.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement) this.renew();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.offer();
    this.nameButton();
    showForm(this.form, this.form.querySelector<HTMLElement>("select, input:not([type=file]), textarea") ?? this.form);
  }

  private leave(): void {
    closeComposer();
    this.sending.left(this.sent);
  }

  private renew(): void {
    for (const step of this.steps) step.renew();
    this.offer();
    this.nameButton();
  }

  /** Says what it does: most steps are recorded and sent to nobody. */
  private nameButton(): void {
    const sends = this.steps.some((step) => step.read().audience === "reporter");
    fill(this.button, sends ? t("Sign and send to the reporter") : t("Sign and record"));
  }

  /** The case as it will stand after the steps that are written here; null while one of them can't be judged. */
  private reached(): Setting | null {
    const last = this.steps.at(-1);
    // What a decision opens hangs on what is sealed with it.
    return last === undefined || isDeciding(last.choice.act) ? null : afterStep(last.setting, last.read());
  }

  /** What may follow at once, unticked; acts for several cases stand alone, what begins a case does not end it, and nothing is turned away or sent back beside another step. */
  private offer(): void {
    const at = this.more.codes === null && this.more.above === null ? this.reached() : null;
    const all = at === null ? [] : choicesOf(at.ruled, at.me, at.now(), at.opened).onward;
    const choices = all.filter(({ act }) => !STAND_ALONE.has(act) && (this.begun.size === 0 || this.begun.has(act)));
    const ids = choices.map(({ act }) => act).join();
    if (ids === this.offered) return;
    this.offered = ids;
    const ticks = choices.map((choice) => this.tick(choice.act, false, () => this.add(choice)));
    fill(this.further, ticks.length === 0 ? null : h("fieldset", {}, h("legend", {}, t("Right after this step")), ticks));
  }

  private tick(act: Act, checked: boolean, changed: () => void, nth = ""): HTMLElement {
    const id = `act-then-${act}${nth}`;
    const box = h("input", { type: "checkbox", id, "data-test": `act-then-${act}`, checked });
    box.addEventListener("change", changed);
    return h("label", { class: "choice", for: id }, box, h("span", {}, actTitle(act)));
  }

  private add(choice: Choice): void {
    const at = this.reached();
    if (at === null) return;
    const step = stepFields(choice, { ...at, nth: `-${this.made += 1}` });
    this.steps.push(step);
    this.place.append(this.framed(step));
    // What is offered after it is drawn again, even where it is the same.
    this.offered = "?";
    this.offer();
    this.nameButton();
  }

  /** A step among several; without its tick it goes, and what follows it too. */
  private framed(step: StepFields): HTMLElement {
    const { act } = step.choice;
    const head = step === this.steps[0] ? h("h4", {}, stepTitle(act, step.setting)) : this.tick(act, true, () => void this.drop(step), step.setting.nth);
    return h("section", { class: "stack act-step", "data-test": `act-step-${act}` }, head, step.element);
  }

  /** What was written in it, or in what follows it, goes only after asking. */
  private async drop(step: StepFields): Promise<void> {
    if (!this.steps.includes(step)) return;
    const written = this.steps.slice(this.steps.indexOf(step)).map((one) => one.read()).some(({ text, files }) => text !== "" || files.length > 0);
    const goes = !written || (await ask(t("What you have written in this step and in those after it will be lost. Take them out?"), { yes: t("Take them out"), no: t("Keep them") }));
    const at = this.steps.indexOf(step);
    if (!goes || at < 0) return this.tickAgain(step);
    for (const gone of this.steps.splice(at)) gone.element.closest("section")?.remove();
    this.offer();
    this.nameButton();
  }

  private tickAgain(step: StepFields): void {
    const box = step.element.closest("section")?.querySelector<HTMLInputElement>(":scope > label > input");
    if (box) box.checked = true;
  }

  /** Refuses what lacks a choice or its words, then sends; whatever happens, what was typed stays. */
  private async submit(): Promise<void> {
    const { form, fault, progress } = this;
    if (form.getAttribute("aria-busy") === "true") return;
    fill(fault);
    if (!showFaults(form, [...lacksOf(form), ...this.steps.flatMap((step) => step.wordless())])) return;
    // What is judged here is what is sent: nothing of it changes meanwhile.
    const drafts = this.steps.map((step) => step.read());
    const first = this.steps[0];
    const refused = first === undefined || this.more.above !== null ? null : firstRefused(first.setting, drafts);
    if (refused !== null) return fill(fault, this.sayFault(refused.error, refused.at));
    const asked = first === undefined ? null : keepsOpen(first.setting, drafts);
    if (asked !== null && (await asked)) return;
    this.lock(true);
    progress.hidden = false;
    try {
      await this.sendAll(drafts);
    } catch (error) {
      fill(fault, this.sayFault(error));
    } finally {
      this.lock(false);
      progress.hidden = true;
    }
  }

  private lock(busy: boolean): void {
    if (busy) this.form.setAttribute("aria-busy", "true");
    else this.form.removeAttribute("aria-busy");
    this.place.inert = this.further.inert = busy;
  }

  /** What is on the record is not sent again: its fields give way to a word. Where the form is left, what is not sent yet stays unsent. */
  private async sendAll(drafts: readonly ActDraft[]): Promise<void> {
    const all = this.sent + drafts.length;
    for (const draft of drafts) {
      const before = this.sent;
      await this.sending.send(draft, (done) => { this.progress.value = (before + done) / all; });
      this.recorded();
      // While somebody is asked whether to leave, nothing more is signed.
      await answered();
      if (!this.form.isConnected) return this.sending.left(this.sent);
      if (this.steps.length > 0 && isStopped(this.form)) return;
      if (this.steps.length > 0) this.sending.between();
    }
    await this.sending.done();
  }

  private recorded(): void {
    const step = this.steps.shift();
    this.sent += 1;
    if (step === undefined || this.steps.length === 0) return;
    const place = step.element.closest("section") ?? step.element;
    fill(place, h("h4", {}, stepTitle(step.choice.act, step.setting)), h("p", { class: "hint", role: "status", "data-test": "act-sent" }, t("Recorded.")));
  }

  /** A refusal of the policy in its own words, with what would be allowed. */
  private sayFault(error: unknown, at = 0): Child {
    const step = this.steps[at];
    if (!(error instanceof PolicyRefused) || step === undefined) return wordsFor(error);
    const { ruled, words } = step.setting;
    const which = this.sent + this.steps.length > 1 ? `${actTitle(step.choice.act)}: ` : "";
    return [h("p", {}, h("strong", {}, which, t("The policy does not allow this now.")), " ", refusalText(ruled, error.refused, words)), this.openInstead(error.refused, at)];
  }

  /** What this member can do now instead, as the page offers it; where that is nothing, with whom the case is. */
  private openInstead(refused: Refusal, at: number): Child {
    const next = this.steps[0]?.setting;
    if (next === undefined) return null;
    const { ruled, opened, words, me, now } = next;
    const { onward, here, always } = choicesOf(ruled, me, now(), opened);
    const acts = [...onward, ...here, ...always].map(({ act }) => act).filter((act) => act !== this.steps[at]?.choice.act);
    // Colleagues may have written since the form was drawn: the refusal knows the case as it stands.
    const open = at > 0 ? acts : acts.filter((act) => refused.allowed.includes(act));
    if (open.length > 0) return h("p", { "data-test": "open-instead" }, t("You can do now: {acts}", { acts: listed(open.map(actName)) }));
    return h("div", { "data-test": "open-instead" }, h("p", {}, t("No other step is open to you now.")), withWhom(opened, ruled, words, me));
  }
}

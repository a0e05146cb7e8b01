/** Letters and forms of a case: which one, in which language, what it needs; then it is shown, printed or sealed. */

import { LETTERS, type LetterField, LetterIncomplete, type LetterReader, type LetterTemplate, LetterUnfit, composeLetter, joinIn, letterSaid, letterText } from "../../../casework/index.js";
import type { Tag } from "../../../crypto/shape.js";
import { listed, textFor } from "../../shared/officetext.js";
import { type Sentence, msg, pageLanguage, t, voiced } from "../../shared/strings.js";
import type { CaseActions, LetterStart } from "../actions.js";
import { actName } from "../acting/words.js";
import { closeComposer, showForm } from "../composer.js";
import { pageLanguages, spokenOf } from "../languages.js";
import type { OpenedCase, PaperKind } from "../opened/model.js";
import { type PolicyText, textOf } from "../trusted/policy.js";
import type { OfficeWords } from "../context.js";
import { field, fill, h } from "../ui.js";
import { factsOf } from "./facts.js";
import { type LetterStep, decidedIn, dueLetter, fieldsOf, lettersFor, stepOf } from "./letterstep.js";
import { showPaper } from "./preview.js";

/** Seals a paper; with a step it is that step of the policy, and tells the reporter those outcomes. */
export type SealPaper = (kind: PaperKind, text: string, step: LetterStep | null) => Promise<void>;

/** The case, and who writes at what moment. */
export interface Desk {
  readonly opened: OpenedCase;
  readonly words: OfficeWords;
  readonly me: string;
  readonly now: () => Date;
}

const READERS: Readonly<Record<LetterReader, Sentence>> = {
  reporter: msg("To the reporter"), concerned: msg("To the person concerned"), department: msg("To a department"), authority: msg("To an authority"), file: msg("For the file"),
};
const UNFIT: Readonly<Record<LetterUnfit["reason"], Sentence>> = {
  "too-long": msg("This is too long or contains characters that cannot be printed."), "no-day": msg("This is not a valid date."), "no-such-field": msg("This letter has no such field."),
};
/** Fields in which anyone who writes usually writes the own name. */
const OWN = ["registrar", "asker", "name", "handler"];

class Writer {
  private readonly typed = new Map<string, string>();
  private readonly fields = h("div", { class: "stack" });
  private readonly fault = h("p", { class: "fault", role: "alert", "data-test": "letter-fault" });
  private readonly which = h("select", { id: "letter-which", "data-test": "letter-which" });
  private readonly speech = h("select", { id: "letter-language", "data-test": "letter-language" }, pageLanguages().map(({ tag, lang, name }) => h("option", { value: tag, lang }, name)));
  private readonly policy: PolicyText | undefined;
  private readonly records = h("input", { type: "checkbox", id: "letter-records", "data-test": "letter-records", checked: true });
  private readonly opened: OpenedCase;
  private readonly words: OfficeWords;

  constructor(private readonly desk: Desk, private readonly seal: SealPaper, start: LetterStart | null) {
    const { opened, words, me, now } = desk;
    [this.opened, this.words] = [opened, words];
    this.policy = textOf(words.policies, opened.row);
    fill(this.which, ...this.groups());
    this.which.value = dueLetter(opened, me, now()) ?? this.which.value;
    this.speech.value = opened.report === null ? pageLanguage() : spokenOf(opened.report.language);
    if (start !== null) {
      this.which.value = start.letter;
      for (const [id, text] of Object.entries(start.given)) this.typed.set(id, text);
    }
    this.which.addEventListener("change", () => {
      this.tick();
      this.draw();
    });
    this.speech.addEventListener("change", () => this.draw());
    this.tick();
  }

  open(): void {
    const form = h("form", { class: "composer card stack", "aria-labelledby": "letter-title", "data-test": "letter-form", novalidate: true },
      h("h3", { id: "letter-title" }, t("Letters and forms")),
      h("p", { class: "hint" }, t("Everything stays in this browser until you encrypt it and add it to the case. Printing sends nothing to a server.")),
      h("div", { class: "row" }, field(t("Letter or form"), this.which), field(t("Language"), this.speech)),
      this.fields, this.fault,
      h("div", { class: "row" },
        h("button", { type: "submit", class: "primary", "data-test": "letter-show" }, t("Preview")),
        h("button", { type: "button", "data-test": "letter-cancel", onclick: () => closeComposer() }, t("Cancel"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.show();
    });
    this.draw();
    showForm(form, this.which);
  }

  private get language(): Tag {
    return this.speech.value;
  }

  private get template(): LetterTemplate {
    return LETTERS.find(({ id }) => id === this.which.value) ?? (LETTERS[0] as LetterTemplate);
  }

  private groups(): HTMLElement[] {
    return (Object.keys(READERS) as LetterReader[]).map((reader) => h("optgroup", { label: t(READERS[reader]) },
      lettersFor(this.opened.ruled).filter(({ to }) => to === reader).map(({ id, title }) => h("option", { value: id }, voiced(letterSaid(title, pageLanguage()))))));
  }

  /** The fields of the chosen letter; what was typed for another one stays where the field is the same. */
  private draw(): void {
    fill(this.fault);
    const { to } = this.template;
    const care = to === "reporter" ? t("The reporter reads this in the mailbox. It ends with the office's name, and the mailbox shows your role, not your name. Do not name the people handling the case, or write anything that shows who else has spoken.")
      : to === "concerned" ? t("This letter names a person whose name is sealed. It is printed and never stored in the case. Nothing in it may state or suggest who reported.")
      : to === "file" ? null : t("This letter goes to people who must not know who reported. Nothing in it may state or suggest who that is.");
    const { step } = this;
    const records = step === null ? null : h("label", { class: "choice", for: this.records.id }, this.records, h("span", {}, t("Record this letter as the step “{act}”", { act: actName(step.act) })));
    fill(this.fields, care === null ? null : h("p", { class: "notice notice-alarm small" }, care), fieldsOf(this.template, this.opened).map((one) => this.fieldOf(one)), records);
  }

  /** Ticked for a letter that the case waits for; another language changes nothing of it. */
  private tick(): void {
    const { step } = this;
    this.records.checked = step?.again === false && (step.act !== "notified" || step.outcomes.length > 0);
  }

  private get step(): LetterStep | null {
    return stepOf(this.template.id, this.opened, this.desk.me, this.desk.now());
  }

  /** Outcomes or measures that a letter may name: those that were decided, and all of the policy before there is a decision. */
  private namesFor(kind: "outcome" | "measures"): readonly string[] {
    const rows = (kind === "outcome" ? this.policy?.outcomes : this.policy?.measures) ?? [];
    const decided = decidedIn(this.opened)[kind];
    return rows.filter(({ id }) => decided.length === 0 || decided.includes(id)).map(({ id, name }) => textFor(name, this.language, id));
  }

  /** The step, which tells the reporter the outcome that the letter names and no other. */
  private told(outcome: string): LetterStep | null {
    const { step } = this;
    const named = (id: string): boolean => textFor(this.policy?.outcomes.find((one) => one.id === id)?.name, this.language, id) === outcome;
    return step === null ? null : { ...step, outcomes: step.outcomes.filter(named) };
  }

  /** What the case has decided stands there already. */
  private decided({ kind }: LetterField): string {
    if ((kind !== "outcome" && kind !== "measures") || decidedIn(this.opened)[kind].length === 0) return "";
    const names = this.namesFor(kind);
    return kind === "outcome" ? (names.length === 1 ? (names[0] ?? "") : "") : joinIn(names, this.language);
  }

  private fieldOf(one: LetterField): HTMLElement {
    const id = `letter-${one.id}`;
    if (OWN.includes(one.id) && !this.typed.has(one.id)) this.typed.set(one.id, textFor(this.words.directory.member(this.desk.me)?.name, this.language, ""));
    const input = this.inputOf(one, id);
    const label = voiced(letterSaid(one.label, pageLanguage()));
    input.value = this.typed.get(one.id) ?? this.decided(one);
    if (one.needed) input.required = true;
    input.addEventListener("input", () => this.typed.set(one.id, input.value));
    return field(label, input);
  }

  private inputOf({ id: name, kind }: LetterField, id: string): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
    const hook = { id, "data-test": id };
    if (kind === "day") return h("input", { ...hook, type: "date" });
    if (kind === "text") return h("textarea", { ...hook, rows: name === "record" ? 12 : 4 });
    const line = { ...hook, type: "text", autocomplete: "off", maxlength: 512 };
    const names = kind === "line" ? [] : this.namesFor(kind);
    if (names.length === 0) return h("input", line);
    if (kind === "measures") return h("input", { ...line, placeholder: joinIn(names, this.language) });
    return h("select", hook, h("option", { value: "" }, ""), names.map((one) => h("option", { value: one }, one)));
  }

  private show(): void {
    fill(this.fault);
    const { template } = this;
    const given = Object.fromEntries(fieldsOf(template, this.opened).map((one) => [one.id, this.typed.get(one.id) ?? this.decided(one)]));
    try {
      const paper = composeLetter(template, this.language, factsOf(this.opened, this.words, this.language), given);
      if (template.to === "concerned") return showPaper(paper, null);
      const kind: PaperKind = template.to === "reporter" ? "letter" : template.id === "minutes" ? "witness" : "note";
      // What is sent is what was shown: neither a clock nor another tab changes it behind the sheet.
      const step = this.records.checked ? this.told(given["outcome"] ?? "") : null;
      const label = step !== null ? t("Encrypt, send and record: {act}", { act: actName(step.act) }) : kind === "letter" ? t("Encrypt and send to the reporter") : t("Encrypt and add to the case");
      showPaper(paper, { label, seal: () => this.seal(kind, letterText(paper), step) });
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    const labelOf = (id: string): string => voiced(letterSaid(this.template.fields.find((one) => one.id === id)?.label, pageLanguage())) || id;
    if (error instanceof LetterIncomplete) this.fault.textContent = t("Still needed: {fields}", { fields: listed(error.missing.map(labelOf)) });
    else if (error instanceof LetterUnfit) this.fault.textContent = `${labelOf(error.field)}: ${t(UNFIT[error.reason])}`;
    else throw error;
    const first = error instanceof LetterIncomplete ? error.missing[0] : error.field;
    document.getElementById(`letter-${first ?? ""}`)?.focus();
  }
}

/** The way into letters from the case page; closed where nothing may be added to the case. */
export function lettersButton({ chainHolds }: OpenedCase, { letters }: CaseActions): HTMLElement {
  return h("div", { class: "row" }, h("button", { type: "button", class: "quiet", "data-test": "letters", "aria-disabled": chainHolds ? null : "true", onclick: () => chainHolds && letters() }, t("Letters and forms")));
}

/** Opens the form of letters in the case page. */
export function openLetters(desk: Desk, seal: SealPaper, start: LetterStart | null = null): void {
  new Writer(desk, seal, start).open();
}

/** Logging a report for somebody: by telephone, letter, visit, complaint box, e-mail, or from an earlier register, as the policy takes it in. */

import { IN_THE_ACCOUNT, type IntakeRules, type LoggedReport, isRefused, logReport } from "../../../casework/index.js";
import { CryptoError } from "../../../crypto/errors.js";
import { type Sentence, type Voice, inARow, msg, t } from "../../shared/strings.js";
import { type Fault, clearFaults, showFaults } from "../../shared/faults.js";
import { askBeforeLeaving, closeComposer, fileField } from "../composer.js";
import { pageLanguages } from "../languages.js";
import { textOf } from "../trusted/policy.js";
import { codeAlone } from "../../shared/officecode.js";
import { writeFullDay } from "../days.js";
import { device } from "../device.js";
import { type OfficeWords, language, wordsFor } from "../context.js";
import { byId, field, fill, h } from "../ui.js";
import { speakingAs } from "../opened/casevoice.js";
import type { Vault } from "../opened/vault.js";
import { CallerRights } from "./callerrights.js";
import { Concerned } from "./concerned.js";
import { type EmlFault, EmlRefused, readEml } from "./eml.js";
import { Questions } from "./questions.js";
import { showReceipt } from "./receipt.js";
import { RegisterFields } from "./registerfields.js";
import { type Entry, TakingDown } from "./sealing.js";
import { OF_CATEGORY, refusalLine, unreadLine, wayLines } from "./wayline.js";
import { EARLIER, ORAL, boxLine, drawWays, kindOfWay, nameOfKind } from "./ways.js";
import { inLanguage, textOr } from "../../shared/officetext.js";
import { byKind } from "../../shared/questionnaire.js";
import { voiceOf } from "../../shared/voices.js";

const EML: Readonly<Record<EmlFault, Sentence>> = {
  "too-large": msg("This e-mail file is too large."), "not-an-email": msg("This file is not an e-mail."), "too-deep": msg("This e-mail contains too many parts."), damaged: msg("This e-mail is damaged."),
};

const options = (rows: readonly (readonly [string, string])[], first?: string): HTMLElement[] =>
  [...(first === undefined ? [] : [h("option", { value: "" }, first)]), ...rows.map(([value, label]) => h("option", { value }, label))];
const select = (id: string, rows: readonly (readonly [string, string])[], first?: string): HTMLSelectElement => h("select", { id, "data-test": id }, options(rows, first));

class Form {
  /** A name can be sealed only where custodians guard it. */
  private nameHint(): string {
    const all = t("Every reader of the case sees a name that stands in the report.");
    return this.vault.directory.content.custodians.members.length === 0 ? all : inARow(all, t("If only the custodians are to be able to open it, choose “Anonymous”: the caller can seal the name in the mailbox later."));
  }

  private readonly taking: TakingDown;
  private readonly questions = new Questions();
  private readonly register = new RegisterFields(() => this.drawPolicyRest());
  private readonly rights = new CallerRights();
  private readonly concerned: Concerned;
  private readonly channel = select("onbehalf-channel", []);
  private readonly way = h("p", { class: "hint", role: "status", "data-test": "onbehalf-way" });
  private readonly unread = h("p", { class: "hint", "data-test": "onbehalf-unread" });
  private readonly received = h("input", { id: "onbehalf-received", "data-test": "onbehalf-received", type: "date" });
  private readonly entity: HTMLSelectElement;
  private readonly policy = select("onbehalf-policy", []);
  private readonly category = select("onbehalf-category", [], "");
  private readonly speech = select("onbehalf-language", pageLanguages().map(({ tag, name }) => [tag, name]));
  private readonly level = select("onbehalf-level", [["anonymous", t("Anonymous")], ["named", t("Named")]]);
  private readonly account = h("textarea", { id: "onbehalf-account", "data-test": "onbehalf-account", rows: 9 });
  private readonly files = h("input", { id: "compose-files", "data-test": "onbehalf-files", type: "file", multiple: true });
  private readonly eml = h("input", { id: "onbehalf-eml", "data-test": "onbehalf-eml", type: "file", accept: ".eml,message/rfc822" });
  private readonly urgent = h("input", { type: "checkbox", id: "onbehalf-urgent", "data-test": "onbehalf-urgent" });
  private readonly alerts = h("span", { class: "hint block", "data-test": "onbehalf-urgent-hint" });
  private readonly mail = h("div", { class: "stack" });
  private readonly fault = h("p", { class: "fault", role: "alert", "data-test": "onbehalf-fault" });
  private readonly progress = h("progress", { max: 1, value: 0, "aria-label": t("Encrypting and sending"), hidden: true });
  private rules: IntakeRules | null = null;
  /** The policy whose rules are in the form: nothing is logged under rules that are still on their way. */
  private loaded = "";
  private readonly form = h("form", { class: "composer card stack", "aria-labelledby": "case-title", "data-test": "onbehalf-form", novalidate: true });
  private spoken: Voice | null = null;
  private carried: File[] = [];
  private dated = false;

  constructor(private readonly vault: Vault, private readonly words: OfficeWords, now: () => Date, private readonly done: () => void) {
    this.taking = new TakingDown(vault, now);
    this.concerned = new Concerned(words, vault.staff.member, () => this.drawWay());
    const { policies, entities } = vault.directory.content;
    this.entity = select("onbehalf-entity", entities.filter(({ id }) => policies.some((one) => one.entities.includes(id))).map(({ id, name }) => [id, inLanguage(name)]));
    this.speech.value = language;
    this.entity.addEventListener("change", () => this.drawPolicies());
    this.policy.addEventListener("change", () => void this.load());
    this.category.addEventListener("change", () => {
      this.register.follow(this.category.value);
      this.drawRest();
    });
    this.level.addEventListener("change", () => this.drawRest());
    this.channel.addEventListener("change", () => this.drawChannel());
    this.eml.addEventListener("change", () => void this.readMail());
    this.received.addEventListener("input", () => { this.dated = true; });
  }

  element(): HTMLElement {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(this.form);
    });
    this.drawLabels();
    this.drawPolicies();
    return this.form;
  }

  /** In whose words the form speaks: a complaint is logged as one. */
  private get voice(): Voice | null {
    return voiceOf(this.rules, this.register.read(this.named).kind ?? undefined, textOr(this.text?.title, ""));
  }

  /** Draws what the form itself says, around fields that stay with what is in them. */
  private drawLabels(): void {
    const held = document.activeElement;
    fill(this.form,
      h("p", { class: "hint" }, t("For reports by telephone, by letter or in person. The report is encrypted in this browser exactly as on the reporter's own page. You sign only how it was received.")),
      h("div", { class: "fields" }, field(t("Received via"), this.channel), field(t("Received on"), this.received), field(t("Language"), this.speech)),
      h("div", { class: "fields" }, field(t("Company or branch"), this.entity), field(t("Policy"), this.policy)),
      this.way, this.mail,
      this.concerned.element, this.concerned.readers, this.unread, this.rights.before,
      h("div", { class: "fields" }, this.register.kindPlace, field(t("What is it about?"), this.category), field(t("Does the caller give a name?"), this.level, this.nameHint())),
      field(t("What happened, as the caller tells it"), this.account, t("Do not write down a name that the reporter does not want to give, or who you think the caller is.")),
      this.register.fieldsPlace, this.questions.element, this.register.more, this.rights.after,
      fileField(this.files, t("Pictures that this browser can read are redrawn without place, device, date or old file name. Other files are sent unchanged.")),
      h("label", { class: "choice", for: "onbehalf-urgent" }, this.urgent, h("span", {}, t("Life or health is in danger"), this.alerts)),
      this.progress, this.fault,
      h("div", { class: "row" },
        h("button", { type: "submit", class: "primary", "data-test": "onbehalf-seal" }, t("Encrypt and register")),
        h("button", { type: "button", "data-test": "onbehalf-cancel", onclick: () => { closeComposer(); this.done(); } }, t("Cancel"))));
    if (held instanceof HTMLElement && this.form.contains(held)) held.focus({ preventScroll: true });
  }

  private get text(): ReturnType<typeof textOf> {
    const { policies } = this.vault.directory.content;
    return textOf(this.words.policies, { policy: this.policy.value, version: policies.find(({ id }) => id === this.policy.value)?.version ?? "" });
  }

  private drawAlerts(): void {
    this.alerts.textContent = this.vault.directory.content.entities.find(({ id }) => id === this.entity.value)?.on_call
      ? t("Staff on call are alerted as soon as it is sent. The alert contains nothing from the report. Anyone who can see the server or their phones then knows that an urgent report came in.")
      : t("The report goes to the top of the list, but nobody is alerted. Tell a colleague yourself.");
  }

  private drawPolicies(): void {
    const mine = this.vault.directory.content.policies.filter(({ entities }) => entities.includes(this.entity.value));
    const before = this.policy.value;
    fill(this.policy, options(mine.map(({ id }) => [id, textOr(this.words.policies.get(id)?.title, id)])));
    if (mine.some(({ id }) => id === before)) this.policy.value = before;
    speakingAs(this.spoken, () => this.drawAlerts());
    // Today is another day at another company; a day that was typed stays.
    if (!this.dated) this.received.value = this.words.today(this.entity.value);
    void this.load();
  }

  /** Draws what the page of the policy knows, and the rest as soon as its rules are here. */
  private async load(): Promise<void> {
    const policy = this.policy.value;
    if (policy !== this.loaded) [this.rules, this.loaded] = [null, ""];
    this.drawCategories();
    if (this.loaded === "") await this.fetchRules(policy);
  }

  private async fetchRules(policy: string): Promise<void> {
    try {
      const rules = await this.vault.book.intakeRules(policy);
      if (policy !== this.policy.value) return;
      [this.rules, this.loaded] = [rules, policy];
      this.drawCategories();
    } catch (error) {
      if (policy === this.policy.value) fill(this.fault, wordsFor(error));
    }
  }

  private drawCategories(): void {
    drawWays(this.channel, this.rules);
    this.drawChannel();
    this.drawPolicyRest();
  }

  private drawPolicyRest(): void {
    const before = this.category.value || this.register.sameCategory;
    const fit = (this.text?.categories ?? []).filter(({ id }) => this.register.fits(id));
    const listed = byKind({ kinds: this.text?.kinds ?? [] }, fit).map(({ kind, categories }) => {
      const rows = options(categories.map(({ id, name }) => [id, inLanguage(name)]));
      return kind === null ? rows : h("optgroup", { label: inLanguage(kind.name) }, rows);
    });
    fill(this.category, options([], ""), listed);
    if (fit.some(({ id }) => id === before)) this.category.value = before;
    this.drawRest();
  }

  private get named(): boolean {
    return this.level.value === "named";
  }

  private drawRest(): void {
    speakingAs(this.spoken, () => this.askRest());
    const { voice } = this;
    if (voice === this.spoken) return;
    this.spoken = voice;
    speakingAs(voice, () => {
      this.drawLabels();
      this.drawAlerts();
      this.drawChannel();
      this.askRest();
    });
  }

  private askRest(): void {
    this.register.ask(this.rules, this.named);
    this.questions.ask({ questions: (this.text?.questions ?? []).filter((one) => !this.register.covers(one, this.named)) }, this.category.value);
    this.concerned.ask({ directory: this.vault.directory, entity: this.entity.value, policy: this.policy.value, category: this.category.value || "other", rules: this.rules });
    this.drawWay();
  }

  private drawChannel(): void {
    const kind = kindOfWay(this.rules, this.channel.value);
    speakingAs(this.spoken, () => this.rights.ask(ORAL.includes(kind), this.text));
    fill(this.mail, kind === "email" ? field(t("E-mail file (.eml)"), this.eml, t("The file is read in this browser and is not uploaded. The sender may want to stay anonymous. If so, remove names from the text.")) : null);
    this.drawWay();
  }

  /** What the policy makes of it as it stands, or the sentence that refuses it; null where the policy is a page alone. */
  private logged(): LoggedReport | { readonly refused: string; readonly field: HTMLElement } | null {
    if (this.rules === null) return null;
    const { kind, subject, imminent, leftOut, fields } = this.register.read(this.named);
    const found = logReport(this.rules, {
      subject, imminent, leftOut, fields, received: this.received.value, member: this.vault.staff.member, account: inLanguage(IN_THE_ACCOUNT), concerned: this.concerned.roles,
      // A kind that is still to be chosen is asked for at its own field.
      kind: kind ?? this.rules.kinds[0]?.id ?? null, category: this.category.value || null, entity: this.entity.value, channel: this.channel.value === EARLIER ? "other" : this.channel.value,
    }, nameOfKind);
    if (!isRefused(found)) return found;
    return { refused: refusalLine(this.rules, found), field: OF_CATEGORY.includes(found.reason) ? this.category : this.channel };
  }

  private drawWay(): void {
    speakingAs(this.spoken, () => this.sayWay());
  }

  private sayWay(): void {
    const found = this.logged();
    const box = boxLine(this.rules, this.channel.value);
    const refused = found !== null && "refused" in found ? found.refused : null;
    const lines = [box, ...(found === null || "refused" in found ? [] : wayLines(found))].filter((line) => line !== null);
    fill(this.way, lines.map((line) => h("span", { class: "block" }, line)), refused === null ? null : h("span", { class: "block fault" }, refused));
    fill(this.unread, found === null || "refused" in found ? null : unreadLine(found, this.concerned.holders()?.ids ?? []));
  }

  private async readMail(): Promise<void> {
    fill(this.fault);
    const file = this.eml.files?.[0];
    if (file === undefined) return;
    try {
      const mail = readEml(new Uint8Array(await file.arrayBuffer()));
      this.account.value = [mail.subject, mail.from === "" ? "" : t("From: {sender}", { sender: mail.from }), "", mail.text].filter((line, at) => line !== "" || at === 2).join("\n").trim();
      this.carried = mail.files.map(({ name, type, content }) => new File([content], name, { type }));
      if (mail.received !== null) [this.received.value, this.dated] = [mail.received, true];
      this.level.value = "named";
      const form = this.account.closest("form");
      if (form !== null) askBeforeLeaving(form, "contents");
      this.drawRest();
      fill(this.fault);
    } catch (error) {
      fill(this.fault, error instanceof EmlRefused ? t(EML[error.fault]) : t("This e-mail is damaged."));
    }
  }

  /** All that is missing or does not fit, each at its field, from the top. */
  private faults(): Fault[] {
    const found = this.logged();
    const wrong = (is: boolean, field: HTMLElement, words: string): Fault[] => (is ? [{ field, words }] : []);
    const undated = !/^\d{4}-\d{2}-\d{2}$/.test(this.received.value) || this.received.value > this.words.today(this.entity.value);
    const dates = [...this.questions.element.querySelectorAll<HTMLElement>("input:invalid")];
    const faults = [
      ...(found !== null && "refused" in found ? [{ field: found.field, words: found.refused }] : []),
      ...wrong(undated, this.received, t("The date received is missing or in the future.")),
      ...this.concerned.faults(), ...this.rights.faults(), ...this.register.faults(this.named),
      ...wrong(this.category.value === "", this.category, t("Please choose what it is about.")),
      ...wrong(this.account.value.trim() === "", this.account, t("“What happened” is empty. Write down what the caller tells you.")),
      ...dates.map((one) => ({ field: one, words: t("A date is not complete. Complete it or clear it.") })),
    ];
    return faults.sort((one, other) => (one.field.compareDocumentPosition(other.field) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  private entry(logged: LoggedReport | null): Entry {
    const way = this.channel.value;
    const taken = { channel: way === EARLIER || logged === null ? way : logged.signed, received: this.received.value, ...this.rights.read() };
    return {
      entity: this.entity.value, policy: this.policy.value, category: this.category.value, language: this.speech.value, level: this.named ? "named" : "anonymous",
      account: this.account.value.trim(), answers: this.questions.given(), excluded: this.concerned.chosen(), files: [...this.carried, ...(this.files.files ?? [])], urgent: this.urgent.checked, taken,
      logged, orderTo: this.register.read(this.named).orderTo,
    };
  }

  private async submit(form: HTMLFormElement): Promise<void> {
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    fill(this.fault);
    clearFaults(form);
    try {
      if (this.loaded !== this.policy.value) await this.fetchRules(this.policy.value);
      if (this.loaded !== this.policy.value || (!this.taking.sealed && !showFaults(form, speakingAs(this.spoken, () => this.faults())))) return;
      await this.send();
    } catch (error) {
      // The directory may be another one by now: who would read it is said by that.
      if (!this.taking.sealed) this.drawRest();
      fill(this.fault, this.why(error), this.taking.sealed ? ` ${t("The report is encrypted unchanged. The button sends the same report again.")}` : null);
    } finally {
      form.removeAttribute("aria-busy");
      this.progress.hidden = true;
    }
  }

  /** A case that nobody is to open, or that a role leaves unclear, is said as such: it has no readers yet. */
  private why(error: unknown): string {
    if (!(error instanceof CryptoError) || error.stage !== "excluded") return wordsFor(error);
    return this.concerned.faults()[0]?.words ?? t("Nobody would be able to read it.");
  }

  private async send(): Promise<void> {
    const found = this.logged();
    const entry = this.entry(found !== null && "refused" in found ? null : found);
    this.progress.hidden = false;
    const made = await this.taking.send(entry, (done) => { this.progress.value = done; });
    const slip = { code: codeAlone(device.officeCode() ?? ""), office: this.entity.selectedOptions[0]?.label ?? "", policy: textOr(this.text?.title, entry.policy), day: writeFullDay(entry.taken.received) };
    showReceipt({ receipt: this.taking.receipt, slip, made, readers: this.words.people(made.readers), oral: ORAL.includes(entry.taken.channel), voice: this.voice }, this.done);
  }
}

/** Opens the form in place of a case; `done` when it was closed or the reporter has the receipt. */
export function openTakingDown(vault: Vault, words: OfficeWords, now: () => Date, done: () => void): void {
  const form = new Form(vault, words, now, done).element();
  fill(byId("case"), h("div", { class: "case", "data-test": "taking-down" }, h("h2", { id: "case-title", tabindex: "-1" }, t("Log a report")), h("div", { id: "composer" }, form)));
  byId("work").classList.add("case-open");
  byId("onbehalf-channel").focus();
}

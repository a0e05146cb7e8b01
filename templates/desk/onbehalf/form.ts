/** Taking a report down for somebody: by telephone, letter, visit, complaint box, e-mail, or from an earlier register. */

import { type Member, eligibleHolders } from "../../../crypto/staff.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { closeComposer, fileField } from "../composer.js";
import { pageLanguages } from "../languages.js";
import { textOf } from "../trusted/policy.js";
import { type OfficeWords, language, wordsFor } from "../context.js";
import { byId, field, fill, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";
import { type EmlFault, EmlRefused, readEml } from "./eml.js";
import { Questions } from "./questions.js";
import { showReceipt } from "./receipt.js";
import { type Entry, TakingDown } from "./sealing.js";
import { inLanguage, officeText, textOr } from "../../shared/officetext.js";

const CHANNELS = { telephone: msg("Telephone"), letter: msg("Letter"), counter: msg("Visit"), box: msg("Complaint box"), email: msg("E-mail file"), register: msg("Earlier register") } as const;
type Channel = keyof typeof CHANNELS;
const ORAL: readonly Channel[] = ["telephone", "counter"];
const CONSENTS: Readonly<Record<NonNullable<Entry["taken"]["consent"]>, Sentence>> = {
  minutes: msg("Agrees to minutes"), recording: msg("Agrees to a recording"), refused: msg("Agrees to neither: written down afterwards from memory"),
};
const CHECKED: Readonly<Record<NonNullable<Entry["taken"]["checked"]>, Sentence>> = {
  agreed: msg("Read to the reporter, who agrees"), corrected: msg("Read to the reporter, corrected, and agreed"), "not-yet": msg("Not checked by the reporter yet"),
};
const EML: Readonly<Record<EmlFault, Sentence>> = {
  "too-large": msg("This e-mail file is too large."), "not-an-email": msg("This file is not an e-mail."), "too-deep": msg("This e-mail contains too many parts."), damaged: msg("This e-mail is damaged."),
};

const options = (rows: readonly (readonly [string, string])[], first?: string): HTMLElement[] =>
  [...(first === undefined ? [] : [h("option", { value: "" }, first)]), ...rows.map(([value, label]) => h("option", { value }, label))];
const select = (id: string, rows: readonly (readonly [string, string])[], first?: string): HTMLSelectElement => h("select", { id, "data-test": id }, options(rows, first));
const said = <K extends string>(words: Readonly<Record<K, Sentence>>): [string, string][] => Object.entries<Sentence>(words).map(([id, sentence]) => [id, t(sentence)]);

class Form {
  private readonly taking: TakingDown;
  private readonly questions = new Questions();
  private readonly channel = select("taken-channel", said(CHANNELS));
  private readonly received = h("input", { id: "taken-received", "data-test": "taken-received", type: "date" });
  private readonly entity: HTMLSelectElement;
  private readonly policy = select("taken-policy", []);
  private readonly category = select("taken-category", [], "");
  private readonly speech = select("taken-language", pageLanguages().map(({ tag, name }) => [tag, name]));
  private readonly level = select("taken-level", [["anonymous", t("Anonymous")], ["named", t("Named")]]);
  private readonly account = h("textarea", { id: "taken-account", "data-test": "taken-account", rows: 9 });
  private readonly consent = select("taken-consent", said(CONSENTS), "");
  private readonly checked = select("taken-checked", said(CHECKED), "");
  private readonly files = h("input", { id: "compose-files", "data-test": "taken-files", type: "file", multiple: true });
  private readonly eml = h("input", { id: "taken-eml", "data-test": "taken-eml", type: "file", accept: ".eml,message/rfc822" });
  private readonly urgent = h("input", { type: "checkbox", id: "taken-urgent", "data-test": "taken-urgent" });
  private readonly alerts = h("span", { class: "hint block", "data-test": "taken-urgent-hint" });
  private readonly people = h("div", { class: "stack-small" });
  private readonly excluded = new Set<string>();
  private readonly oral = h("div", { class: "stack" });
  private readonly mail = h("div", { class: "stack" });
  private readonly fault = h("p", { class: "fault", role: "alert", "data-test": "taken-fault" });
  private readonly progress = h("progress", { max: 1, value: 0, "aria-label": t("Encrypting and sending"), hidden: true });
  private carried: File[] = [];
  private dated = false;

  constructor(private readonly vault: Vault, private readonly words: OfficeWords, now: () => Date, private readonly done: () => void) {
    this.taking = new TakingDown(vault, now);
    const { policies, entities } = vault.directory.content;
    this.entity = select("taken-entity", entities.filter(({ id }) => policies.some((one) => one.entities.includes(id))).map(({ id, name }) => [id, inLanguage(name)]));
    this.speech.value = language;
    this.entity.addEventListener("change", () => this.drawPolicies());
    this.policy.addEventListener("change", () => this.drawCategories());
    this.category.addEventListener("change", () => this.drawRest());
    this.channel.addEventListener("change", () => this.drawChannel());
    this.eml.addEventListener("change", () => void this.readMail());
    this.received.addEventListener("input", () => { this.dated = true; });
  }

  element(): HTMLElement {
    const form = h("form", { class: "composer card stack", "aria-labelledby": "taken-head", "data-test": "taken-form", novalidate: true },
      h("h3", { id: "taken-head" }, t("Log a report")),
      h("p", { class: "hint" }, t("For reports by telephone, by letter or in person. The report is encrypted in this browser exactly as on the reporter's own page. You sign only how it was received.")),
      h("div", { class: "row" }, field(t("Received via"), this.channel), field(t("Received on"), this.received), field(t("Language"), this.speech)),
      h("div", { class: "row" }, field(t("Company or branch"), this.entity), field(t("Policy"), this.policy), field(t("What is it about?"), this.category)),
      this.mail,
      field(t("Account of events, in the reporter's own words"), this.account, t("Do not write down a name that the reporter does not want to give, or who you think the caller is.")),
      this.oral, this.questions.element,
      field(t("How the person reports"), this.level), fileField(this.files, t("Pictures that this browser can read are redrawn without place, device, date or old file name. Other files are sent unchanged.")),
      h("fieldset", { class: "stack-small" }, h("legend", {}, t("Who must not read it?")), this.people),
      h("label", { class: "choice", for: "taken-urgent" }, this.urgent, h("span", {}, t("Life or health is in danger"), this.alerts)),
      this.progress, this.fault,
      h("div", { class: "row" },
        h("button", { type: "submit", class: "primary", "data-test": "taken-seal" }, t("Encrypt and register")),
        h("button", { type: "button", "data-test": "taken-cancel", onclick: () => { closeComposer(); this.done(); } }, t("Cancel"))));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(form);
    });
    this.drawPolicies();
    this.drawChannel();
    return form;
  }

  private get text(): ReturnType<typeof textOf> {
    const { policies } = this.vault.directory.content;
    return textOf(this.words.policies, { policy: this.policy.value, version: policies.find(({ id }) => id === this.policy.value)?.version ?? "" });
  }

  private drawPolicies(): void {
    const mine = this.vault.directory.content.policies.filter(({ entities }) => entities.includes(this.entity.value));
    fill(this.policy, options(mine.map(({ id }) => [id, textOr(this.words.policies.get(id)?.title, id)])));
    this.alerts.textContent = this.vault.directory.content.entities.find(({ id }) => id === this.entity.value)?.on_call
      ? t("Staff on call are alerted as soon as it is sent. The alert contains nothing from the report. Anyone who can see the server or their phones then knows that an urgent report came in.")
      : t("The report goes to the top of the list, but nobody is alerted. Tell a colleague yourself.");
    // Today is another day at another company; a day that was typed stays.
    if (!this.dated) this.received.value = this.words.today(this.entity.value);
    this.drawCategories();
  }

  private drawCategories(): void {
    fill(this.category, options((this.text?.categories ?? []).map(({ id, name }) => [id, inLanguage(name)]), ""));
    this.excluded.clear();
    this.drawRest();
  }

  private drawRest(): void {
    this.questions.ask({ questions: this.text?.questions ?? [] }, this.category.value);
    const readers: Member[] = eligibleHolders(this.vault.directory, this.entity.value, this.policy.value, this.category.value || "other");
    fill(this.people, readers.map((member) => {
      const box = h("input", { type: "checkbox", "data-test": `taken-exclude-${member.id}`, checked: this.excluded.has(member.id) });
      box.addEventListener("change", () => (box.checked ? this.excluded.add(member.id) : this.excluded.delete(member.id)));
      return h("label", { class: "choice" }, box, h("span", {}, h("strong", {}, officeText(member.name)), h("span", { class: "hint block" }, this.words.role(member.id))));
    }));
  }

  private get spoken(): boolean {
    return ORAL.includes(this.channel.value as Channel);
  }

  private drawChannel(): void {
    fill(this.oral, this.spoken ? [
      h("p", { class: "notice small" }, t("First explain what you will write down, that the name may be left out, and that you will read it back. Then read the account to the person and correct it.")),
      h("div", { class: "row" }, field(t("Consent"), this.consent), field(t("Checked by the reporter"), this.checked))] : null);
    fill(this.mail, this.channel.value === "email" ? field(t("E-mail file (.eml)"), this.eml, t("The file is read in this browser and is not uploaded. The sender may want to stay anonymous. If so, remove names from the text.")) : null);
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
      fill(this.fault);
    } catch (error) {
      fill(this.fault, error instanceof EmlRefused ? t(EML[error.fault]) : t("This e-mail is damaged."));
    }
  }

  private missing(): string | null {
    if (this.category.value === "") return t("Please choose what it is about.");
    if (this.account.value.trim() === "") return t("Please enter a text.");
    if (!/^\d{4}-\d{2}-\d{2}$/.test(this.received.value) || this.received.value > this.words.today(this.entity.value)) return t("The date received is missing or in the future.");
    if (this.questions.element.querySelector("input:invalid") !== null) return t("A date is not complete. Complete it or clear it.");
    return this.spoken && (this.consent.value === "" || this.checked.value === "") ? t("State what the person agreed to, and whether the account was read back.") : null;
  }

  private entry(): Entry {
    const taken = { channel: this.channel.value, received: this.received.value, consent: this.spoken ? this.consent.value : null, checked: this.spoken ? this.checked.value : null } as Entry["taken"];
    return {
      entity: this.entity.value, policy: this.policy.value, category: this.category.value, language: this.speech.value, level: this.level.value === "named" ? "named" : "anonymous",
      account: this.account.value.trim(), answers: this.questions.given(), excluded: [...this.excluded], files: [...this.carried, ...(this.files.files ?? [])], urgent: this.urgent.checked, taken,
    };
  }

  private async submit(form: HTMLFormElement): Promise<void> {
    if (form.getAttribute("aria-busy") === "true") return;
    const missing = this.missing();
    fill(this.fault, missing);
    if (missing !== null) return;
    const entry = this.entry();
    form.setAttribute("aria-busy", "true");
    this.progress.hidden = false;
    try {
      await this.taking.send(entry, (done) => { this.progress.value = done; });
      const slip = { office: this.entity.selectedOptions[0]?.label ?? "", policy: textOr(this.text?.title, entry.policy), day: this.words.day(entry.taken.received, entry.entity) };
      showReceipt(this.taking.receipt, slip, this.spoken, this.done);
    } catch (error) {
      fill(this.fault, wordsFor(error), this.taking.sealed ? ` ${t("The report is encrypted unchanged. The button sends the same report again.")}` : null);
    } finally {
      form.removeAttribute("aria-busy");
      this.progress.hidden = true;
    }
  }
}

/** Opens the form in place of a case; `done` when it was closed or the reporter has the receipt. */
export function openTakingDown(vault: Vault, words: OfficeWords, now: () => Date, done: () => void): void {
  const form = new Form(vault, words, now, done).element();
  fill(byId("case"), h("div", { class: "case", "data-test": "taking-down" }, h("h2", { id: "case-title", tabindex: "-1" }, t("Log a report")), h("div", { id: "composer" }, form)));
  byId("work").classList.add("case-open");
  byId("taken-channel").focus();
}

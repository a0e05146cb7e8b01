/** The three levels, offered once the report was sent: anonymous, sealed for the custodians, named; and taking back what is sealed. */

import { type About, CONTACT_LIMIT, NAME_LIMIT, type Naming, type UnsealingNotice, type VerifiedDirectory, WORDS_LIMIT, sealNaming, sealWithdrawal, systemRng } from "../../../crypto/index.js";
import { type Child, fill, h } from "../../shared/dom.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { pick } from "../form/fields.js";
import { foreignWords } from "../foreignwords.js";
import type { Office } from "../office.js";
import type { View } from "../sending/opened.js";
import { send } from "../sending/posting.js";
import { namesOf } from "../people.js";
import { roleName } from "../roles.js";
import { warnOnLeaving } from "../leaving.js";
import { type Written, cleaned, tooLong, writtenField } from "./personfield.js";

export type Level = "anonymous" | "sealed" | "named";

/** What was chosen and written so far. */
export interface NameDraft {
  level: Level;
  about: About;
  name: string;
  contact: string;
  text: string;
}

/** Fields in which a reporter may give a name. */
export interface NameFields {
  readonly element: HTMLElement;
  /** What is missing or too long, each at its field. */
  readonly faults: () => Fault[];
}

/** Nobody's name, from which every reporter begins. */
export function noName(): NameDraft {
  return { level: "anonymous", about: "reporter", name: "", contact: "", text: "" };
}

/** The name to give, or null where none is to be given. */
export function namingOf({ level, about, name, contact, text }: NameDraft): Naming | null {
  if (level === "anonymous") return null;
  return { identity: { v: 1, about, name: cleaned(name), contact: cleaned(contact), text: "" }, sealed: level === "sealed", text: cleaned(text) };
}

function sealedHint(office: Office): string {
  const { m, members } = office.directory.content.custodians;
  return t("Your name is encrypted for {n} custodians, separately from your report. Case handlers, administrators and anyone who breaks into the server can't read it. Only {m} custodians together can open it: on a written request with reasons, or wrongly, if they act together against you. The person who asks must tell you in your mailbox, normally beforehand, while you can still take it back; the custodians can't check that.", { n: members.length, m });
}

/** Who they are, as by name as the readers were; all of them hold it, and none can be left out. */
function custodianNames({ directory }: Office): HTMLElement {
  const people = directory.content.custodians.members.flatMap((id) => directory.validMember(id) ?? []);
  return h("span", { class: "block", "data-test": "custodians" },
    around(t("The custodians are {names}. None of them can be left out: if you do not trust them, stay anonymous.", { names: blank("names") }), { names: h("strong", {}, namesOf(people)) }));
}

function levelsOf(office: Office, others: boolean): [Level, string, Child][] {
  // In the mailbox a name may be there already: nothing here takes it back.
  const anonymous: [Level, string, Child] = others ? ["anonymous", t("Give no name now"), null] : ["anonymous", t("Stay anonymous"), t("You read the office's answers with your receipt, and your report is treated like any other.")];
  const sealed: [Level, string, Child] = ["sealed", t("Have my name encrypted for the custodians"), [sealedHint(office), custodianNames(office)]];
  const named: [Level, string, Child] = ["named", t("Give my name to those who handle the case"), t("Everybody who reads your report reads your name at once. They must keep it secret; nothing else protects it, and you can't take it back.")];
  return office.directory.content.custodians.m > 0 ? [anonymous, sealed, named] : [anonymous, named];
}

function faultsOf(draft: NameDraft, fields: Readonly<Record<"name" | "contact" | "text", Written>>): Fault[] {
  const naming = namingOf(draft);
  if (naming === null) return [];
  const { name, contact } = naming.identity;
  if (name === "") return [{ field: fields.name.input, words: t("Please write the name, or stay anonymous.") }];
  return [...tooLong(fields.name.input, name, NAME_LIMIT), ...tooLong(fields.contact.input, contact, CONTACT_LIMIT), ...tooLong(fields.text.input, naming.text, WORDS_LIMIT)];
}

/** The fields, which show only once a name is to be given; `others` lets a witness be named too, as the mailbox does. */
export function nameFields(office: Office, draft: NameDraft, others: boolean): NameFields {
  const written = {
    name: writtenField(draft, "name", "naming-name", t("Name"), null),
    contact: writtenField(draft, "contact", "naming-contact", others ? t("How to reach this person") : t("How to reach you"), t("A telephone number or address that the employer does not read.")),
    text: writtenField(draft, "text", "naming-text", t("What the case handlers may know about you now"), t("Such as “a colleague on the same shift”. Those who handle the case read this at once; leave it empty if in doubt."), true),
  };
  const inputs = h("div", { class: "stack", hidden: draft.level === "anonymous" }, written.name.row, written.contact.row, written.text.row);
  const choose = (id: Level): void => {
    draft.level = id;
    inputs.hidden = id === "anonymous";
  };
  const whose = h("fieldset", { class: "stack-small" }, h("legend", {}, t("Whose name?")),
    [["reporter", t("My own")] as const, ["witness", t("A witness's, with their consent")] as const].map(([id, label]) =>
      pick({ name: "naming-about", value: id, label, checked: draft.about === id, test: `about-${id}`, onpick: () => { draft.about = id; } })));
  const levels = h("fieldset", { class: "stack-small", id: "naming-level" }, h("legend", {}, others ? t("How should the name be given?") : t("Your choice")),
    levelsOf(office, others).map(([id, label, hint]) => pick({ name: "level", value: id, label, hint, checked: draft.level === id, test: `level-${id}`, onpick: () => choose(id) })));
  const faults = (): Fault[] => others && draft.level === "anonymous"
    ? [{ field: levels, words: t("Nothing changes: choose how the name should be given.") }]
    : faultsOf(draft, written);
  return { element: h("div", { class: "stack" }, others && whose, levels, inputs), faults };
}

/** In the mailbox: what lies sealed, giving a name now, and taking it back. */
export function namingCard(view: View): HTMLElement | null {
  const { identity, others, named } = view.mailbox.handles;
  if (view.office.directory.lapsed && identity === null && others.length === 0) return null;
  const sealed = identity !== null;
  const level = named ? t("You have given your name to the office") : sealed ? t("Your name is encrypted for the custodians") : t("Give your name, openly or encrypted");
  return h("details", { class: "card", "data-test": "naming-card", "data-sealed": sealed ? "yes" : "no", "data-level": named ? "named" : sealed ? "sealed" : "anonymous", "data-others": others.length },
    h("summary", { "data-test": "naming-card-open" }, level),
    h("div", { class: "stack" }, named && h("p", {}, t("Everybody who reads your report has read your name; it cannot be taken back.")),
      sealed && backForm(view, null, t("You can take it back at any time. From then on every custodian's own program refuses to open it. What was opened before, whether you were told or not, stays known."), t("Take my encrypted name back")),
      others.map((handle, at) => backForm(view, handle, t("The encrypted name of a witness, number {number} of those you gave.", { number: at + 1 }), t("Take this witness's name back"))),
      view.office.directory.lapsed ? null : giveForm(view, sealed)));
}

function giveForm(view: View, sealed: boolean): HTMLFormElement {
  const draft = noName();
  const fields = nameFields(view.office, draft, true);
  const fault = h("p", { class: "fault", role: "alert", "data-test": "naming-fault" });
  const progress = h("div");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const naming = namingOf(draft);
    fault.textContent = "";
    if (!showFaults(form, fields.faults()) || naming === null) return;
    void send(view, { form, place: progress, fault, toPeople: true, just: "name" }, () => sealNaming(view.office.directory, view.kept.keys, view.mailbox, naming, systemRng));
  };
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true, "data-test": "naming-form" },
    sealed && h("p", { class: "small soft" }, t("If you encrypt your own name again, it replaces the one that is there.")),
    fields.element, fault, progress, h("button", { "data-test": "naming-send" }, t("Encrypt and send it")));
  form.addEventListener("input", () => warnOnLeaving(true));
  return form;
}

/** `other` is the handle of a witness's name, null for the own one. */
function backForm(view: View, other: string | null, words: string, label: string): HTMLFormElement {
  const fault = h("p", { class: "fault", role: "alert", "data-test": "withdraw-name-fault" });
  const progress = h("div");
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void send(view, { form, place: progress, fault, just: "name-back" }, () => sealWithdrawal(view.office.directory, view.kept.keys, view.mailbox, systemRng, other));
  };
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true },
    h("p", {}, words), fault, progress, h("button", { "data-test": other === null ? "withdraw-name" : "withdraw-other" }, label));
  return form;
}

const OWN: Readonly<Record<UnsealingNotice["state"], Sentence>> = {
  asked: msg("Somebody has asked the custodians to open your encrypted name. Each custodian decides alone."),
  opened: msg("Your encrypted name was opened. The person who asked has read it."),
  refused: msg("The custodians did not agree: your name stays encrypted."),
  expired: msg("The request has ended without enough custodians agreeing: your name stays encrypted."),
};
const OTHERS: Readonly<Record<UnsealingNotice["state"], Sentence>> = {
  asked: msg("Somebody has asked the custodians to open a name that you encrypted for somebody else. Each custodian decides alone."),
  opened: msg("A name that you encrypted for somebody else was opened. The person who asked has read it."),
  refused: msg("The custodians did not agree: the name that you encrypted for somebody else stays encrypted."),
  expired: msg("The request has ended without enough custodians agreeing: the name that you encrypted for somebody else stays encrypted."),
};
const GROUNDS: Readonly<Record<UnsealingNotice["ground"], Sentence>> = {
  consent: msg("The person whose name it is has agreed"),
  hearing: msg("The person concerned is to be heard, or asks for access"),
  clearing: msg("The person concerned is to be cleared by name"),
  "legal-duty": msg("A legal duty, in an investigation by authorities or before a court"),
  "danger-to-life": msg("Danger to somebody's life"),
};

/** The role of the one who asked: the signer's own, by the office's list. What a message says of another's is that person's word. */
export function askedBy(directory: Pick<VerifiedDirectory, "member" | "content">, signer: string | null, said: string): string {
  const own = (signer === null ? null : directory.member(signer))?.role;
  if (own === said) return roleName(own);
  const by = own === undefined ? t("The office") : roleName(own);
  return directory.content.members.some(({ role }) => role === said)
    ? t("{role}, says the one who wrote this ({signer})", { role: roleName(said), signer: by })
    : t("Nobody whom the office's list has. It was written by: {signer}", { signer: by });
}

/** What the office tells of a request for the identity: which role, on which ground, in which words. */
export function unsealingBody(notice: UnsealingNotice, directory: VerifiedDirectory, signer: string | null): HTMLElement {
  const place = h("div", { class: "stack-small", "data-test": "unsealing", "data-state": notice.state });
  const line = (term: string, words: Child): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, words));
  fill(place, h("p", {}, h("strong", {}, t((notice.about === "reporter" ? OWN : OTHERS)[notice.state]))),
    h("dl", { class: "review" },
      line(t("Asked by"), askedBy(directory, signer, notice.role)), line(t("Ground"), t(GROUNDS[notice.ground])),
      notice.text !== "" && line(t("Reason in writing"), foreignWords(notice.text, "unsealing-text")),
      notice.delay !== null && line(t("Why you hear of this only now"), foreignWords(notice.delay, "unsealing-delay"))));
  return place;
}

/** The names of a case: what was given, what lies sealed, the form that asks for it, and what became of that. */

import { FOR_CONCERNED, type Ground, type IdentityText, MAY_ASK, type NotifyWhen, type UnsealingNotice } from "../../../crypto/staff.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { CaseActions, UnderWay } from "../actions.js";
import { borneOut } from "../../../casework/engine/sealedsteps.js";
import type { OpenedCase } from "../opened/model.js";
import { type OfficeWords, wordsFor } from "../context.js";
import { sealedSide } from "../opened/casestate.js";
import { type Child, field, fill, h } from "../ui.js";
import { GROUND_NAMES } from "./asking.js";
import { type SealedName, WHOSE, givenNames, sealedNames, lastNoticeOf } from "./names.js";

const STATE_NAMES: Readonly<Record<UnsealingNotice["state"], Sentence>> = {
  asked: msg("The reporter was told that the identity was asked for."),
  opened: msg("The reporter was told that the identity was opened."),
  refused: msg("The reporter was told that the custodians refused."),
  expired: msg("The reporter was told that the request has ended."),
};

/** The section; null where nobody is named and nobody could be sealed. */
export function namesSection(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const [sealed, given] = [sealedNames(opened), givenNames(opened)];
  const form = words.directory.content.custodians.m > 0 && opened.chainHolds ? sealForm(act) : null;
  if (sealed.length === 0 && given.length === 0 && form === null) return null;
  return h("section", { class: "names", "aria-labelledby": "names-title", "data-test": "names" },
    h("h3", { id: "names-title" }, t("Names")),
    given.map((one) => h("div", { class: "notice", "data-test": "given-name" },
      h("p", {}, h("strong", {}, t(WHOSE[one.about])), " ", one.name), one.contact === "" ? null : h("p", {}, one.contact), one.text === "" ? null : h("p", {}, one.text))),
    sealed.map((one, at) => sealedCard(one, at, opened, words, act)), form);
}

/** A member has the name of a witness or of the person concerned sealed: no colleague reads it without the custodians. */
function sealForm(act: CaseActions): HTMLElement {
  const about = h("select", { id: "seal-about", "data-test": "seal-about" }, (["witness", "concerned"] as const).map((id) => h("option", { value: id }, t(WHOSE[id]))));
  const line = (id: string, limit: number): HTMLInputElement => h("input", { type: "text", id, maxlength: limit, autocomplete: "off", spellcheck: "false", "data-test": id });
  const [name, contact, text] = [line("seal-name", 80), line("seal-contact", 80), line("seal-text", 150)];
  const fault = h("p", { class: "wrong", role: "alert", "data-test": "seal-fault" });
  const go = (): void => {
    fill(fault, name.value.trim() === "" ? t("The name is missing.") : null);
    if (name.value.trim() === "") return;
    act.custody.seal({ v: 1, about: about.value as "witness" | "concerned", name: name.value.trim(), contact: contact.value.trim(), text: "" }, text.value.trim());
  };
  return h("details", { "data-test": "seal-open" }, h("summary", {}, t("Seal a name")),
    h("div", { class: "stack" },
      h("p", { class: "hint" }, t("For a witness who asks for it, and for the person concerned, who is presumed innocent until the case is decided and is cleared by name if nothing is proven. The case keeps the sealed name and your description. Only the custodians can open the name. Use the same description in everything you write.")),
      field(t("Whose name"), about), field(t("Name"), name), field(t("How to reach this person"), contact),
      field(t("Description for colleagues"), text, t("For example “the warehouse keeper of building 3”.")), fault,
      h("button", { type: "button", "data-test": "seal-name-go", onclick: go }, t("Sign and record"))));
}

function sealedCard(one: SealedName, at: number, opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const place = h("div", { class: "stack" });
  const told = one.by === "reporter" ? lastNoticeOf(opened, one.about) : null;
  const card = h("div", { class: "card stack", "data-test": "sealed-name", "data-withdrawn": one.withdrawn ? "yes" : "no" },
    h("h4", {}, t(WHOSE[one.about])),
    h("p", {}, one.withdrawn ? t("This sealed name was withdrawn and can no longer be opened.")
      : t("{n} custodians keep this name sealed. {m} of them must agree before you can read it.", { n: one.seal.n, m: one.seal.m })),
    one.text === "" ? null : h("p", { class: "said" }, one.text),
    told === null ? null : h("p", { class: "hint", "data-test": "told-last" }, t(STATE_NAMES[told.state])), place);
  const role = words.directory.member(act.me)?.role ?? "";
  if (!one.withdrawn && MAY_ASK.includes(role) && opened.chainHolds) void requestState(place, one, at, opened, words, act);
  return card;
}

async function requestState(place: HTMLElement, one: SealedName, at: number, opened: OpenedCase, words: OfficeWords, act: CaseActions): Promise<void> {
  const read = act.custody.read(one.seal.handle);
  try {
    const under = await act.custody.underWay(one.seal);
    fill(place, clearingLine(one, opened), read === null ? null : nameShown(read, one, act), under === null ? [overLine(one, opened, act), askForm(one, at, opened, words, act)] : underWay(under, one, opened, words, act));
  } catch (error) {
    fill(place, h("p", { class: "wrong", role: "alert", "data-test": "custody-fault" }, wordsFor(error)));
  }
}

/** Nothing was borne out, or it was decided to clear the person: then the name is owed back. */
function owesClearing({ about }: SealedName, opened: OpenedCase): boolean {
  if (about !== "concerned" || opened.ruled === null) return false;
  const { sealed } = sealedSide(opened.ruled, opened);
  return sealed.cleared || (sealed.outcomes.length > 0 && !borneOut(opened.ruled.rules, sealed));
}

function clearingLine(one: SealedName, opened: OpenedCase): Child {
  return owesClearing(one, opened) ? h("p", { class: "notice notice-care", "data-test": "owes-clearing" },
    t("The report about this person was not substantiated. Request the name on the ground of clearing, and give them a statement that says so.")) : null;
}

function nameShown(name: IdentityText, one: SealedName, act: CaseActions): HTMLElement {
  return h("div", { class: "notice notice-care", "data-test": "opened-name" },
    h("p", {}, h("strong", {}, name.name)), one.about !== "concerned" ? null
      : h("button", { type: "button", "data-test": "clarify", onclick: () => act.letters({ letter: "clearing", given: { person: name.name } }) }, t("Write the statement of clearing")),
    name.contact === "" ? null : h("p", {}, name.contact),
    h("p", { class: "hint" }, t("The name is shown only on this page, until you leave it. Do not write it into the case.")));
}

/** A request that was told to the reporter and is not there any more has ended without an opening. */
function overLine(one: SealedName, opened: OpenedCase, act: CaseActions): Child {
  const told = one.by === "reporter" ? lastNoticeOf(opened, one.about) : null;
  if (told === null || told.state !== "asked") return null;
  return h("div", { class: "notice notice-care" }, h("p", {}, t("The last request ended without opening the name.")),
    h("button", { type: "button", "data-test": "tell-expired", onclick: () => act.custody.tell(one.about, "expired", told) }, t("Tell the reporter that the request has ended")));
}

function underWay(under: UnderWay, one: SealedName, opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const { approvals, refusals, doubtful, lied } = under;
  const [enough, hopeless] = [approvals >= one.seal.m, refusals > one.seal.n - one.seal.m];
  const told = lastNoticeOf(opened, one.about)?.state ?? null;
  const mailbox = one.by === "reporter";
  const lines = h("p", { role: "status", "data-test": "request-state", "data-approvals": approvals, "data-refusals": refusals },
    t("Requested. Custodians who have agreed: {approvals} of the {m} needed. Refused: {refusals}. The request ends on {day}.", { approvals, m: one.seal.m, refusals, day: words.day(under.opened.expires, "") }));
  const tell = (state: "opened" | "refused", label: string): HTMLElement =>
    h("button", { type: "button", "data-test": `tell-${state}`, onclick: () => act.custody.tell(one.about, state, under.opened) }, label);
  return [lines, doubtful === 0 ? null : h("p", { class: "notice notice-alarm", "data-test": "votes-doubtful" },
      t("Votes that could not be verified and do not count: {count}. Tell the keepers.", { count: doubtful })),
    lied.length === 0 ? null : h("p", { class: "notice notice-alarm", "data-test": "votes-false" },
      around(t("{people}: agreed with shares that are not those of the packet, which do not count. Tell the keepers.", { people: blank("people") }), { people: words.namedAll(lied) })),
    enough && act.custody.read(one.seal.handle) === null ? h("button", { type: "button", class: "primary", "data-test": "open-identity", onclick: () => act.custody.open(one, under) }, t("Open the name")) : null,
    mailbox && enough && under.opened.told === "after" && told !== "opened" ? tell("opened", t("Tell the reporter now that it was opened")) : null,
    mailbox && hopeless && told !== "refused" ? tell("refused", t("Tell the reporter that the custodians refused")) : null];
}

/** Grounds that this person's name has; a plain request first. */
function groundsOf(one: SealedName): [Ground, Sentence][] {
  return (Object.entries(GROUND_NAMES) as [Ground, Sentence][]).filter(([id]) => one.about === "concerned" || !FOR_CONCERNED.includes(id));
}

function askForm(one: SealedName, at: number, opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const ground = h("select", { id: `ask-ground-${at}`, "data-test": "ask-ground" }, groundsOf(one).map(([id, name]) => h("option", { value: id }, t(name))));
  if (owesClearing(one, opened)) ground.value = "clearing";
  const { custodians } = words.directory.content;
  const danger = h("p", { class: "notice notice-care", hidden: true, "data-test": "ask-danger" },
    around(t("Because life is in danger, the request appears on the custodians' page at once. Call {m} of them now: {people}. Oversight or a custodian reviews it afterwards, and sees that you asked.", { m: custodians.m, people: blank("people") }), { people: words.namedAll(custodians.members) }));
  ground.addEventListener("change", () => { danger.hidden = ground.value !== "danger-to-life"; });
  const text = h("textarea", { id: `ask-reason-${at}`, rows: 4, "data-test": "ask-reason" });
  const told = h("select", { id: `ask-told-${at}`, "data-test": "ask-told" },
    h("option", { value: "before" }, t("Tell the reporter first")), h("option", { value: "after" }, t("Tell the reporter afterwards: it would endanger the case")));
  const delay = h("textarea", { id: `ask-delay-${at}`, rows: 2, "data-test": "ask-delay" });
  const later = h("div", { hidden: true }, field(t("Why telling first would endanger the case"), delay, t("This is stored with the request and told to the reporter afterwards.")));
  const fault = h("p", { class: "wrong", role: "alert", "data-test": "ask-identity-fault" });
  told.addEventListener("change", () => { later.hidden = told.value !== "after"; });
  const go = (): void => {
    const missing = text.value.trim() === "" || (told.value === "after" && delay.value.trim() === "");
    fill(fault, missing ? t("A written reason is required.") : null);
    if (missing) return;
    const wanted = { ground: ground.value as Ground, told: told.value as NotifyWhen, text: text.value.trim(), delay: told.value === "after" ? delay.value.trim() : null };
    act.custody.ask(one, wanted);
  };
  return h("details", { "data-test": "ask-identity-open" }, h("summary", {}, t("Ask the custodians to open it")),
    h("div", { class: "stack" },
      h("p", { class: "hint" }, t("The custodians see who asks, the ground and your reason, but no case. Each decides alone. The request ends on a Sunday within two weeks.")),
      field(t("Ground"), ground), danger, field(t("Reason in writing"), text, t("The custodians and the reporter read this. Write nothing that identifies the reporter or the case.")),
      field(t("When the reporter is told"), told), later, fault,
      h("button", { type: "button", class: "primary", "data-test": "ask-identity", onclick: go }, t("Sign and ask"))));
}

/** A change of readers that waits for a second signature: who proposed what, what does not hold, and the way to sign or decline it. */

import { around, blank, listedTexts } from "../../shared/officetext.js";
import { ask } from "../../shared/confirmdialog.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { Proposed } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";

/** What is said once this member has withdrawn the own proposal, or declined a colleague's. */
export function declinedWords({ by, leavesMe, signers, declined }: Proposed, me: string): string {
  if (by === me) return t("Withdrawn: the readers are as before.");
  const last = !leavesMe && signers.every((id) => declined.includes(id));
  return last ? t("Declined. Nobody else can sign it, so the readers do not change.") : t("Declined. You will not be asked again. Another reader may still sign it.");
}

interface Answers extends Pick<CaseActions, "me" | "countersign" | "decline"> {
  /** Whether a change of this member's own waits too, which is shown after this one. */
  readonly besideOwn?: boolean;
}

/** What can be done with a proposal. */
export function answersOf({ me, countersign, decline }: CaseActions): Answers {
  return { me, countersign, decline };
}

/** Signing can't be taken back: it is asked once more, with what this very page shows. */
async function sign(proposal: Proposed, words: OfficeWords, act: Answers): Promise<void> {
  const lines = [
    t("Sign this change of readers? It takes effect at once, and the reporter is told."),
    ...factsOf(proposal, act.me).map(([, sentence, ids]) => t(sentence, { person: words.person(proposal.by), people: words.people(ids) })),
  ];
  if (await ask(lines.join("\n"), { yes: t("Sign it") })) act.countersign(proposal);
}

function titleOf({ leavesMe }: Proposed, mine: boolean): Sentence {
  if (mine) return msg("Your change of readers is waiting for a second signature.");
  return leavesMe ? msg("{person} proposed a change of readers that removes you.") : msg("{person} asks you to sign a change of readers.");
}

/** The card; `entity` gives the day its time zone. */
export function proposalCard(proposal: Proposed | null, entity: string, words: OfficeWords, act: Answers): Child {
  if (proposal === null) return null;
  const mine = proposal.by === act.me;
  const alarm = proposal.refused !== null && !proposal.leavesMe;
  return h("div", { class: `notice ${alarm ? "notice-alarm" : "notice-care"}`, role: alarm ? "alert" : null, "data-test": "proposal", "data-by": proposal.by },
    h("p", {}, h("strong", {}, around(t(titleOf(proposal, mine), { person: blank("person") }), { person: words.named(proposal.by) })),
      " ", t("Waiting since {day}. It expires after three days.", { day: words.day(proposal.day, entity) })),
    facts(proposal, words, act.me),
    answers(proposal, words, mine),
    mine ? null : verdict(proposal),
    proposal.leavesMe ? others(proposal, words) : null,
    !mine && act.besideOwn === true ? h("p", { class: "hint", "data-test": "own-waits" }, t("Your own change of readers is also waiting. You will see it again once you have declined this one. If this one is signed, yours is void.")) : null,
    h("div", { class: "row" },
      mine || proposal.leavesMe || proposal.refused !== null ? null : h("button", { type: "button", class: "primary", "data-test": "countersign", onclick: () => void sign(proposal, words, act) }, t("Sign it")),
      h("button", { type: "button", "data-test": "decline", onclick: () => act.decline(proposal) }, mine ? t("Withdraw it") : t("Decline it"))));
}

/** Whom the proposer may telephone, and who has said no. */
function answers({ signers, declined }: Proposed, words: OfficeWords, mine: boolean): Child {
  const left = signers.filter((id) => !declined.includes(id));
  const people = { people: blank("people") };
  return [
    declined.length === 0 ? null : h("p", { "data-test": "proposal-declined" }, around(t("Declined by: {people}", people), { people: words.namedAll(declined) })),
    !mine ? null : left.length === 0 ? h("p", { "data-test": "proposal-dead" }, t("Nobody is left who can sign it. Please withdraw it."))
      : h("p", { "data-test": "proposal-signers" }, around(t("Can sign it: {people}", people), { people: words.namedAll(left) })),
  ];
}

/** Whom a member who would be removed may ask: the proposal is sealed to those who would read on, and names nobody to this member. */
function others({ by, signers }: Proposed, words: OfficeWords): Child {
  const ids = [by, ...signers];
  return h("p", { "data-test": "proposal-others" }, around(t("The list of new readers is encrypted to those people, so this browser cannot show you their names. Current readers besides you: {people}", { people: blank("people") }), { people: words.namedAll(ids) }));
}

/** A fact of a proposal: its hook, its sentence and the people in it. */
type Fact = readonly [string, Sentence, readonly string[]];

/** What it comes to. */
function factsOf({ by, added, removed, excluded, unnamed, holders, outside }: Proposed, me: string): Fact[] {
  const asked = !outside && by !== me;
  const changes: Fact[] = [
    ["added", msg("New readers: {people}"), added],
    ["removed", msg("No longer readers: {people}"), removed],
    ["excluded", asked ? msg("Permanently excluded from this case, though the report names none of them. Ask why before you sign: {people}") : msg("Permanently excluded from this case: {people}"), excluded],
    ["unnamed", msg("According to the case, these people could read it until now, but {person} does not say so. Call them before you sign: {people}"), unnamed],
  ];
  const same: Fact[] = added.length + removed.length === 0 ? [["same", msg("The same readers, with a new key"), []]] : [];
  return [...same, ...changes.filter(([, , ids]) => ids.length > 0), ["then", msg("Readers then: {people}"), holders]];
}

/** A name alone does not say who comes in: what each does, and which of them is the member who looks. */
function withRoles(ids: readonly string[], words: OfficeWords, me: string): Child {
  return listedTexts(ids.map((id) => [words.named(id), " ", h("span", { class: "soft" }, words.role(id)), id === me ? ` ${t("(you)")}` : ""]));
}

function facts(proposal: Proposed, words: OfficeWords, me: string): Child {
  if (proposal.holders.length === 0) return null;
  const blanks = { person: blank("person"), people: blank("people") };
  return h("ul", { class: "proposal-facts", "data-test": "proposal-facts" }, factsOf(proposal, me).map(([hook, sentence, ids]) => {
    const told = around(t(sentence, blanks), { person: words.named(proposal.by), people: ["added", "then"].includes(hook) ? withRoles(ids, words, me) : words.namedAll(ids) });
    // What a second signer easily passes over, and can't take back.
    return h("li", { "data-test": `proposal-${hook}` }, hook === "excluded" && !proposal.outside ? h("strong", {}, told) : told);
  }));
}

function verdict(proposal: Proposed): Child {
  if (proposal.leavesMe) return h("p", { "data-test": "proposal-leaves" }, t("You would no longer be a reader, so you cannot review it. Declining does not stop it: another reader may sign it. If you did not expect this, call the other readers now."));
  if (proposal.refused === null && proposal.outside) return h("p", { class: "hint", "data-test": "proposal-outside" }, t("This browser has checked the signatures, and that nobody who is excluded is added. You have no key to this case yet. Call the person who is asking you, and ask why. Once you sign, you can read the whole case."));
  if (proposal.refused === null) return h("p", { class: "hint" }, t("This browser has checked the change: it continues from your key, keeps everything in the case, and adds nobody who is excluded."));
  return h("p", { "data-test": "proposal-refused" }, proposal.refused);
}

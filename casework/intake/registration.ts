/** By which channel a report comes in, in which register, to whom, and what is missing (twin of `casework/intake/registration.py`). */

import { type Channel, type IncomingReport, type Intake, type IntakeKindRule, type IntakeRefusal, type IntakeRules, type Outside, type RegisterField, SPOKEN, STAFF_WRITES, intakeRefusal } from "./entry.js";

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);

export const isRefused = (found: object): found is IntakeRefusal => "reason" in found;

/** What becomes of an entry. A missing field, an unnamed reporter or a breach yet to come never refuse it. */
export function takeIn(rules: IntakeRules, entry: IncomingReport): Intake | IntakeRefusal {
  const channel = channelOf(rules, entry.channel);
  if (channel === null) return intakeRefusal("no-such-channel", idsOf(rules.channels));
  const kind = kindOf(rules, entry);
  if (isRefused(kind)) return kind;
  const refused = contentRefused(rules, entry, kind) ?? writerRefused(rules, channel, entry);
  if (refused !== null) return refused;
  const addressees = addresseesOf(rules, channel, entry.concerned);
  if (addressees.length === 0) return intakeRefusal("nobody-impartial");
  const missing = missingFields(rules, entry.fields);
  return {
    channel, kind, addressees,
    subject: rules.subjects.find(({ id }) => id === entry.subject) ?? null,
    diverted: !addressees.some((one) => channel.to.includes(one)),
    gaps: missing.filter(({ need }) => need !== "best-effort"),
    unknown: missing.filter(({ need }) => need === "best-effort"),
    toBeWritten: rules.form?.written === true && SPOKEN.includes(channel.kind),
    outside: outsideOf(rules, entry, kind),
  };
}

/** The channel of this id; where the text's list is open, any other way is that one. */
export function channelOf(rules: IntakeRules, id: string): Channel | null {
  return rules.channels.find((one) => one.id === id) ?? rules.channels.find((one) => one.kind === "other") ?? null;
}

/** Who receives what comes by a channel: never a role of anyone complained of; where none of the channel's is left, the next, an oversight body first. */
export function addresseesOf(rules: IntakeRules, channel: Channel, concerned: readonly string[]): string[] {
  const first = channel.to.filter((one) => !concerned.includes(one));
  if (first.length > 0) return first;
  const others = rules.channels.flatMap(({ to }) => to).filter((one) => !concerned.includes(one));
  const next = others.find((one) => rules.roles.some(({ id, kind }) => id === one && kind === "oversight")) ?? others[0];
  return next === undefined ? [] : [next];
}

/** The fields that the text names and nobody has filled in, in its order. */
export function missingFields(rules: IntakeRules, given: ReadonlyMap<string, string>): RegisterField[] {
  return rules.fields.filter(({ id }) => !given.has(id));
}

/** What a report may be about: the handler's classes where the text has them, else those of its form, of this kind where it has a catalogue of its own. */
export function categoriesOf(rules: IntakeRules, kind: string): readonly { readonly id: string }[] {
  if (rules.classifications.length > 0) return rules.classifications;
  return rules.categories.filter((one) => one.kind === null || one.kind === kind);
}

function kindOf(rules: IntakeRules, { kind }: IncomingReport): IntakeKindRule | IntakeRefusal {
  const known = idsOf(rules.kinds);
  if (kind === null && known.length > 1) return intakeRefusal("which-kind", known);
  return rules.kinds.find(({ id }) => kind === null || kind === id) ?? intakeRefusal("no-such-kind", known);
}

function contentRefused(rules: IntakeRules, entry: IncomingReport, kind: IntakeKindRule): IntakeRefusal | null {
  const strange = [...entry.fields.keys()].filter((one) => !rules.fields.some(({ id }) => id === one));
  if (strange.length > 0) return intakeRefusal("no-such-field", strange);
  const categories = idsOf(categoriesOf(rules, kind.id));
  if (entry.category !== null && !categories.includes(entry.category)) return intakeRefusal("no-such-category", categories);
  return entry.leftOut && rules.scope.length === 0 ? intakeRefusal("nothing-left-out") : null;
}

/** A box is emptied by anyone whom it leads to; what any member of the staff hears, any role may write down. */
function writerRefused(rules: IntakeRules, channel: Channel, { recordedBy }: IncomingReport): IntakeRefusal | null {
  if (recordedBy === null) return STAFF_WRITES.includes(channel.kind) ? intakeRefusal("who-wrote-it") : null;
  const may = channel.kind === "box" ? channel.to : idsOf(rules.roles);
  return may.includes(recordedBy) ? null : intakeRefusal("not-their-channel", may);
}

function outsideOf(rules: IntakeRules, entry: IncomingReport, kind: IntakeKindRule): Outside[] {
  const found: Outside[] = [];
  if (entry.subject !== null && !rules.subjects.some(({ id }) => id === entry.subject)) found.push("subject");
  if (entry.entity !== null && rules.entities.length > 0 && !rules.entities.includes(entry.entity)) found.push("entity");
  if (entry.leftOut) found.push("scope");
  if (entry.imminent && !kind.imminent) found.push("imminent");
  return found;
}

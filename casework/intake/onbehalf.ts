/** What a member logs for a caller, completed by the policy (twin of `casework/intake/on_behalf.py`): the same answers give the same entry as by the command. */

import type { Words } from "../words.js";
import { CHANNEL_KINDS, type Channel, type ChannelKind, type IncomingReport, type Intake, type IntakeRefusal, type IntakeRules, intakeRefusal } from "./entry.js";
import { channelOf, isRefused, takeIn } from "./registration.js";

/** Fields of a register that ask for what happened: the account is that. */
export const FIELDS_IN_ACCOUNT: readonly string[] = ["account", "complaint", "content", "description", "matter", "opinion", "problem"];
/** Fields of a register that say who reports: every reader of the case sees the form. */
export const WHO_REPORTS: readonly string[] = ["address", "complainant", "contact", "department", "name", "person", "telephone"];
const NO_ROLE = "-";

/** What a member was told; `channel` is the id of a channel of the policy, or a kind of channel. */
export interface CallerReport extends Omit<IncomingReport, "recordedBy"> {
  readonly member: string;
  /** Stands in the form where it asks for what happened. */
  readonly account: string;
}

/** An entry that the policy takes in; `beside` where the text does not name the channel, `onlyOutside` where all who could receive it are concerned. */
export interface LoggedReport {
  readonly rules: IntakeRules;
  readonly entry: IncomingReport;
  readonly intake: Intake;
  readonly beside: boolean;
  readonly onlyOutside: boolean;
  /** The kind of channel that the member signs. */
  readonly signed: string;
}

export const isChannelKind = (given: string): given is ChannelKind => (CHANNEL_KINDS as readonly string[]).includes(given);

/** What becomes of a report that a member logs; `nameOf` names a kind of channel that the text does not know. */
export function logReport(rules: IntakeRules, report: CallerReport, nameOf: (kind: ChannelKind) => Words): LoggedReport | IntakeRefusal {
  const channel = channelFor(rules, report.channel, nameOf);
  if (isRefused(channel)) return channel;
  const beside = !rules.channels.includes(channel);
  const whole = beside ? { ...rules, channels: [...rules.channels, channel] } : rules;
  const entry = entryOf(whole, report, channel);
  const first = takeIn(whole, entry);
  const onlyOutside = isRefused(first) && first.reason === "nobody-impartial";
  const intake = onlyOutside ? takeIn(whole, { ...entry, concerned: [] }) : first;
  if (isRefused(intake)) return intake;
  return { rules: whole, entry, intake, beside, onlyOutside, signed: isChannelKind(report.channel) ? report.channel : channel.kind };
}

/**
 * Those of `members`, all of the directory, who hold one of these roles: none of them gets a key, for who reads no reports today may be an
 * outside holder, or join a case. And the roles that all `readers` hold, because nobody in particular is bound to them.
 */
export function membersConcerned(rules: IntakeRules, roles: readonly string[], readers: readonly string[], members: readonly string[]): { members: string[]; shared: string[] } {
  const holding = (role: string, among: readonly string[]): string[] => among.filter((one) => rules.holders.get(role)?.includes(one) === true);
  const shared = roles.filter((role) => readers.length > 1 && holding(role, readers).length === readers.length);
  const found = roles.filter((role) => !shared.includes(role)).flatMap((role) => holding(role, members));
  return { members: [...new Set(found)].sort(), shared };
}

/** Whether one of the readers holds a role to which the policy sends a report. */
export function actsFor(rules: IntakeRules, addressees: readonly string[], readers: readonly string[]): boolean {
  return addressees.some((role) => rules.holders.get(role)?.some((one) => readers.includes(one)) === true);
}

/** The channel of this id, or the only one of this kind; any other way stands beside the policy's, unless its list is open. */
function channelFor(rules: IntakeRules, given: string, nameOf: (kind: ChannelKind) => Words): Channel | IntakeRefusal {
  const ofKind = rules.channels.filter(({ kind }) => kind === given);
  const found = rules.channels.find(({ id }) => id === given) ?? (ofKind.length === 1 ? ofKind[0] : ofKind.length > 1 ? null : channelOf(rules, given));
  if (found) return found;
  const known = ofKind.map(({ id }) => id);
  if (known.length > 0 || !isChannelKind(given)) return intakeRefusal("no-such-channel", known.length > 0 ? known : [...rules.channels.map(({ id }) => id), ...CHANNEL_KINDS]);
  const all = [...new Set(rules.channels.flatMap(({ to }) => to))];
  return { id: `beside-${given}`, kind: given, name: nameOf(given), to: all.length > 0 ? all : rules.roles.map(({ id }) => id), daily: false };
}

function entryOf(rules: IntakeRules, report: CallerReport, channel: Channel): IncomingReport {
  const { member, account, ...told } = report;
  const filled = rules.fields.filter(({ id }) => FIELDS_IN_ACCOUNT.includes(id)).map(({ id }) => [id, account] as const);
  return {
    ...told, channel: channel.id, category: rules.classifications.length > 0 ? null : report.category,
    // A kind is what the category is, where the policy calls both alike.
    kind: report.kind ?? rules.kinds.find(({ id }) => id === report.category)?.id ?? null,
    fields: new Map([...filled, ...report.fields]), recordedBy: writerOf(rules, channel, member),
  };
}

/** The role in which a member writes it down: one that the channel leads to first. Only a box is emptied by nobody else. */
function writerOf(rules: IntakeRules, channel: Channel, member: string): string {
  const roles = rules.roles.map(({ id }) => id);
  const own = roles.filter((role) => rules.holders.get(role)?.includes(member) === true);
  const led = own.filter((role) => channel.to.includes(role));
  const mine = led.length > 0 ? led : own;
  if (mine.length > 0 || channel.kind !== "box") return [...mine, ...channel.to, ...roles][0] ?? NO_ROLE;
  return NO_ROLE;
}

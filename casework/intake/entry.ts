/** What somebody writes down when a report comes in, and what the policy makes of it (twin of `casework/intake/entry.py`). */

import { refuse } from "../../crypto/errors.js";
import { localized, withLanguage } from "../../crypto/localized.js";
import { type Day, type Name, type Read, type Shape, anything, distinct, flag, list, maybe, name, oneOf, record, table, text } from "../../crypto/shape.js";
import { readJson } from "../../crypto/text.js";
import { withLaterKeys } from "../policy/laterkeys.js";
import type { Words } from "../words.js";
import sentences from "./refusals.json";

const RULES_LIMIT = 512 * 1024;
const LONGEST_LIST = 512;

export const CHANNEL_KINDS = ["telephone", "email", "online", "message", "letter", "counter", "box", "oral", "superior", "staff", "other"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export const INTAKE_KINDS = ["complaint", "report", "suggestion", "opinion", "collective"] as const;
/** By these channels nothing comes in unless a member of the staff writes it down. */
export const STAFF_WRITES: readonly ChannelKind[] = ["telephone", "letter", "counter", "box", "oral", "staff"];
/** By these channels nothing is written until somebody writes it. */
export const SPOKEN: readonly ChannelKind[] = ["telephone", "counter", "oral", "staff"];

const words = localized();
const ids = distinct(name, LONGEST_LIST);
const many = <T>(shape: Shape<T>): Shape<T[]> => list(shape, LONGEST_LIST);
// On what a rule rests is for its hash.
const named = { id: name, name: words, source: anything };
const role = record({ ...named, kind: oneOf("person", "department", "superior", "leadership", "oversight") });
const kind = record({ ...named, id: oneOf(...INTAKE_KINDS), register: name, imminent: flag, unreasonable: flag });
const channel = record({ ...named, kind: oneOf(...CHANNEL_KINDS), to: ids, published: flag, daily: flag });
const line = { ...named, need: oneOf("required", "asked", "best-effort"), place: oneOf("submission", "register") };
/** `asked_as`: questions of the page that ask for the same. */
const field = withLaterKeys(line, { asked_as: ids }, { asked_as: [] });
const form = record({ written: flag, source: anything, name: maybe(words) });

const tables = {
  language: text(), id: name, title: words, categories: many(record({ ...named, kind: maybe(oneOf(...INTAKE_KINDS)) })), roles: many(role), subjects: many(record(named)),
  kinds: many(kind), channels: many(channel), fields: many(field), form: maybe(form), scope: many(anything), classifications: many(record(named)), holders: table(name, ids), entities: ids,
};
const read = record(tables);

/** The tables of a rules document by which a report is taken in. */
export type IntakeRules = Omit<Read<typeof read>, "language" | "channels"> & { readonly channels: readonly Channel[] };
export type IntakeKindRule = Read<typeof kind>;
export type IntakeKind = IntakeKindRule["id"];
export type RegisterField = Read<typeof field>;
export type Subject = Read<ReturnType<typeof record<typeof named>>>;
export type Channel = Pick<Read<typeof channel>, "id" | "kind" | "to" | "daily"> & { readonly name: Words };

/** What of a rules document an intake asks for; throws a refusal at `json` or `schema`. */
export function readIntakeRules(bytes: Uint8Array): IntakeRules {
  const value = readJson(bytes, RULES_LIMIT);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  return withLanguage(read)(Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(tables, key))));
}

/** One report as it comes in: nothing of this is stored in clear. `recordedBy` is the role of the member who wrote it down, `concerned` are the roles of those complained of. */
export interface IncomingReport {
  readonly channel: string;
  readonly received: Day;
  readonly subject: string | null;
  readonly kind: string | null;
  readonly category: string | null;
  readonly entity: Name | null;
  readonly imminent: boolean;
  readonly leftOut: boolean;
  readonly fields: ReadonlyMap<string, string>;
  readonly recordedBy: string | null;
  readonly concerned: readonly string[];
}

/** Where a report is beside what the text says; triage decides, and nobody is turned away. */
export type Outside = "subject" | "entity" | "scope" | "imminent";

/** What the policy makes of an entry: `gaps` are fields still to be asked for, `unknown` those recorded where they can be had. */
export interface Intake {
  readonly channel: Channel;
  readonly kind: IntakeKindRule;
  readonly subject: Subject | null;
  readonly addressees: readonly string[];
  readonly diverted: boolean;
  readonly gaps: readonly RegisterField[];
  readonly unknown: readonly RegisterField[];
  readonly toBeWritten: boolean;
  readonly outside: readonly Outside[];
}

export type IntakeReason = keyof typeof sentences;

/** Why an entry cannot be taken in as it stands, and the ids that would do. */
export interface IntakeRefusal {
  readonly reason: IntakeReason;
  readonly names: readonly string[];
}

export const intakeRefusal = (reason: IntakeReason, names: readonly string[] = []): IntakeRefusal => ({ reason, names });

/** The sentence in each language of the table; `called` turns an id of the policy into its own word. */
export function intakeRefusalWords(refused: IntakeRefusal, called: (id: string) => Words = (id) => ({ zh: id, en: id })): Words {
  const { zh, en, ...more }: Words & Readonly<Record<string, string>> = sentences[refused.reason];
  const names = refused.names.map(called);
  const inEnglish = names.map((one) => one.en).join(", ");
  return {
    ...(Object.fromEntries(Object.entries(more).map(([tag, said]) => [tag, said.replaceAll("{names}", inEnglish)])) as object),
    zh: zh.replaceAll("{names}", names.map((one) => one.zh).join("、")),
    en: en.replaceAll("{names}", inEnglish),
  };
}

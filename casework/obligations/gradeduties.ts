/** The clauses of a rules document that no step runs on, and what a grave matter asks at once (twin of `casework/obligations/grade_duties.py`). */

import { refuse } from "../../crypto/errors.js";
import { type Name, type Read, type Shape, anything, distinct, flag, list, maybe, name, oneOf, record, text } from "../../crypto/shape.js";
import { localized, withLanguage } from "../../crypto/localized.js";
import { readJson } from "../../crypto/text.js";
import { withLaterKeys } from "../policy/laterkeys.js";
import type { Act } from "../rules/acts.js";
import type { Rules } from "../policy/document.js";
import { RHYTHMS } from "./recurring.js";

const RULES_LIMIT = 512 * 1024;
const LONGEST_LIST = 512;
const many = <T>(shape: Shape<T>): Shape<T[]> => list(shape, LONGEST_LIST);
const words = localized();
// On what a clause rests is for its hash.
const clause = record({ text: words, source: anything, by: maybe(name) });
const duty = { of: oneOf("reporter", "respondent", "handler"), text: words, source: anything, by: maybe(name) };
/** `result_states`: what the result letter must state, as ids of its fields. */
const dutyRule = withLaterKeys(duty, { result_states: distinct(name, LONGEST_LIST) }, { result_states: [] });
const tables = {
  language: text(), duties: many(dutyRule),
  emergency: maybe(record({ text: words, reported_to: name, source: anything, plan: flag })), oversight: many(record({ text: words, source: anything, body: maybe(name) })),
  principles: many(clause), retaliation: many(clause), liability: many(clause),
  metadata: record({ basis: many(clause), interpretation: maybe(clause), effective: maybe(clause), supersedes: maybe(clause), priority: maybe(clause) }),
  recurring: many(record({ what: oneOf(...RHYTHMS), text: words, source: anything, by: maybe(name), to: maybe(name), word: maybe(text()) })),
};
const read = record(tables);

export type Clauses = Read<typeof read>;
type Grade = Rules["grades"][number];

/** The clauses of a document; throws a refusal at `json` or `schema`. */
export function readClauses(bytes: Uint8Array): Clauses {
  const value = readJson(bytes, RULES_LIMIT);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  return withLanguage(read)(Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(tables, key))));
}

/** What a grade asks at once: to whom the matter goes up, and the acts that are due; null where it is no grave one. */
export function dueByGrade({ emergency }: Clauses, grade: Grade): { readonly to: Name; readonly acts: readonly Act[] } | null {
  if (emergency === null || !(grade.emergency || emergency.reported_to === grade.handled_by || emergency.reported_to === grade.attended_by)) return null;
  const acts: Act[] = [...(emergency.plan ? ["emergency-started" as const] : []), "reported-up", ...(grade.attended_by === null ? [] : ["overseen" as const])];
  return { to: emergency.reported_to, acts };
}

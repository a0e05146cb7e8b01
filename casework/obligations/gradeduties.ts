/** The clauses of a rules document that no step runs on, and what a grave matter asks at once (twin of `casework/obligations/grade_duties.py`). */

import { refuse } from "../../crypto/errors.js";
import { type Name, type Read, type Shape, anything, distinct, flag, list, maybe, name, oneOf, record, text } from "../../crypto/shape.js";
import { localized, withLanguage } from "../../crypto/localized.js";
import { readJson } from "../../crypto/text.js";
import { withLaterKeys } from "../policy/laterkeys.js";
import type { Act } from "../rules/acts.js";
import type { Case, Event } from "../engine/case.js";
import { mayDo } from "../engine/engine.js";
import { type Refusal, refusal } from "../engine/refusals.js";
import { type Rules, actsIn, stageOf } from "../policy/document.js";
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

/** Acts that end a case which the office does not work through to its result. */
const WITHOUT_WORK: ReadonlySet<Act> = new Set<Act>(["withdrawn", "refused", "merged", "migrated", "handed-over"]);

/** What the grade of a case asks for, nobody has done, and can be done in its stage. */
export function gradeDuties(clauses: Clauses, rules: Rules, found: Case): readonly Act[] {
  const [grade, here] = [rules.grades.find(({ id }) => id === found.codes.grade), stageOf(rules, found.stage)];
  if (grade === undefined || here === null) return [];
  return (dueByGrade(clauses, grade)?.acts ?? []).filter((act) => !isDone(found, act, grade) && actsIn(rules, here).some((rule) => rule.act === act));
}

/**
 * Why an event may not end the case: its grade asks for acts that nobody has done; null where nothing is in the way. Only acts that a member in
 * these roles can do here count: no case is stuck where the others are away, bound to nobody or concerned in it.
 */
export function checkGradeDuties(clauses: Clauses, rules: Rules, found: Case, { act, to }: Pick<Event, "act" | "to">, roles: ReadonlySet<string>): Refusal | null {
  const [stage, here] = [to === null ? null : stageOf(rules, to), stageOf(rules, found.stage)];
  if (stage === null || here === null || !stage.end || WITHOUT_WORK.has(act)) return null;
  const mine = actsIn(rules, here).filter((rule) => (rule.grades.length === 0 || rule.grades.includes(found.codes.grade ?? "")) && mayDo(rule, here).some((role) => roles.has(role)));
  const due = gradeDuties(clauses, rules, found).filter((one) => mine.some((rule) => rule.act === one));
  return due.length > 0 ? refusal("first", due) : null;
}

/** Attending in person is done by the role itself; anybody's oversight is not it. */
function isDone({ events, uncounted }: Case, act: Act, grade: Grade): boolean {
  return events.some((one) => one.act === act && !uncounted.has(one.n) && (act !== "overseen" || one.role === grade.attended_by));
}

/** The rules document of a bound policy: what a case runs on is read strictly, the rest is left to its hash. */

import { refuse } from "../../crypto/errors.js";
import { type Read, type Shape, distinct, flag, integer, list, maybe, name, oneOf, record, table, text, version } from "../../crypto/shape.js";
import { languageTag, localized, withLanguage } from "../../crypto/localized.js";
import { readJson } from "../../crypto/text.js";
import { ACTS } from "../rules/acts.js";
import { type Limit, MOST, UNITS } from "../deadlines/limits.js";
import { withLaterKeys } from "./laterkeys.js";

const RULES_LIMIT = 512 * 1024;
const LONGEST_LIST = 512;
const LARGEST = 1_000_000;

const words = localized();
const ids = distinct(name, LONGEST_LIST);
const act = oneOf(...ACTS);
const acts = list(act, LONGEST_LIST);
const many = <T>(shape: Shape<T>): Shape<T[]> => list(shape, LONGEST_LIST);
const amount = record({ amount: integer(1, LARGEST), unit: oneOf(...UNITS) });
const limit: Shape<Limit> = (value) => {
  const found = amount(value);
  return found.amount <= MOST[found.unit] ? found : refuse("schema", "no limit that anybody means");
};

const quoted = record({ line: integer(1, LARGEST), quote: text() });
const statute = record({ law: text(), article: text(), verified: oneOf("seen", "second-hand", "unchecked") });
const supplied = record({ reason: words });
/** What a rule rests on, told by its fields. */
export type Ground = Read<typeof quoted> | Read<typeof statute> | Read<typeof supplied>;
const ground: Shape<Ground> = (value, language) => {
  const has = (key: string): boolean => typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return has("quote") ? quoted(value) : has("law") ? statute(value) : supplied(value, language);
};

const named = { id: name, name: words, source: ground };
const step = {
  act, source: ground, by: ids, to: ids, needs: acts, ever: acts, unless: acts, within: maybe(name), after: maybe(name), grades: ids,
  every: flag, apart: acts, most: maybe(integer(1, LARGEST)), written: flag, stages: ids, not_in: ids,
};
/** `by_when`: the reporter is told a day with it. */
const actRule = withLaterKeys(step, { by_when: flag }, { by_when: false });
const stage = record({ ...named, actors: ids, acts: many(actRule), end: flag });
const tier = record({ limit, grades: ids, departments: maybe(integer(1, LARGEST)) });
const extension = record({ source: ground, tell: flag, cap: maybe(limit), whole: maybe(limit), times: maybe(integer(1, LARGEST)), approved_by: maybe(name), grades: ids });
const otherwise = record({ start: acts, after: limit, wait_last: flag });
const clock = record({
  ...named, start: acts, stop: acts, who: name, kind: oneOf("deadline", "not-before", "warning"), limit: maybe(limit), unit: maybe(oneOf(...UNITS)),
  word: maybe(text()), any_stop: flag, tiers: many(tier), grades: ids, pauses: acts, resumes: acts, restarts: flag, last_day: oneOf("moves", "stands"),
  statutory: flag, since: maybe(words), extension: maybe(extension), otherwise: maybe(otherwise),
});
const role = record({ ...named, kind: oneOf("person", "department", "superior", "leadership", "oversight") });
const grade = record({ ...named, handled_by: maybe(name), attended_by: maybe(name), emergency: flag });
const kind = record({ ...named, register: name, imminent: flag, unreasonable: flag });
const verdict = { ...named, upholds: oneOf("yes", "partly", "no", "unclear"), to: ids, of: oneOf("facts", "acceptance"), final: flag };
/** `owes` are measures that must be set before the case ends, `owes_after_appeal` after it was decided so on an appeal. */
const outcome = withLaterKeys(verdict, { owes: ids, owes_after_appeal: ids }, { owes: [], owes_after_appeal: [] });
const measure = record({ ...named, on: oneOf("person", "department", "organisation", "reporter"), open: flag });
const reward = record({ to: oneOf("reporter", "proposer", "handler"), on: oneOf("true-report", "improvement", "proposal", "good-handling"), text: words, source: ground });
const malice = record({ text: words, approved_by: name, source: ground });
const publication = record({ what: oneOf("result", "cases", "figures"), audience: oneOf("posts", "company", "constituency"), text: words, source: ground, by: maybe(name), redaction: maybe(words) });
const batch = record({ text: words, source: ground, each_answered: flag });
const satisfaction = record({ text: words, use: oneOf("heard", "survey", "verdict"), source: ground, reopens: flag, deferred: maybe(act) });
const confirmation = record({ act, text: words, source: ground, without_answer: words });
const handOver = record({ text: words, authorities: ids, source: ground });
const kept = record({ text: words, source: ground, months: maybe(integer(1, LARGEST)) });
const secrecy = record({ text: words, source: ground, respondent_too: flag, binds_reporter: flag, pledge: flag, disclosed_on: many(name) });

const department = record({ id: name, name: words, members: ids });

const read = record({
  v: version, language: languageTag, id: name, version: name, categories: many(record({ ...named, kind: maybe(name) })), roles: many(role), kinds: many(kind), classifications: many(record(named)),
  grades: many(grade), stages: many(stage), anywhere: many(actRule), without: acts, clocks: many(clock), outcomes: many(outcome), measures: many(measure),
  retention: maybe(kept), retention_months: maybe(integer(1, LARGEST)), rewards: many(reward), publications: many(publication), malice: maybe(malice), hand_over: maybe(handOver), batch: maybe(batch), confirmations: many(confirmation), satisfaction: maybe(satisfaction), secrecy: many(secrecy), holders: table(name, ids), own_departments: many(department),
});
const TYPED = ["v", "language", "id", "version", "categories", "roles", "kinds", "classifications", "grades", "stages", "anywhere", "without", "clocks", "outcomes", "measures", "rewards", "publications", "malice", "hand_over", "retention", "retention_months", "batch", "confirmations", "satisfaction", "secrecy", "holders", "own_departments"];
/** Lists that stand in a document only where they are not empty. */
const LATER = { own_departments: [] };

/** Tables that no case runs on (what the intake page asks, principles, duties) are not looked at: the hash vouches for them. */
const document = (value: unknown): Read<typeof read> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  return withLanguage(read)({ ...LATER, ...Object.fromEntries(Object.entries(value).filter(([key]) => TYPED.includes(key))) });
};

export type Rules = Read<typeof read>;
export type ActRule = Read<typeof actRule>;
export type Stage = Read<typeof stage>;
export type ClockRule = Read<typeof clock>;
export type Publication = Read<typeof publication>;
export type Outcome = Read<typeof outcome>;

/** The rules that a document holds; throws a refusal at `json` or `schema`. */
export function readRules(bytes: Uint8Array): Rules {
  return document(readJson(bytes, RULES_LIMIT));
}

export function stageOf(rules: Rules, id: string): Stage | null {
  return rules.stages.find((one) => one.id === id) ?? null;
}

/** What is written in a case beside its steps: by those who act in its stage. */
const WRITES: readonly string[] = ["replied", "noted"];
/** What may be done in a case that has ended: to answer a reporter who writes once more, to stop and to free the destruction of its keys, and to hand it out. */
const BEYOND_THE_END = [...WRITES, "held", "released", "release-asked", "export-asked", "export-approved", "exported", "deletion-asked", "deletion-approved"];
/** What a second member does whom the stage need not know: any role of the policy, where the rule names none. */
const BY_A_SECOND = ["released", "export-approved", "deletion-approved"];

/** Who acts in the stages that lead into an end: they wrote to the reporter, and go on where they are asked. */
function before({ stages }: Rules, end: Stage): string[] {
  return [...new Set(stages.filter(({ acts }) => acts.some(({ to }) => to.includes(end.id))).flatMap(({ actors }) => actors))];
}

/** What is allowed in a stage: its own acts, then those allowed anywhere that fit it. */
export function actsIn(rules: Rules, here: Stage): ActRule[] {
  const fits = (rule: ActRule): boolean =>
    !rule.not_in.includes(here.id) && (rule.stages.length === 0 || rule.stages.includes(here.id)) && !rules.without.includes(rule.act);
  const all = rules.roles.map((one) => one.id);
  const fit = rules.anywhere.filter(fits).map((rule) => (BY_A_SECOND.includes(rule.act) && rule.by.length === 0 ? { ...rule, by: all } : rule));
  if (!here.end) return [...here.acts, ...fit];
  // A hold most often comes after the end: anyone who has the stage sets it, else any role of the policy.
  const anybody = here.actors.length > 0 ? here.actors : all;
  const writing = here.actors.length > 0 ? here.actors : before(rules, here);
  const kept = fit.filter((rule) => BEYOND_THE_END.includes(rule.act));
  return [...here.acts, ...kept.map((rule) => ({ ...rule, by: rule.by.length > 0 ? rule.by : WRITES.includes(rule.act) && writing.length > 0 ? writing : anybody }))];
}

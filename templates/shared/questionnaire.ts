/** What a policy asks of anyone who reports: its page as the office published it, and which questions show. */

import { refuse } from "../../crypto/errors.js";
import { type Read, type Shape, distinct, hash32, integer, list, maybe, name, record, version } from "../../crypto/shape.js";
import { languageTag, localized, withLanguage } from "../../crypto/localized.js";
import { readJson } from "../../crypto/text.js";
import kinds from "../../casework/policy/question_kinds.json";

const PAGE_LIMIT = 512 * 1024;
const LONGEST = 4096;
const MOST_QUESTIONS = 128;
const MOST_ROWS = 256;
const MOST_CHOICES = 64;
const MOST_DAYS = 3660;
const MOST_PROMISES = 3;
const CATEGORY = "category";
/** Ids that no question may have: the chosen category, and what a member signs who writes a report down. */
const RESERVED: readonly string[] = [CATEGORY, "taken-down"];
/** Members that pages written by hand or by an older release may lack. */
const LATER = { outcomes: [], measures: [], rules: null, earlier: [], kept_by: [], kinds: [], says: null, applies: [] };

export type Answer = string | readonly string[];

const words = localized(LONGEST);
const option = record({ id: name, name: words });
export type Option = Read<typeof option>;

function apart<T extends { readonly id: string }>(shape: Shape<T>, limit: number): Shape<T[]> {
  const rows = list(shape, limit);
  return (value, language) => {
    const found = rows(value, language);
    return new Set(found.map(({ id }) => id)).size === found.length ? found : refuse("schema", "an id stands twice");
  };
}

const options = apart(option, MOST_ROWS);
const answers = distinct(name, MOST_ROWS);
const some = (value: unknown): string[] => {
  const found = answers(value);
  return found.length > 0 ? found : refuse("schema", "an empty list");
};
const branch = record({ question: name, is: some });
const asked = record({ id: name, kind: name, label: words, hint: maybe(words), choices: apart(option, MOST_CHOICES), when: maybe(branch) });
export type Question = Read<typeof asked>;

/** How an answer is given, how long it may be, and what HTML calls such a field. */
interface Kind {
  readonly form: string;
  readonly longest?: number;
  readonly input?: string;
  readonly pattern?: string;
  readonly example?: string;
}

/** How to ask a question; one of a kind that only a newer page knows is asked by its choices, or in words. */
export function kindOf({ kind, choices }: Pick<Question, "kind" | "choices">): Kind {
  const known: Readonly<Partial<Record<string, Kind>>> = kinds;
  return known[kind] ?? { form: choices.length > 0 ? "several" : "lines" };
}

/** Whether an answer can be one to this question; an empty text is none yet, and fits. */
export function fits(question: Question, value: Answer): boolean {
  const { form, pattern } = kindOf(question);
  const known = (id: string): boolean => question.choices.some((choice) => choice.id === id);
  if (typeof value !== "string") return form === "several" && value.every(known);
  if (question.choices.length > 0) return form === "one" && known(value);
  return pattern === undefined || value === "" || new RegExp(`^(?:${pattern})$`).test(value);
}

const question: Shape<Question> = (value, language) => {
  const found = asked(value, language);
  const { length } = found.choices;
  const { form } = kindOf(found);
  if (form === "one" || form === "several" ? length < 2 : length > 0) refuse("schema", "wrong choices");
  return RESERVED.includes(found.id) ? refuse("schema", "a reserved id") : found;
};

const days = maybe(integer(1, MOST_DAYS));
const page = record({
  v: version, language: languageTag, id: name, version: name, title: words, summary: words,
  promises: record({ acknowledge_days: days, first_answer_days: days, result_days: days }),
  categories: options, account: record({ label: words, hint: maybe(words) }), questions: apart(question, MOST_QUESTIONS),
  stages: options, outcomes: options, measures: options, rules: maybe(hash32), earlier: list(record({ version: name, rules: hash32 }), MOST_ROWS),
  kept_by: apart(record({ id: name, acts: some }), MOST_PROMISES), kinds: apart(record({ id: name, name: words, categories: answers }), MOST_ROWS),
  says: maybe(record({ protection: words, acknowledge: words, first_answer: words, result: words })),
  applies: list(words, MOST_ROWS),
});
export type PolicyPage = Read<typeof page>;

/** The page that these bytes hold; throws a refusal at `json` or `schema`. */
export function readPage(bytes: Uint8Array): PolicyPage {
  const found = readJson(bytes, PAGE_LIMIT);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return refuse("schema", "not an object");
  const read = withLanguage(page)({ ...LATER, ...found });
  const known = new Map([[CATEGORY, read.categories.map(({ id }) => id)]]);
  for (const { id, when, choices } of read.questions) {
    const possible = when === null ? [] : (known.get(when.question) ?? []);
    if (when?.is.some((one) => !possible.includes(one))) refuse("schema", "a branch on no answer");
    known.set(id, choices.map((choice) => choice.id));
  }
  const versions = [read.version, ...read.earlier.map((one) => one.version)];
  return new Set(versions).size === versions.length ? read : refuse("schema", "a version stands twice");
}

type Category = PolicyPage["categories"][number];

/** Categories under the kinds that have a catalogue of their own, in the order of the policy; one group without a kind where fewer than two do. */
export function byKind({ kinds }: Pick<PolicyPage, "kinds">, categories: readonly Category[]): { readonly kind: PolicyPage["kinds"][number] | null; readonly categories: readonly Category[] }[] {
  const own = kinds.map((kind) => ({ kind, categories: categories.filter(({ id }) => kind.categories.includes(id)) })).filter((group) => group.categories.length > 0);
  const others = categories.filter(({ id }) => !kinds.some((kind) => kind.categories.includes(id)));
  return own.length < 2 ? [{ kind: null, categories }] : [...own, ...(others.length === 0 ? [] : [{ kind: null, categories: others }])];
}

/** The questions that show: a branch opens by an answer to a question that itself shows. */
export function shown({ questions }: Pick<PolicyPage, "questions">, category: string, given: ReadonlyMap<string, Answer>): Question[] {
  const open = new Map<string, Answer>([[CATEGORY, category]]);
  return questions.filter(({ id, when }) => {
    const met = when === null || [open.get(when.question) ?? []].flat().some((one) => when.is.includes(one));
    const answer = given.get(id);
    if (met && answer !== undefined) open.set(id, answer);
    return met;
  });
}

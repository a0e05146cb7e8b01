/** What a case can be filtered by, as its row and its own record say it. */

import { type OfficeText, inLanguage } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { DeskCase } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { textOf } from "../trusted/policy.js";
import { kindOf } from "../opened/casevoice.js";
import { peopleOf } from "../opened/handlers.js";

export const FIELDS = ["entity", "policy", "kind", "stage", "handler", "urgency", "grade"] as const;
export type Field = (typeof FIELDS)[number];

export const FIELD_NAMES: Readonly<Record<Field, Sentence>> = {
  entity: msg("Entity"), policy: msg("Policy"), kind: msg("Kind"), stage: msg("Stage"), handler: msg("Handled by"), urgency: msg("Urgency"), grade: msg("Grade"),
};

/** One value, by which cases are alike; `text` says it. */
export interface Value {
  readonly key: string;
  readonly text: OfficeText | string;
  /** What it comes to, where the text is not in the page's language. */
  readonly means?: string | null;
  /** Of which policy or how many it is, where the values beside it are of others. */
  readonly of?: string | null;
}

export type Facts = Readonly<Record<Field, readonly Value[]>>;

/** The key of what has no person: no member has such an id. */
const NOBODY = "-";

/** A value in the page's language. */
export const nameOf = ({ text }: Value): string => (typeof text === "string" ? text : inLanguage(text));

/** Stages of several policies with one name are one to a reader, whatever their ids. */
function named(text: OfficeText | string): Value {
  return { key: typeof text === "string" ? text : inLanguage(text), text };
}

/** The stage that the signed record gives; where nothing can be judged here, the one that the server names. */
export function stageOf({ row, opened }: DeskCase, words: OfficeWords): OfficeText | string {
  const ruled = opened?.ruled ?? null;
  const found = ruled === null ? undefined : ruled.rules.stages.find((one) => one.id === ruled.found.stage);
  return found?.name ?? words.stage(row, row.stage);
}

function gradeOf({ opened }: DeskCase): OfficeText | string | null {
  const { rules, found } = opened?.ruled ?? {};
  const grade = found?.codes.grade ?? null;
  return grade === null ? null : (rules?.grades.find(({ id }) => id === grade)?.name ?? grade);
}

/** Of which kind it is, where the policy has several: a register of its own each. */
function kindNamed({ opened }: DeskCase): Value[] {
  const { ruled = null, report = null } = opened ?? {};
  const kind = ruled === null || ruled.rules.kinds.length < 2 ? undefined : kindOf(ruled, report);
  return kind === undefined ? [] : [named(ruled?.rules.kinds.find(({ id }) => id === kind)?.name ?? kind)];
}

/** A list asks for them whenever it is drawn; they change with the case, its row, or the directory. */
const known = new WeakMap<DeskCase["row"], { readonly opened: DeskCase["opened"]; readonly directory: OfficeWords["directory"]; readonly facts: Facts }>();

/** The values of one case; none where it is not opened, for then nothing of it is proven. */
export function factsOf(shelved: DeskCase, words: OfficeWords): Facts | null {
  const { row, opened } = shelved;
  if (opened === null) return null;
  const { directory } = words;
  const before = known.get(row);
  if (before?.opened === opened && before.directory === directory) return before.facts;
  const facts = readFacts(shelved, words);
  known.set(row, { opened, directory, facts });
  return facts;
}

function readFacts(shelved: DeskCase, words: OfficeWords): Facts {
  const { row } = shelved;
  const { content } = words.directory;
  const people = peopleOf(shelved).map((id): Value => ({ key: id, text: words.directory.member(id)?.name ?? id }));
  const grade = gradeOf(shelved);
  return {
    entity: [{ key: row.entity, text: content.entities.find(({ id }) => id === row.entity)?.name ?? row.entity }],
    policy: [{ key: row.policy, text: textOf(words.policies, row)?.title ?? row.policy }],
    kind: kindNamed(shelved),
    stage: [named(stageOf(shelved, words))],
    handler: people.length > 0 ? people : [{ key: NOBODY, text: t("Unassigned") }],
    urgency: [row.urgent ? { key: "urgent", text: t("Urgent") } : { key: "usual", text: t("Not urgent") }],
    grade: grade === null ? [] : [named(grade)],
  };
}

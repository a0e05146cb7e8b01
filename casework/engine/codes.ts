/** The codes that stand in clear beside an act: each must name something that is there (twin of `casework/engine/codes.py`). */

import { type Act, type Attribute, type Codes, traitOf } from "../rules/acts.js";
import { type Case, SEPARATOR } from "./case.js";
import { isDay } from "../deadlines/days.js";
import { DESTINATIONS } from "../rules/destinations.js";
import type { Rules } from "../policy/document.js";

/** What an id of a code looks like (twin of `ID_FORM` in `casework/strict_file.py`). */
export const ID_FORM = /^[a-z0-9][a-z0-9-]{0,47}$/;
/** A case's id or the office's own number of it: no room for words in clear. */
const CASE = /^[A-Za-z0-9_-]{1,64}$/;
/** The number of an event of the record, which an answer names. */
const ASKING = /^[1-9][0-9]{0,5}$/;

type Check = (rules: Rules, found: Case, value: string) => boolean;

const isId: Check = (_rules, _found, value) => ID_FORM.test(value);
const among = (rows: readonly { readonly id: string }[], value: string): boolean => rows.some((one) => one.id === value);

/** What a code may be, where the policy lists it; null where anything of the right form will do. */
export function choicesOf(rules: Rules, code: Attribute): readonly { readonly id: string; readonly name: { readonly zh: string; readonly en: string } }[] | null {
  switch (code) {
    case "kind": return rules.kinds;
    case "grade": return rules.grades;
    case "classification": return rules.classifications.length > 0 ? rules.classifications : rules.categories;
    case "clock": return rules.clocks.filter((one) => one.extension !== null);
    case "authority": {
      const named = rules.hand_over?.authorities ?? [];
      return named.length > 0 ? named.map((id) => ({ id, name: { zh: id, en: id } })) : null;
    }
    case "destination": return Object.entries(DESTINATIONS).map(([id, name]) => ({ id, name }));
    default: return null;
  }
}

/** Where a case may be sent by name: the office's departments, and the policy's own of which nobody is in them. Where the office has named none, any id besides. */
export function departmentChoices({ own_departments: named, roles, holders }: Rules): readonly { readonly id: string; readonly name: Rules["roles"][number]["name"]; readonly members: readonly string[] }[] {
  const members = new Set(named.flatMap((one) => one.members));
  const own = roles.filter(({ kind }) => kind === "department" || kind === "superior").map(({ id, name }) => ({ id, name, members: holders.get(id) ?? [] }));
  return [...named, ...own.filter((one) => !one.members.some((member) => members.has(member)))];
}

const CHECKS: Readonly<Record<Attribute, Check>> = {
  kind: (rules, _found, value) => among(choicesOf(rules, "kind") ?? [], value),
  classification: (rules, _found, value) => among(choicesOf(rules, "classification") ?? [], value),
  grade: (rules, _found, value) => among(choicesOf(rules, "grade") ?? [], value),
  departments: (rules, _found, value) => {
    const names = value.split(SEPARATOR);
    const known = departmentChoices(rules);
    return new Set(names).size === names.length && names.every((one) => (rules.own_departments.length > 0 ? among(known, one) : ID_FORM.test(one)));
  },
  handler: isId,
  deputy: isId,
  clock: (rules, found, value) => {
    const extension = rules.clocks.find((one) => one.id === value)?.extension ?? null;
    return extension !== null && (extension.grades.length === 0 || extension.grades.includes(found.codes.grade ?? ""));
  },
  until: (_rules, _found, value) => isDay(value),
  case: (_rules, _found, value) => CASE.test(value),
  authority: (rules, _found, value) => {
    const named = choicesOf(rules, "authority");
    return named === null ? ID_FORM.test(value) : among(named, value);
  },
  member: isId,
  policy: isId,
  version: isId,
  destination: (_rules, _found, value) => Object.hasOwn(DESTINATIONS, value),
  asking: (_rules, _found, value) => ASKING.test(value),
};

/** The first code that is missing, too many, or names nothing; null when all fit. */
export function wrongCode(rules: Rules, found: Case, act: Act, codes: Codes): Attribute | null {
  const trait = traitOf(act);
  const given = Object.entries(codes) as [Attribute, string][];
  const missing = trait.codes.filter((code) => codes[code] === undefined);
  const astray = given.map(([code]) => code).filter((code) => !trait.codes.includes(code) && !trait.may.includes(code));
  if (missing.length + astray.length > 0) return [...missing, ...astray][0] ?? null;
  return given.find(([code, value]) => !CHECKS[code](rules, found, value))?.[0] ?? null;
}

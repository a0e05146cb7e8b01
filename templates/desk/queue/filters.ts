/** What the list is narrowed to and in which order, for this session only: a filter's value is a word of a case. */

import { pageLocale } from "../../shared/strings.js";
import type { DeskCase } from "../opened/model.js";
import { FIELDS, type Facts, type Field, type Value, nameOf } from "./facts.js";
import type { Sort } from "./order.js";
import { policiesOf } from "./policynames.js";

/** The values of each field that occur, by their names. */
export type Options = ReadonlyMap<Field, readonly Value[]>;

export class Filters {
  /** The key of each chosen value. */
  readonly chosen = new Map<Field, string>();
  sort: Sort = "usual";

  choose(field: Field, key: string): void {
    if (key === "") this.chosen.delete(field);
    else this.chosen.set(field, key);
  }

  /** Takes every filter away; the order stays. */
  clear(): void {
    this.chosen.clear();
  }

  /** Takes away what no case has any more: it would hide all of them, and be a word of a case that this member may no longer read. */
  keepOnly(options: Options): void {
    for (const [field, key] of this.chosen) {
      if (!(options.get(field) ?? []).some((value) => value.key === key)) this.chosen.delete(field);
    }
  }

  /** The cases that have every chosen value. */
  narrowed(rows: readonly DeskCase[], facts: ReadonlyMap<string, Facts>): readonly DeskCase[] {
    if (this.chosen.size === 0) return rows;
    const wanted = [...this.chosen];
    return rows.filter(({ row }) => {
      const own = facts.get(row.case);
      return own !== undefined && wanted.every(([field, key]) => own[field].some((value) => value.key === key));
    });
  }
}

/** The values that occur in these cases and no others. */
export function optionsOf(facts: Iterable<Facts>): Options {
  const found = new Map(FIELDS.map((field) => [field, new Map<string, Value>()]));
  const all = [...facts];
  for (const [field, values] of found) {
    for (const one of all) for (const value of one[field]) if (!values.has(value.key)) values.set(value.key, value);
  }
  const of = policiesOf(all.flatMap(({ stage: [stage], policy: [policy] }) => (stage === undefined || policy === undefined ? [] : [[stage.key, policy] as const])));
  for (const [key, value] of found.get("stage") ?? []) found.get("stage")?.set(key, { ...value, of: of(key) });
  const { compare } = new Intl.Collator(pageLocale(), { numeric: true });
  return new Map([...found].map(([field, values]) => [field, [...values.values()].sort((a, b) => compare(nameOf(a), nameOf(b)))]));
}

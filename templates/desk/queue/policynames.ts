/** Stages and categories of several policies are called alike or nearly so: which policy a name is of, where that is not one and the same for all. */

import { counted } from "../../shared/counted.js";
import { msg } from "../../shared/strings.js";
import { type Value, nameOf } from "./facts.js";

/** Names as they are used, each in its policy: the policies of a name in words, and null where all names are of one policy. */
export function policiesOf(uses: Iterable<readonly [key: string, policy: Value]>): (key: string) => string | null {
  const found = new Map<string, Map<string, Value>>();
  const all = new Set<string>();
  for (const [key, policy] of uses) {
    all.add(policy.key);
    found.set(key, (found.get(key) ?? new Map<string, Value>()).set(policy.key, policy));
  }
  return (key) => {
    const [only, ...others] = [...found.get(key)?.values() ?? []];
    if (all.size < 2 || only === undefined) return null;
    return others.length === 0 ? nameOf(only) : counted(msg("{count} policy"), msg("{count} policies"), others.length + 1);
  };
}

/** Which roles a policy keeps in different hands (twin of `casework/engine/separate_roles.py`). */

import type { ActRule, Rules, Stage } from "../policy/document.js";

type Pair = readonly [readonly string[], readonly string[]];

/** Those of the gained roles that the policy keeps apart from one that is held, in the order given. */
export function separateRoles(rules: Rules, held: readonly string[], gained: readonly string[]): string[] {
  const pairs = pairsOf(rules);
  const parts = (role: string) => ([one, other]: Pair): boolean => (one.includes(role) && meet(held, other)) || (other.includes(role) && meet(held, one));
  return gained.filter((role) => pairs.some(parts(role)));
}

/** By `apart`, by `every`, and two signatures of different roles; where one role may do both, they are not apart. */
function pairsOf({ stages }: Rules): Pair[] {
  const all = stages.flatMap((stage) => stage.acts.map((rule) => ({ rule, roles: rolesIn(stage, rule) })));
  const doing = (act: string): string[] => all.flatMap(({ rule, roles }) => (rule.act === act ? roles : []));
  const apart = all.flatMap(({ rule, roles }) => rule.apart.map((act): Pair => [roles, doing(act)]));
  const each = all.flatMap(({ rule }) => (rule.every ? couples(rule.by.map((role) => [role])) : []));
  const signing = couples(all.filter(({ rule }) => rule.act === "signed").map(({ roles }) => roles));
  return [...apart, ...each, ...signing].filter(([one, other]) => !meet(one, other));
}

function couples(all: readonly (readonly string[])[]): Pair[] {
  return all.flatMap((one, at) => all.slice(at + 1).map((other): Pair => [one, other]));
}

const meet = (one: readonly string[], other: readonly string[]): boolean => one.some((role) => other.includes(role));

function rolesIn(stage: Stage, rule: ActRule): string[] {
  return [...(rule.by.length > 0 ? rule.by : stage.actors)];
}

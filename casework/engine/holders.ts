/** In which roles a member acts in a case: those bound to the member, and a deputy in those of the handler. */

import type { Codes } from "../rules/acts.js";
import type { Rules } from "../policy/document.js";

/** The roles that `holders` gives the member; the deputy of a case also has its handler's. */
export function rolesOf(rules: Rules, codes: Codes, member: string): Set<string> {
  const names = codes.deputy === member && codes.handler !== undefined ? [member, codes.handler] : [member];
  return new Set([...rules.holders].flatMap(([one, members]) => (names.some((each) => members.includes(each)) ? [one] : [])));
}

/** The roles of an office as reporters read them. */

import { type Sentence, msg, t } from "../shared/strings.js";

const ROLES: Readonly<Record<string, Sentence>> = {
  registrar: msg("Registrar"),
  investigator: msg("Investigator"),
  approver: msg("Approver"),
  custodian: msg("Custodian of identities"),
  "retaliation-officer": msg("Officer for the protection of reporters"),
  oversight: msg("Oversight"),
  "council-observer": msg("Works council observer"),
  auditor: msg("Auditor"),
  administrator: msg("Administrator"),
  outside: msg("Outside holder"),
};

/** The role in the page's language. */
export function roleName(role: string): string {
  const known = ROLES[role];
  return known ? t(known) : role;
}

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
  outside: msg("Stand-in reader"),
};

/** What those who may hold a case do in it. */
const DUTIES: Readonly<Record<string, Sentence>> = {
  registrar: msg("records reports and passes them on"),
  investigator: msg("finds out what happened"),
  approver: msg("approves what is decided in the case"),
  oversight: msg("oversees how cases are handled"),
};

/** What a role does, in a few words; nothing where its name says it. */
export function dutyOf(role: string): string | null {
  const known = DUTIES[role];
  return known ? t(known) : null;
}

/** The role in the page's language. */
export function roleName(role: string): string {
  const known = ROLES[role];
  return known ? t(known) : role;
}

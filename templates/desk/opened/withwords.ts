/** With whom a case is that nobody handles, in words: after it went on to a role, it is not nobody's. */

import { listed } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { said } from "../acting/words.js";
import { withRoles } from "./handlers.js";
import type { DeskCase } from "./model.js";

export function withWords(shelved: Pick<DeskCase, "row" | "opened">): string {
  const rules = shelved.opened?.ruled?.rules ?? null;
  const roles = withRoles(shelved);
  return roles.length === 0 ? t("Unassigned") : t("With: {roles}, unassigned", { roles: listed(roles.map((role) => said(rules, role))) });
}

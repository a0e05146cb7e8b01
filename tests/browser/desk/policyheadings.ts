/** What the page of a case says of its policy under one heading. */

import { readClauses, readRules } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";
import { clausesCard } from "../../../templates/desk/acting/clauses.js";
import type { Ruled } from "../../../templates/desk/opened/model.js";
import { takeSentences } from "../../../templates/shared/strings.js";

/** The lines under a heading, in a language of the page; none where there is no such heading. */
export function saidUnder(heading: string, rulesText: string, language: string): string[] {
  takeSentences(JSON.stringify(language === "en" ? {} : { "": language }));
  const bytes = utf8(rulesText);
  const ruled = { rules: readRules(bytes), clauses: readClauses(bytes), found: { codes: {} } } as unknown as Ruled;
  const card = clausesCard(ruled, "li");
  if (!(card instanceof HTMLElement)) return [];
  const head = [...card.querySelectorAll("h4")].find(({ textContent }) => textContent === heading);
  return [...(head?.nextElementSibling?.querySelectorAll("li") ?? [])].map(({ textContent }) => textContent ?? "");
}

/** What the page of a case says that its policy rests on. */

import { readClauses, readRules } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";
import { clausesCard } from "../../../templates/desk/acting/clauses.js";
import type { Ruled } from "../../../templates/desk/opened/model.js";
import { takeSentences } from "../../../templates/shared/strings.js";

const HEAD = "What the policy rests on";

/** The lines under that heading, in a language of the page; none where there is no such heading. */
export function basisSaid(rulesText: string, language: string): string[] {
  takeSentences(JSON.stringify(language === "en" ? {} : { "": language }));
  const bytes = utf8(rulesText);
  const ruled = { rules: readRules(bytes), clauses: readClauses(bytes), found: { codes: {} } } as unknown as Ruled;
  const card = clausesCard(ruled, "li");
  if (!(card instanceof HTMLElement)) return [];
  const head = [...card.querySelectorAll("h4")].find(({ textContent }) => textContent === HEAD);
  return [...(head?.nextElementSibling?.querySelectorAll("li") ?? [])].map(({ textContent }) => textContent ?? "");
}

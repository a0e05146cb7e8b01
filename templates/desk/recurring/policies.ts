/** The policies in force with their duties, from documents whose hashes the signed directory names. */

import { DeskRefusal } from "../api.js";
import type { OfficeWords } from "../context.js";
import type { Vault } from "../opened/vault.js";
import { type PolicyInForce, runsSince } from "./dutystates.js";

/** Each policy that has rules, and the ids of those whose rules the server does not give. */
export async function policiesInForce({ directory, book }: Vault, words: OfficeWords): Promise<{ policies: PolicyInForce[]; lost: string[] }> {
  const policies: PolicyInForce[] = [];
  const lost: string[] = [];
  for (const { id, entities: [entity = ""] } of directory.content.policies) {
    try {
      const rules = await book.dutyRules(id);
      if (rules !== null) policies.push({ rules, entity, office: book.office(entity), since: runsSince(rules, directory.content), today: words.today(entity) });
    } catch (error) {
      if (!(error instanceof DeskRefusal)) throw error;
      lost.push(id);
    }
  }
  return { policies, lost };
}

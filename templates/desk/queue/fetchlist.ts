/** The member's cases as the server lists them. */

import { type CaseRow, cases } from "../api.js";

/** Every case of this member, page by page: what is overdue and due comes first, so that it is opened first. */
export async function wholeList(): Promise<CaseRow[]> {
  const found = new Map<string, CaseRow>();
  for (const view of ["overdue", "due", "all"] as const) {
    for (let after: string | null = null, more = true; more; more = after !== null) {
      const page: { cases: CaseRow[]; next: string | null } = await cases.page(view, after);
      for (const row of page.cases) if (!found.has(row.case)) found.set(row.case, row);
      after = page.next;
    }
  }
  return [...found.values()];
}

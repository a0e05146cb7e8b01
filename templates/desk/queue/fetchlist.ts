/** The member's cases as the server lists them: what is overdue and due comes first, so that it is opened first. */

import { type CaseRow, cases } from "../api.js";

/** The rows that come first, and those that are still on their way. */
export interface ListedRows {
  readonly first: readonly CaseRow[];
  readonly rest: Promise<readonly CaseRow[]>;
}

/** Begins the list, each case once: what is overdue and due, and the newest page; the other pages come while those are opened. */
export async function beginList(): Promise<ListedRows> {
  const found = new Set<string>();
  const fresh = (rows: readonly CaseRow[]): CaseRow[] => rows.filter((row) => !found.has(row.case) && found.add(row.case));
  const first: CaseRow[] = [];
  for (const view of ["overdue", "due"] as const) {
    for await (const rows of pages(view, null)) first.push(...fresh(rows));
  }
  const newest = await cases.page("all", null);
  first.push(...fresh(newest.cases));
  const rest = newest.next === null ? Promise.resolve([]) : restOf(newest.next, fresh);
  // Opening the first rows may fail before anybody waits for the others.
  rest.catch(() => undefined);
  return { first, rest };
}

/** Every case of this member. */
export async function wholeList(): Promise<CaseRow[]> {
  const { first, rest } = await beginList();
  return [...first, ...(await rest)];
}

async function restOf(after: string, fresh: (rows: readonly CaseRow[]) => CaseRow[]): Promise<CaseRow[]> {
  const found: CaseRow[] = [];
  for await (const rows of pages("all", after)) found.push(...fresh(rows));
  return found;
}

async function* pages(view: "all" | "due" | "overdue", from: string | null): AsyncGenerator<CaseRow[]> {
  for (let after = from, more = true; more; more = after !== null) {
    const page: { cases: CaseRow[]; next: string | null } = await cases.page(view, after);
    yield page.cases;
    after = page.next;
  }
}

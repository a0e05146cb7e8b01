// The list of cases: what is due is first, the newest page is there at once, and each case stands in it once.

import assert from "node:assert/strict";
import test from "node:test";
import { DeskRefusal } from "../../../templates/desk/api.js";
import { beginList, wholeList } from "../../../templates/desk/queue/fetchlist.js";

const HASH = Buffer.alloc(32, 7).toString("base64url");
const IDS = Array.from({ length: 9 }, (_, n) => Buffer.alloc(16, n + 1).toString("base64url"));
const PAGES: Readonly<Record<string, readonly (readonly number[])[]>> = { overdue: [[5], [8]], due: [[5, 2]], all: [[0, 1, 2], [3, 4, 5], [6, 7, 8]] };

function row(n: number): unknown {
  return {
    case: IDS[n], entity: "works", policy: "p", version: "1", day: "2026-11-28", stage: "new", epoch: 0, urgent: false, taken_by: [], head: { n: 0, hash: HASH },
    last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
  };
}

/** A desk that lists these; the calls that it got, and a gate before which no later page of all cases comes. */
function desk(gate: Promise<void> = Promise.resolve()): string[] {
  const calls: string[] = [];
  globalThis.fetch = async (address) => {
    const { searchParams } = new URL(String(address), "http://desk");
    const view = searchParams.get("view") as string;
    const after = searchParams.get("after");
    const at = after === null ? 0 : Number(Buffer.from(after, "base64url")[23]);
    calls.push(`${view} ${at}`);
    if (view === "all" && at > 0) await gate;
    const pages = PAGES[view] as readonly (readonly number[])[];
    const next = at + 1 < pages.length ? Buffer.from([...Array(23).fill(0), at + 1]).toString("base64url") : null;
    return new Response(JSON.stringify({ cases: (pages[at] as readonly number[]).map(row), next }));
  };
  return calls;
}

const numbers = (rows: readonly { readonly case: string }[]): number[] => rows.map((one) => IDS.indexOf(one.case));

test("each case stands in the list once, what is overdue before what is due, and the newest before the others", async () => {
  const calls = desk();
  assert.deepEqual(numbers(await wholeList()), [5, 8, 2, 0, 1, 3, 4, 6, 7]);
  assert.deepEqual(calls, ["overdue 0", "overdue 1", "due 0", "all 0", "all 1", "all 2"]);
});

test("the first rows wait for no later page, and the rest comes by itself", async () => {
  let open: () => void = () => undefined;
  const calls = desk(new Promise((resolve) => { open = resolve; }));
  const { first, rest } = await beginList();
  assert.deepEqual(numbers(first), [5, 8, 2, 0, 1]);
  assert.equal(calls.at(-1), "all 1");
  open();
  assert.deepEqual(numbers(await rest), [3, 4, 6, 7]);
});

test("a page that does not come is missed by who waits for it, and by nobody else", async () => {
  desk(Promise.reject(new Error("gone")));
  const { first, rest } = await beginList();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.equal(first.length, 5);
  await assert.rejects(rest, DeskRefusal);
});

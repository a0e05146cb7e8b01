// A page that works on hears who is signed in: its seed is kept again for the member who signed in again, and beside nobody else's session.

import assert from "node:assert/strict";
import test from "node:test";
import { Staying } from "../../../templates/desk/staying.js";

const OVER = null;
let signedIn: string | null = "li-wei";
globalThis.document = { querySelector: () => null, getElementById: () => null } as unknown as Document;
globalThis.fetch = async (address) => {
  assert.equal(String(address), "/api/me");
  if (signedIn === OVER) return new Response('{"type":"urn:yanlu:error:not-signed-in"}', { status: 401 });
  return new Response(JSON.stringify({ member: signedIn, role: "investigator", entity: "cn", wrapped_key: {}, next_keys: null, csrf: null }));
};

/** How often the seed was kept again after each of these answers. */
async function keptAfter(...answers: readonly (string | null)[]): Promise<number[]> {
  let kept = 0;
  const staying = new Staying("li-wei", async () => void (kept += 1));
  const found: number[] = [];
  for (const answer of answers) {
    signedIn = answer;
    await staying.tell();
    found.push(kept);
  }
  return found;
}

test("the seed is kept again once the member has signed in again, and once alone", async () => {
  assert.deepEqual(await keptAfter("li-wei", OVER, OVER, "li-wei", "li-wei"), [0, 0, 0, 1, 1]);
});

test("beside the session of somebody else who signed in there it is not kept; beside the member's next one it is", async () => {
  assert.deepEqual(await keptAfter("li-wei", OVER, "wang-fang", "wang-fang", "li-wei"), [0, 0, 0, 0, 1]);
  assert.deepEqual(await keptAfter("li-wei", "wang-fang", "li-wei"), [0, 0, 1]);
});

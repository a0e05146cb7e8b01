// Where a holder's own stanza stands in a grant says nothing: throw-away keys fill it up, and the order is drawn.

import assert from "node:assert/strict";
import test from "node:test";
import { fillBucket } from "../../../crypto/office/holders.js";
import { systemRng } from "../../../crypto/randomness.js";
import { Identity } from "../../../crypto/sealing/xwing.js";

const TIMES = 160;

test("the places of holders are drawn among throw-away keys", () => {
  const holders = [Identity.draw(systemRng).recipient, Identity.draw(systemRng).recipient];
  const filled = Array.from({ length: TIMES }, () => fillBucket(holders, 8, systemRng));
  assert.ok(filled.every((one) => one.length === 8));
  const places = filled.map((one) => one.indexOf(holders[0]!));
  // By chance a place stays empty once in two hundred million times.
  assert.deepEqual([...new Set(places)].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  const others = filled.flat().filter((one) => !holders.includes(one));
  assert.equal(new Set(others).size, TIMES * 6);
});

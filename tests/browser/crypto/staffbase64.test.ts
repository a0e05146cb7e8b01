// A desk has what is sealed decoded by the browser: the bundle of the staff's verbs brings that along, as pages get it.

import assert from "node:assert/strict";
import test from "node:test";
import { decoded, hasNative } from "./countedbase64.js";
import { b64decode, b64encode } from "../../../crypto/staff.js";

test("a long text is decoded by the browser where it can, once", () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, n) => (n * 151) & 255);
  assert.deepEqual([...b64decode(b64encode(bytes))], [...bytes]);
  assert.deepEqual(decoded, hasNative ? [5462] : []);
});

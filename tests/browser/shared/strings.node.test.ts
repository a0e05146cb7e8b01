// Sentences are found in the page's block by the names that the build gives them.

import assert from "node:assert/strict";
import test from "node:test";
import { nameOf, t, takeSentences } from "../../../templates/shared/strings.js";

test("a sentence has the name that the build gives it", () => {
  // As in tests/portal/site_build/test_pages.py.
  assert.deepEqual(["Check", "{n} days…", "收😀"].map(nameOf), ["qqg2v", "12j00", "e1o0k"]);
});

test("what the block does not hold is said as the script has it", () => {
  takeSentences(JSON.stringify({ [nameOf("{n} days")]: "{n} 天" }));
  assert.deepEqual([t("{n} days", { n: 3 }), t("{n} hours", { n: 3 })], ["3 天", "3 hours"]);
});

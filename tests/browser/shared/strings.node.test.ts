// Sentences are found in the page's block by the names that the build gives them.

import assert from "node:assert/strict";
import test from "node:test";
import { inARow, nameOf, pageLanguage, pageLocale, t, takeSentences } from "../../../templates/shared/strings.js";

test("a sentence has the name that the build gives it", () => {
  // As in tests/portal/site_build/test_pages.py.
  assert.deepEqual(["Check", "{n} days…", "收😀"].map(nameOf), ["qg2v", "2j00", "1o0k"]);
});

test("what the block does not hold is said as the script has it", () => {
  takeSentences(JSON.stringify({ [nameOf("{n} days")]: "{n} 天" }));
  assert.deepEqual([t("{n} days", { n: 3 }), t("{n} hours", { n: 3 })], ["3 天", "3 hours"]);
});

test("the block names the page's language and the locale of its days", () => {
  takeSentences("{}");
  assert.deepEqual([pageLanguage(), pageLocale()], ["en", "en-GB"]);
  takeSentences(JSON.stringify({ "": "qaa", "-": "ar" }));
  assert.deepEqual([pageLanguage(), pageLocale()], ["qaa", "ar"]);
});

test("sentences in a row have a space between them where the one before ends without its own", () => {
  assert.deepEqual([inARow(), inARow("", "One.", "", "Two."), inARow("一。", "二。", ""), inARow("واحد.", "اثنان.")], ["", "One. Two.", "一。二。", "واحد. اثنان."]);
});

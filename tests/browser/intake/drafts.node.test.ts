/** What a draft keeps of its files beside what the item carries: read strictly, and missing in older drafts. */

import assert from "node:assert/strict";
import test from "node:test";
import { readDone } from "../../../templates/intake/clean/done.js";
import { termsOf } from "../../../templates/intake/sending/terms.js";
import { termsOfDraft } from "../../../templates/intake/telling/telling.js";

test("what was done to a file is read back when the page has words for it, and is nothing else", () => {
  const known = [{ as: "redrawn", traces: [] }, { as: "recorded", traces: [] }, { as: "film", traces: ["moment", "track"] }, { as: "untouched", traces: ["author"] }];
  assert.deepEqual(known.map(readDone), known);
  const foreign = [undefined, null, "redrawn", [], {}, { as: "redrawn" }, { as: "toString", traces: [] }, { as: "film", traces: ["author"] }, { as: "redrawn", traces: ["moment"] }, { as: "untouched", traces: ["constructor"] }, { as: "untouched", traces: [1] }];
  assert.deepEqual(foreign.map(readDone), foreign.map(() => null));
});

test("the files' day runs from the first that came, and saving again does not renew it", () => {
  assert.deepEqual(termsOf("2026-03-09", []), { text: "2026-04-08", files: null });
  assert.deepEqual(termsOf("2026-03-09", ["2026-03-09", "2026-03-05"]), { text: "2026-04-08", files: "2026-03-12" });
  const file = { blob: "", name: "a", type: "", size: 1, sealed_size: 1, parts: [] };
  const ends = (more: object): string | null | undefined => termsOfDraft({ saved: "2026-03-09", files: [file], ...more } as never)?.files;
  assert.deepEqual([ends({}), ends({ notes: [] }), ends({ notes: [{ came: "soon" }] })], ["2026-03-16", "2026-03-16", "2026-03-16"]);
  assert.equal(ends({ notes: [{ came: "2026-03-05", done: null }] }), "2026-03-12");
  assert.equal(ends({ files: [] }), null);
  assert.equal(termsOfDraft({ files: [file] } as never), null);
});

/** What a draft keeps of its files beside what the item carries: read strictly, and missing in older drafts. */

import assert from "node:assert/strict";
import test from "node:test";
import { readDone } from "../../../templates/intake/clean/outcome.js";
import { type Note, everShorter, readNotes } from "../../../templates/intake/form/notes.js";
import { nameOf, parted } from "../../../templates/intake/form/renaming.js";
import { termsOf } from "../../../templates/intake/sending/terms.js";
import { termsOfDraft } from "../../../templates/intake/form/answers.js";

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
  const saved = "2026-03-09";
  const ends = ({ files = [file], notes }: { files?: object[]; notes?: object[] }): string | null | undefined =>
    termsOfDraft({ saved } as never, readNotes(files as never, notes, saved).flatMap(({ came }) => came ?? []))?.files;
  assert.deepEqual([ends({}), ends({ notes: [] }), ends({ notes: [{ came: "soon" }] })], ["2026-03-16", "2026-03-16", "2026-03-16"]);
  assert.equal(ends({ notes: [{ came: "2026-03-05", done: null }] }), "2026-03-12");
  assert.equal(ends({ files: [] }), null);
  assert.equal(termsOfDraft({ files: [file] } as never, ["2026-03-05"]), null);
});

const kept = { blob: "", name: "a.jpg", type: "", size: 1, sealed_size: 1, parts: [] };
const note: Note = { came: "2026-03-05", done: { as: "redrawn", traces: [] }, stamp: "AAAA" };

test("where room is scarce the pictures go first, then a file's own words, then what was removed, and never the days", () => {
  const [full, less, bare, least] = everShorter([note]);
  assert.deepEqual([full, less, bare, least], [[note], [{ came: note.came, done: note.done }], [{ came: note.came, done: note.done }], [{ came: note.came }]]);
  assert.deepEqual(readNotes([kept], full as never, "2026-03-09"), [note]);
  assert.deepEqual(readNotes([kept], least as never, "2026-03-09"), [{ came: "2026-03-05", done: null, stamp: null }]);
  assert.deepEqual(readNotes([kept], undefined, "2026-03-09"), [{ came: "2026-03-09", done: null, stamp: null }]);
});

test("a stamp is base64 of a few kilobytes, and is nothing else", () => {
  const read = (stamp: unknown): unknown => readNotes([kept], [{ stamp }], undefined)[0]?.stamp;
  assert.equal(read("/9j/AAAA=="), "/9j/AAAA==");
  for (const foreign of [1, null, "", "data:x", "A".repeat(9000), ["AAAA"], "AAAA\n"]) assert.equal(read(foreign), null);
});

test("another name keeps its ending, and is taken only as it is typed", () => {
  assert.deepEqual(parted("zhang.v2.docx"), { stem: "zhang.v2", ending: ".docx" });
  assert.deepEqual(parted("README"), { stem: "README", ending: "" });
  assert.deepEqual(parted("a\u202efdp.exe"), { stem: "a_fdp", ending: ".exe" });
  assert.equal(nameOf(" notes ", ".docx"), "notes.docx");
  for (const typed of ["", "  ", "a/b", "a\\b", "a\u0000", "a\u202eb", ".a", "-a", "x".repeat(81)]) assert.equal(nameOf(typed, ".docx"), null, typed);
  assert.equal(nameOf("字".repeat(80), ".docx")?.length, 85);
});

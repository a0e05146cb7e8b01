// Where the reporter's own items stand among the office's, what is folded away, and which question is open.

import assert from "node:assert/strict";
import test from "node:test";
import type { ThreadEntry } from "../../../crypto/index.js";
import { dayOf, foldedOf } from "../../../templates/intake/mailbox/entries.js";
import { type Line, timeline } from "../../../templates/intake/mailbox/timeline.js";
import { openQuestion } from "../../../templates/intake/mailbox/waiting.js";

const entry = (seen: number, mark: ThreadEntry["mark"] = null, text = "", type = "reply"): ThreadEntry => ({ seen, mark, content: { type, payload: { text } } }) as unknown as ThreadEntry;
const short = (lines: readonly Line[]): string[] => lines.map((line) => ("entry" in line ? `office ${line.entry.seen}` : `${line.own.begins ? "report+" : "own"} ${line.own.n} ${line.own.had ? "had" : "sent"}`));

test("own items stand before what was written with them in hand, and the rest at the end", () => {
  assert.deepEqual(short(timeline([], 2)), ["report+ 2 sent"]);
  assert.deepEqual(short(timeline([entry(2), entry(2), entry(3)], 4)), ["report+ 2 had", "office 2", "office 2", "own 1 had", "office 3", "own 1 sent"]);
});

test("what crossed an answer stands below it, and somebody who had seen less moves nothing back", () => {
  assert.deepEqual(short(timeline([entry(3), entry(1)], 3)), ["report+ 3 had", "office 3", "office 1"]);
});

test("what a server made up places nothing, nor does more than was ever sent", () => {
  assert.deepEqual(short(timeline([entry(3, "forged")], 3)), ["office 3", "report+ 3 sent"]);
  assert.deepEqual(short(timeline([entry(9)], 2)), ["report+ 2 had", "office 9"]);
});

test("old lines are folded away, but none with a mark, none behind it, and not the last notice", () => {
  const many = [1, 1, 1, 1, 1, 1].map((seen) => entry(seen));
  assert.equal(foldedOf(timeline(many, 1), null), 4);
  assert.equal(foldedOf(timeline(many.slice(0, 3), 1), null), 0);
  assert.equal(foldedOf(timeline([...many.slice(0, 2), entry(0, "missing"), ...many], 1), null), 3);
  assert.equal(foldedOf(timeline(many, 1), many[2] ?? null), 3);
  assert.equal(foldedOf(timeline(many, 1), null, (one) => one === many[2]), 3);
});

test("a question is open until something was sent that its writer did not have", () => {
  const asked = entry(2, null, "请问哪一台机器？");
  assert.equal(openQuestion([asked, entry(2, null, "谢谢。")], 2), asked);
  assert.equal(openQuestion([asked], 3), null);
  assert.equal(openQuestion([entry(2, null, "谢谢。")], 2), null);
  assert.equal(openQuestion([entry(2, "forged", "Where?")], 2), null);
});

test("a day is what stands in verified words, and nothing that comes beside them", () => {
  const dated = (mark: ThreadEntry["mark"], payload: object, more: object = {}): ThreadEntry => ({ ...entry(1, mark), content: { type: "reply", payload }, ...more }) as unknown as ThreadEntry;
  assert.equal(dayOf(dated(null, { text: "", day: "2026-11-29" })), "2026-11-29");
  assert.equal(dayOf(dated("forged", { text: "", day: "2026-11-29" })), null);
  assert.equal(dayOf(dated(null, { text: "" }, { day: "2026-11-29" })), null);
});

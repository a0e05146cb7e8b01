// Every row of casework/vectors/letters.json through the browser twin: the same paper, the same text, the same refusal.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { LETTERS, type LetterFacts, LetterIncomplete, LetterUnfit, composeLetter, letterText, ticketNumber } from "../../../casework/index.js";

interface Row { letter: string; language: string; facts: LetterFacts; given: Record<string, string>; paper?: unknown; text?: string; missing?: string[]; unfit?: string[] }
const [head, ...rows] = JSON.parse(readFileSync("casework/vectors/letters.json", "utf8")) as [{ case: string; ticket: string }, ...Row[]];

test("a case goes by the same number in both twins", () => {
  assert.equal(ticketNumber(head.case), head.ticket);
});

test("every letter says what Python says, or is refused for the same reason", () => {
  const seen = new Set<string>();
  for (const { letter, language, facts, given, paper, text, missing, unfit } of rows) {
    const template = LETTERS.find(({ id }) => id === letter);
    assert.ok(template, letter);
    const write = (): void => {
      const found = composeLetter(template, language, facts, given);
      assert.deepEqual(found, paper, letter);
      assert.equal(letterText(found), text);
    };
    if (paper !== undefined) write();
    else assert.throws(write, (error) => (error instanceof LetterIncomplete ? assert.deepEqual(error.missing, missing) : error instanceof LetterUnfit ? assert.deepEqual([error.field, error.reason], unfit) : assert.fail(String(error))) === undefined);
    seen.add(letter);
  }
  assert.equal(seen.size, LETTERS.length);
  assert.ok(rows.length > 100);
});

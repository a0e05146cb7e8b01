// Every row of casework/vectors/publicity.json through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { type Act, type Case, type Readers, fold, opening, pointing, publicParts, publicText, publicationIn, readRules, recordedAs, withheld, withoutNames } from "../../../casework/index.js";

interface Named { names: string[]; text: string; shown: string; pointing: string[] }
interface Text { what: "result" | "cases"; audience: Readers; language: "zh" | "en"; parts: Record<string, string>; text: string; kind: [string, string]; other: null }
interface Shown { stage: string; frozen: boolean; uncounted: number[]; acts: Act[]; shown: string[]; recorded: string[] }
interface Policy { policy: string; rules: string; cases: Shown[] }

const rows = JSON.parse(readFileSync("casework/vectors/publicity.json", "utf8")) as (Named | Text | Policy)[];
/** Rows of names drawn by lot; those of spellings follow. */
const DRAWN = 400;
const READERS: readonly Readers[] = ["posts", "company", "constituency"];
const KINDS = (["result", "cases"] as const).flatMap((what) => READERS.map((audience) => ({ what, audience })));

test("a name goes wherever Python blanks it, and no other word does; what points to somebody is the same", () => {
  const named = rows.filter((row) => "names" in row);
  assert.ok(named.filter(({ text, shown }) => text !== shown).length > 100);
  assert.ok(named.filter((one) => one.pointing.length > 0).length > 100);
  for (const [at, { names, text, shown, pointing: points }] of named.entries()) {
    assert.equal(withoutNames(text, names), shown, JSON.stringify([text, names]));
    // Of a row drawn by lot the text as it was, of a spelling the text as it is shown.
    assert.deepEqual(pointing(at < DRAWN ? text : shown, names), points, text);
  }
});

test("the text that goes up is the same in both languages, and is recognised by its head", () => {
  const texts = rows.filter((row) => "kind" in row);
  assert.equal(texts.length, 12);
  for (const { what, audience, language, parts, text, kind, other } of texts) {
    assert.equal(publicText(what, audience, parts, language), text);
    assert.deepEqual(publicationIn(text), { what: kind[0], audience: kind[1] });
    assert.equal(publicationIn(` ${text}`), other);
  }
});

test("each policy withholds a case from the same readers for the same reason, and signs that it went out by the same act", () => {
  const policies = rows.filter((row) => "cases" in row);
  const met = new Set<string>();
  for (const { policy, rules: text, cases } of policies) {
    const rules = readRules(utf8(text));
    for (const { stage, frozen, uncounted, acts, shown, recorded } of cases) {
      const events = acts.map((act, n) => ({ ...opening(policy, rules.version, "2026-03-02"), n, act }));
      const found: Case = { ...fold(events.slice(0, 1)), stage, frozen, events, uncounted: new Set(uncounted) };
      assert.deepEqual(KINDS.map(({ what, audience }) => withheld(rules, found, what, audience) ?? ""), shown, JSON.stringify([policy, stage, acts]));
      assert.deepEqual(READERS.map((audience) => recordedAs(rules, found, audience)), recorded, JSON.stringify([policy, stage]));
      for (const one of [...shown, ...recorded]) met.add(one);
    }
  }
  assert.deepEqual([...met].sort(), ["", "frozen", "no-result", "not-ended", "not-in-policy", "noted", "posts-notified", "published"]);
});

test("an account shows its public parts alone, without the names", () => {
  assert.deepEqual(publicParts({ reporter: "Wang Wu", result: "Li Si apologised to Wang Wu" }, ["Li Si", "Wang Wu"]), { result: "××× apologised to ×××" });
});

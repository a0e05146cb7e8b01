// Each field of an answer altered in turn: a strict reader refuses it with words, or gives what was given before.

import assert from "node:assert/strict";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import type { Shape } from "../../../crypto/shape.js";
import { readText } from "../../../templates/shared/responses.js";

/** A reader, an honest answer, and the fields that may be any text, or that `crypto` reads later one by one. */
export type Row = readonly [Shape<unknown>, unknown, (readonly string[])?];

/** An id of a case, alert or blob, and a path that no answer may carry into a page as an id. */
export const ID = Buffer.alloc(16, 7).toString("base64url");
export const OUTSIDE = "foo/../../outside";

const VALUES: Record<string, unknown> = {
  null: null, seven: 7, minus: -1, huge: 2 ** 60, half: 0.5, true: true, empty: "", path: OUTSIDE, absolute: "/tmp/outside", nul: "a\0b",
  long: "a".repeat(100_000), list: [], object: {}, escape: "\u001b]0;x", surrogate: "\ud800", padded: `${ID}=`, listed: [ID], deep: JSON.parse("[".repeat(900) + "]".repeat(900)),
};
/** Values that may be right in their place. */
const LIKELY = new Set(["null", "seven", "true", "list", "listed"]);

type Where = readonly (string | number)[];
function* places(value: unknown, at: Where = []): Generator<Where> {
  if (at.length > 0) yield at;
  if (Array.isArray(value)) { if (value.length > 0) yield* places(value[0], [...at, 0]); }
  else if (typeof value === "object" && value !== null) for (const [key, one] of Object.entries(value)) yield* places(one, [...at, key]);
}

function altered(document: unknown, at: Where, change: (parent: Record<string | number, unknown>, key: string | number) => void): string {
  const made = structuredClone(document) as Record<string | number, unknown>;
  let parent = made;
  for (const step of at.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  change(parent, at.at(-1) as string | number);
  return JSON.stringify(made);
}

function heard(shape: Shape<unknown>, content: string): { readonly found: unknown } | null {
  try {
    return { found: readText(shape, content) };
  } catch (error) {
    assert.ok(error instanceof CryptoError, String(error));
    assert.equal(error.stage, "schema");
    return null;
  }
}

/** One test for each call: every field of its answer, and the answer as a whole. */
export function altersEach(read: Readonly<Record<string, Row>>): void {
  for (const [call, row] of Object.entries(read)) altersOne(call, row);
}

function altersOne(call: string, [shape, honest, free = []]: Row): void {
  test(`each field of ${call} is refused when it is another, or not read`, () => {
    const before = JSON.stringify(readText(shape, JSON.stringify(honest)));
    let refused = 0;
    for (const at of places(honest)) {
      const where = at.join("/");
      for (const [how, value] of Object.entries(VALUES)) {
        const told = heard(shape, altered(honest, at, (parent, key) => { parent[key] = value; }));
        if (told === null) { refused += 1; continue; }
        const same = JSON.stringify(told.found) === before;
        assert.ok(same || LIKELY.has(how) || free.includes(where), `${call} ${where} ${how}`);
        if (!free.includes(where)) assert.ok(!JSON.stringify(told.found).includes("outside"), `${call} ${where} ${how}`);
      }
      if (typeof at.at(-1) === "string") {
        const told = heard(shape, altered(honest, at, (parent, key) => { delete parent[key]; }));
        assert.ok(told === null || JSON.stringify(told.found) === before || free.some((one) => where.startsWith(`${one}/`)), `${call} without ${where}`);
      }
    }
    for (const whole of ["", "[]", "null", "<html>", "7", '"x"', "{}", "{", "[".repeat(100_000)]) {
      assert.equal(heard(shape, whole), null, `${call} ${whole.slice(0, 10)}`);
      refused += 1;
    }
    assert.ok(refused > 15, call);
  });
}

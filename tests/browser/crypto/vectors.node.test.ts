// Every case of every file in crypto/vectors through the browser twin.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/index.js";
import { OPS, resolve } from "./vectorops.js";

const FOLDER = "crypto/vectors";
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

async function run(op: string, input: unknown): Promise<unknown> {
  const work = OPS[op];
  if (work === undefined) throw new Error(`unknown operation ${op}`);
  return work(input);
}

test("there are vectors, and an operation that is not known fails", async () => {
  assert.ok(files.length > 10);
  await assert.rejects(run("no-such-operation", {}), /unknown operation/);
});

for (const name of files) {
  const { shared, cases } = JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8"));
  for (const { name: claim, op, input, output, fails } of cases) {
    test(`${name}: ${op}: ${claim}`, async () => {
      const given = resolve(input, shared);
      if (fails === undefined) return assert.deepEqual(await run(op, given), output);
      return assert.rejects(run(op, given), (error) => {
        assert.ok(error instanceof CryptoError, String(error));
        assert.equal(error.stage, fails);
        return true;
      });
    });
  }
}

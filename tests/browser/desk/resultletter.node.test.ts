// The result letter offers a review only where the policy has one: what it says and what the mailbox then offers agree.

import assert from "node:assert/strict";
import test from "node:test";
import { LETTERS } from "../../../casework/index.js";
import { fieldsOf } from "../../../templates/desk/letters/letterstep.js";
import { opened, ruledCase } from "./ruledcase.js";

const fields = (policy: string, letter = "result"): string[] => {
  const template = LETTERS.find(({ id }) => id === letter) ?? assert.fail();
  return fieldsOf(template, opened(ruledCase(policy, []))).map(({ id }) => id);
};

test("the letter asks for the time limit and the place of a review where the policy has a review", () => {
  assert.ok(fields("telecom-complaint").includes("limit") && fields("telecom-complaint").includes("body"));
});

test("it asks for neither where the policy has none, and for everything else", () => {
  const all = LETTERS.find(({ id }) => id === "result")?.fields.map(({ id }) => id) ?? [];
  assert.deepEqual(fields("quality-system-complaint"), all.filter((id) => id !== "limit" && id !== "body"));
});

// When the review of an opening in danger to life is owed, and from which day on it is overdue.

import assert from "node:assert/strict";
import test from "node:test";
import { rankOf, stateOf } from "../../../templates/desk/custody/reviewing.js";

test("a review is owed until seven days after the request's last day, overdue from the next, and done once one holds", () => {
  const end = "2026-12-06";
  assert.equal(stateOf(0, end, "2026-11-24"), "owed");
  assert.equal(stateOf(0, end, "2026-12-13"), "owed");
  assert.equal(stateOf(0, end, "2026-12-14"), "overdue");
  assert.equal(stateOf(1, end, "2027-01-31"), "done");
});

test("what could not be verified stands first, then what is overdue, then what is owed", () => {
  const states = ["done", "owed", undefined, "overdue"].map((state) => ({ dataset: { state } }) as unknown as Pick<HTMLElement, "dataset">);
  assert.deepEqual(states.sort((one, other) => rankOf(one) - rankOf(other)).map((one) => one.dataset["state"]), [undefined, "overdue", "owed", "done"]);
});

/** A limit as the reporter reads it: counted in the days that the office names, else in days, and honest once it has passed. */

import assert from "node:assert/strict";
import test from "node:test";

import { beginsWithReading, leftOn, sayUntil, type Until } from "../../../templates/intake/mailbox/limits.js";
import { sayLimit } from "../../../templates/shared/amounts.js";

const counts = ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"];
const until: Until = { day: "2026-10-10", provisional: false, limit: "5 working days", counts };

test("working days are the days that the office names, a Saturday that is worked among them", () => {
  const left = (day: string): number => leftOn(until, day).n;
  assert.deepEqual(["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-10", "2026-10-11"].map(left), [5, 5, 4, 3, 1, 0]);
  assert.equal(leftOn(until, "2026-10-01").unit, "working day");
});

test("other limits are counted in days, today and the last one included", () => {
  const month: Until = { day: "2026-03-31", provisional: false, limit: "1 month", counts: null };
  const left = (day: string): number => leftOn(month, day).n;
  assert.deepEqual(["2026-03-28", "2026-03-29", "2026-03-31", "2026-04-01"].map(left), [4, 3, 1, 0]);
  assert.equal(leftOn(month, "2026-03-28").unit, "day");
});

test("a limit is said in words, one of a unit as one", () => {
  assert.deepEqual(["1 day", "5 working days", "24 hours"].map(sayLimit), ["1 day", "5 working days", "24 hours"]);
});

test("a day that has passed and a day that may move are said", () => {
  assert.match(sayUntil(until, "2026-10-11", ["appeal"])[1] ?? "", /has passed/);
  assert.match(sayUntil(until, "2026-10-10", ["appeal"])[1] ?? "", /1 working day\b/);
  assert.equal(sayUntil(until, "2026-10-10", ["appeal"]).length, 2);
  assert.match(sayUntil({ ...until, provisional: true }, "2026-10-10", ["appeal"])[2] ?? "", /provisional/);
});

test("a limit that begins with the reading of a notice says so, and is not over for anyone who has not read it", () => {
  assert.deepEqual([["seen", "appeal"], ["seen"], ["appeal", "withdraw"]].map((asks) => beginsWithReading({ asks: asks as never })), [true, false, false]);
  const [first, left] = sayUntil(until, "2026-10-09", ["seen", "appeal"]);
  assert.match(first ?? "", /you have 5 working days to appeal or ask for a review, from the day on which you say that you have read/);
  assert.match(left ?? "", /2 working days/);
  assert.match(sayUntil(until, "2026-10-11", ["seen", "appeal"])[1] ?? "", /may begin only now/);
});

test("a time in which the office waits for a view is for that, and for nothing that can be declared", () => {
  const [view] = sayUntil(until, "2026-10-09", ["seen", "withdraw"]);
  assert.match(view ?? "", /waits for your view of this until .*10 October 2026 \(5 working days by this notice\)/);
  const [limit] = sayUntil(until, "2026-10-09", ["supply", "withdraw"]);
  assert.match(limit ?? "", /^The last day is .*10 October 2026: 5 working days by this notice\.$/);
});

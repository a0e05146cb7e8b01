// A page that holds a key: how long it may be quiet, by the clock.

import assert from "node:assert/strict";
import test from "node:test";
import { QUIET_MS, Quiet } from "../../../templates/shared/quiet.js";

const MINUTE = 60_000;

test("it warns in the last minute and is over after half an hour", () => {
  const quiet = new Quiet(0);
  const at = [0, 29 * MINUTE - 1, 29 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 90 * MINUTE];
  assert.deepEqual(at.map((now) => quiet.stands(now)), ["awake", "awake", "warned", "warned", "over", "over"]);
  assert.equal(QUIET_MS, 30 * MINUTE);
});

test("a touch in time begins again, and one that comes too late does not bring it back", () => {
  const quiet = new Quiet(0);
  quiet.touch(29.5 * MINUTE);
  assert.equal(quiet.stands(59 * MINUTE), "warned");
  quiet.touch(59.4 * MINUTE);
  assert.equal(quiet.stands(60 * MINUTE), "awake");
  quiet.touch(120 * MINUTE);
  assert.equal(quiet.stands(120 * MINUTE), "over");
});

test("a clock that is put right a little goes on, one that was set back is over", () => {
  const quiet = new Quiet(10 * MINUTE);
  assert.equal(quiet.stands(10 * MINUTE - 500), "awake");
  assert.equal(quiet.stands(8 * MINUTE), "over");
});

test("the server hears of a touch at most every five minutes, and never of a page that lies there", () => {
  const quiet = new Quiet(0);
  assert.equal(quiet.shouldTell(20 * MINUTE), false);
  quiet.touch(21 * MINUTE);
  assert.deepEqual([quiet.shouldTell(21 * MINUTE), quiet.shouldTell(21 * MINUTE)], [true, false]);
  quiet.touch(22 * MINUTE);
  // Until 51 minutes the page stays open: a session of half an hour that was told at 26 lasts as long.
  assert.deepEqual([quiet.shouldTell(26 * MINUTE - 1), quiet.shouldTell(26 * MINUTE), quiet.shouldTell(40 * MINUTE)], [false, true, false]);
  quiet.touch(41 * MINUTE);
  assert.equal(quiet.shouldTell(71 * MINUTE), false);
});

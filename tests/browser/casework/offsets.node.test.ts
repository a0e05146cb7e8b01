// Offsets of zones: the browser is asked for each moment once, and what is remembered is what it said.

import assert from "node:assert/strict";
import test from "node:test";
import { comesTwice, dayAt, momentOf, offsetAt, wallOf } from "../../../casework/deadlines/zones.js";

const forms = Intl.DateTimeFormat.prototype;
const whole = forms.formatToParts;
let asked = 0;
forms.formatToParts = function counted(this: Intl.DateTimeFormat, moment?: Date | number) {
  asked += 1;
  return whole.call(this, moment);
};

const BERLIN = "Europe/Berlin";
// Summer time ends there at 01:00 UTC.
const END = Date.parse("2026-10-25T01:00:00Z");

test("for the same second of a zone the browser is asked once, however often pages ask", () => {
  asked = 0;
  for (let n = 0; n < 1000; n += 1) wallOf(Date.parse("2026-11-25T10:33:00Z") + (n % 1000), BERLIN);
  assert.equal(asked, 1);
  dayAt(Date.parse("2026-11-25T10:33:01Z"), BERLIN);
  dayAt(Date.parse("2026-11-25T10:33:00Z"), "Asia/Shanghai");
  assert.equal(asked, 3);
});

test("an offset that changes is told to the second, also when it was asked for before", () => {
  for (const _ of [1, 2]) {
    assert.deepEqual([offsetAt(END - 1, BERLIN), offsetAt(END, BERLIN)], [7_200_000, 3_600_000]);
    assert.deepEqual([wallOf(END - 1000, BERLIN), wallOf(END, BERLIN)], ["2026-10-25T02:59:59", "2026-10-25T02:00:00"]);
    assert.deepEqual([comesTwice(END, BERLIN), momentOf("2026-10-25", "02:30", BERLIN)], [true, END - 1_800_000]);
  }
});

test("what is remembered has a bound, and nothing is told otherwise behind it", () => {
  for (let n = 0; n < 10_000; n += 1) assert.equal(offsetAt(END + n * 1000, BERLIN), 3_600_000);
  assert.equal(offsetAt(END - 1, BERLIN), 7_200_000);
});

// A receipt is that of a notice of its day or before: recorded behind the next notice it does not stand for that one's.

import assert from "node:assert/strict";
import test from "node:test";
import { type Event, applyEvents, caseClocks, fold, isNoticeUnread, opening, readOffices, readRules } from "../../../casework/index.js";
import offered from "../../../casework/vectors/offices.json";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";

const POLICY = "employee-complaint-review-publish";
const rules = readRules(utf8((rulesOf as Readonly<Record<string, string>>)[POLICY] ?? ""));
const office = readOffices(offered).get("shanghai");
type Told = readonly [act: "notified" | "notice-received", day: number];

for (const [told, start, waits] of [
  [[["notified", 6], ["notified", 12], ["notice-received", 9], ["notice-received", 13]], 13, false],
  [[["notified", 6], ["notified", 12], ["notice-received", 9]], 9, true],
  [[["notified", 6], ["notice-received", 9], ["notice-received", 13]], 9, false],
  [[["notified", 6], ["notice-received", 9], ["notified", 12], ["notice-received", 12]], 12, false],
] as readonly (readonly [readonly Told[], number, boolean])[]) {
  test(`the limit begins on the ${start}th after ${told.map(([act, day]) => `${act} ${day}`).join(", ")}`, () => {
    const day = (one: number): string => `2026-11-${String(one).padStart(2, "0")}`;
    const events = told.map(([act, one], n): Event => ({ n: n + 1, act, day: day(one), moment: null, by: act === "notified" ? "li" : null, role: null, to: null, codes: {}, item: null, signed: true }));
    const found = applyEvents(fold([opening(POLICY, rules.version, "2026-11-01")]), events);
    assert.ok(office);
    const appeal = caseClocks(rules, found, office, Date.parse("2026-11-13T04:00:00Z")).find(({ clock }) => clock.id === "appeal");
    assert.deepEqual([appeal?.state?.started, isNoticeUnread(found)], [day(start), waits]);
  });
}

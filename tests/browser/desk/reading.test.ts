// What the desk computes from opened cases: search, days, views and the order of the story.

import assert from "node:assert/strict";
import test from "node:test";
import { addDays, daysBetween, todayIn } from "../../../templates/desk/days.js";
import { type Entry, type OpenedCase, titleOf, withRow } from "../../../templates/desk/opened/model.js";
import { waitingIn } from "../../../templates/desk/queue/attention.js";
import { inView } from "../../../templates/desk/queue/order.js";
import { VIEWS, byView, hasNews, waitsForReporter } from "../../../templates/desk/queue/views.js";
import { SearchIndex } from "../../../templates/desk/queue/search.js";
import { lateReaders, makerOf, unopenedBy } from "../../../templates/desk/opened/claims.js";
import { tell } from "../../../templates/desk/opened/timeline.js";

const row = {
  case: "c1", entity: "group", policy: "p", version: "1", day: "2026-11-24", stage: "received", epoch: 0, urgent: false, taken_by: [] as string[],
  head: { n: 0, hash: "h" }, last: { to_office: 1, to_reporter: 0 }, standing: { ended: false, waiting: false, owner: null, deputy: null, next_due: null },
};
/** Says why a case could not be opened. */
const REFUSED = "wrong";
const NOW = new Date("2026-11-25T08:00:00Z");

function entry(dir: Entry["dir"], seq: number, type: string, seen: number, mark: Entry["mark"] = "ok"): Entry {
  return { dir, seq, hash: `${dir}-${seq}`, mark, type: mark === "ok" ? type : null, payload: {}, signer: null, seen };
}

function opened(entries: readonly Entry[], items: readonly (string | null)[] = []): OpenedCase {
  const events = items.map((item, n) => ({ n, kind: "k", day: "2026-11-24", actor: null, item, data: {}, hash: `e${n}`, wrong: null }));
  return { row, report: null, entries, events, epoch: 0, holders: ["a"], excluded: [], former: null, chainHolds: true, withheld: false, shortened: false, historyLost: false, renewalDue: false, officeKey: true, told: null, proposal: null, ruled: null, unserved: 0, undeliverable: 0, claims: { own: null, mark: null, opened: new Map(), differing: [] } };
}

test("a Chinese word is found inside a sentence, and only cases that hold every word are", () => {
  const index = new SearchIndex("zh");
  index.put("c1", "", "仓库消防通道长期堵塞");
  index.put("c2", "", "采购部经理收受回扣 Overtime");
  assert.deepEqual([...index.find("消防通道")], ["c1"]);
  assert.deepEqual([...index.find("回扣 overtime")], ["c2"]);
  assert.deepEqual([...index.find("消防 回扣")], []);
  assert.deepEqual([...index.find("  ")], []);
});

test("nothing is found after the index was cleared at sign-out", () => {
  const index = new SearchIndex("en");
  index.put("c1", "", "ledger");
  index.clear();
  assert.equal(index.find("ledger").size, 0);
});

test("today is the office's day, not the computer's", () => {
  const moment = new Date("2026-11-24T17:00:00Z");
  assert.equal(todayIn("Asia/Shanghai", moment), "2026-11-25");
  assert.equal(todayIn("Europe/Dublin", moment), "2026-11-24");
  assert.equal(todayIn("nowhere/at-all", moment), "2026-11-24");
});

test("calendar days run over the end of a month and of a year", () => {
  assert.equal(addDays("2026-12-30", 3), "2027-01-02");
  assert.equal(daysBetween("2026-12-30", "2027-01-02"), 3);
  assert.equal(daysBetween("2027-01-02", "2026-12-30"), -3);
});

test("a case waits for the reporter only when the office's last answer has seen the reporter's last word", () => {
  const report = entry("to-office", 1, "report", 0);
  const answered = opened([report, entry("to-reporter", 1, "reply", 1)]);
  assert.equal(waitsForReporter(opened([report])), false);
  assert.equal(waitsForReporter(answered), true);
  const asked = opened([...answered.entries, entry("to-office", 2, "message", 1)]);
  assert.equal(waitsForReporter(asked), false);
  assert.equal(hasNews(asked), true);
});

test("a forged answer does not make a case wait for the reporter", () => {
  assert.equal(waitsForReporter(opened([entry("to-office", 1, "report", 0), entry("to-reporter", 1, "reply", 1, "forged")])), false);
});

test("views hold what they say, and an urgent case comes first", () => {
  const shelf = [
    { row, opened: null, refused: REFUSED },
    { row: { ...row, case: "c2", urgent: true }, opened: null, refused: REFUSED },
    { row: { ...row, case: "c3", taken_by: ["me"] }, opened: null, refused: REFUSED },
  ];
  const ids = (view: "unassigned" | "mine" | "open"): string[] => inView(view, shelf, "me", NOW).map((one) => one.row.case);
  assert.deepEqual(ids("unassigned"), ["c2", "c1"]);
  assert.deepEqual(ids("mine"), ["c3"]);
  assert.deepEqual(ids("open"), ["c2", "c1", "c3"]);
});

test("a case that is still being opened is in no view and in no count: this member may be excluded from it", () => {
  const shelf = [{ row, opened: null, refused: null }];
  assert.deepEqual(VIEWS.flatMap((view) => inView(view, shelf, "me", NOW)), []);
  assert.equal(waitingIn(shelf, "me", NOW).size, 0);
});

function ended(more: Partial<OpenedCase> = {}): OpenedCase {
  return { ...opened([]), ruled: { rules: { stages: [{ id: "archived", end: true, acts: [], actors: [] }], anywhere: [], roles: [], without: [] }, found: { stage: "archived", codes: {}, entered: 0, counts: new Map(), events: [], uncounted: new Set(), recused: new Set() } } as never, ...more };
}

test("a closed case stands apart, is nobody's and waits for nobody, though nobody ever took it", () => {
  const shelf = [{ row: { ...row, case: "c2" }, opened: ended(), refused: null }, { row, opened: opened([]), refused: null }];
  const views = byView(shelf, "me", NOW);
  assert.deepEqual(VIEWS.map((view) => [view, views.get(view)?.map((one) => one.row.case)]), [["open", ["c1"]], ["mine", []], ["unassigned", ["c1"]], ["replied", []], ["asked", []], ["soon", []], ["overdue", []], ["waiting", []], ["closed", ["c2"]]]);
  assert.deepEqual([...waitingIn(shelf, "me", NOW)], ["c1"]);
});

test("a closed case in which the reporter writes again, or a colleague asks for a signature, is listed under that as well", () => {
  const written = ended({ entries: [entry("to-office", 1, "report", 0), entry("to-reporter", 1, "reply", 1), entry("to-office", 2, "message", 1)] });
  const asked = ended({ proposal: { by: "Li" } as never });
  for (const [one, view] of [[written, "replied"], [asked, "asked"]] as const) {
    const shelf = [{ row, opened: one, refused: null }];
    assert.deepEqual(VIEWS.filter((view) => inView(view, shelf, "me", NOW).length > 0), [view, "closed"]);
    assert.equal(waitingIn(shelf, "me", NOW).size, 1);
  }
});

test("the server's word alone closes no case: one that was not verified, or has no rules here, stays in sight", () => {
  const told = { ...row, standing: { ...row.standing, ended: true } };
  const shelf = [{ row: told, opened: null, refused: REFUSED }, { row: { ...told, case: "c2" }, opened: opened([]), refused: null }];
  assert.equal(inView("closed", shelf, "me", NOW).length, 0);
  assert.equal(inView("open", shelf, "me", NOW).length, 2);
});

test("what is due is listed by its end, and what is past it is overdue and not due", () => {
  const due = (id: string, seconds: number) => ({ row: { ...row, case: id, standing: { ...row.standing, next_due: NOW.getTime() / 1000 + seconds } }, opened: null, refused: REFUSED });
  const shelf = [due("late", -1), due("soon", 7200), due("sooner", 3600), due("later", 180_000), { row, opened: null, refused: REFUSED }];
  assert.deepEqual(inView("soon", shelf, "me", NOW).map((one) => one.row.case), ["sooner", "soon"]);
  assert.deepEqual(inView("overdue", shelf, "me", NOW).map((one) => one.row.case), ["late"]);
});

test("a case is mine as its handler or deputy, until it has ended", () => {
  const mine = (standing: object) => inView("mine", [{ row: { ...row, standing: { ...row.standing, ...standing } }, opened: null, refused: REFUSED }], "me", NOW).length;
  assert.deepEqual([mine({}), mine({ owner: "me" }), mine({ deputy: "me" }), mine({ owner: "me", ended: true })], [0, 1, 1, 0]);
});

test("the story follows the record, and an item that no entry names is still told after its predecessor", () => {
  const entries = [entry("to-office", 1, "report", 0), entry("to-reporter", 1, "reply", 1), entry("to-office", 2, "message", 1)];
  const told = tell(opened(entries, ["to-office-1", null, "to-reporter-1"])).map(({ event, entry: item }) => `${event?.n ?? "-"}:${item?.hash ?? "-"}`);
  assert.deepEqual(told, ["0:to-office-1", "-:to-office-2", "1:-", "2:to-reporter-1"]);
});

test("a title is the first line, cut without breaking a letter", () => {
  const report = { account: "甲。乙", category: null, language: "zh", channel: "web", level: "anonymous", answers: [], attachments: [], excluded: [], urgent: false };
  assert.equal(titleOf(report), "甲");
  assert.equal(titleOf({ ...report, account: "𠮷".repeat(70) }, 10), `${"𠮷".repeat(9)}…`);
});

test("who has not opened a case is late once five working days are over, and only while in the directory", () => {
  const shown = { ...opened([], [null]), holders: ["a", "b", "gone"], claims: { own: null, mark: null, opened: new Map([["a", "2026-11-25"]]), differing: [] } };
  const words = (today: string) => ({ directory: { validMember: (id: string) => (id === "gone" ? null : {}) }, today: () => today }) as unknown as Parameters<typeof lateReaders>[1];
  assert.deepEqual(unopenedBy(shown, words("2026-11-24")), ["b"]);
  // The key came on a Tuesday: Wednesday to Friday, Monday and Tuesday.
  assert.deepEqual(lateReaders(shown, words("2026-12-01")), []);
  assert.deepEqual(lateReaders(shown, words("2026-12-02")), ["b"]);
  const changed = { ...shown, events: [...shown.events, { n: 1, kind: "regranted", day: "2026-11-27", actor: "a", item: null, data: { signatures: [{ member: "a" }] }, hash: "e1", wrong: null }] };
  assert.deepEqual(lateReaders(changed, words("2026-12-02")), []);
  assert.deepEqual([makerOf(shown), makerOf(changed)], [null, "a"]);
});

test("a case under a newer row stays as it was shown until it is opened again", () => {
  const newer = { ...row, stage: "taken" };
  const shown = opened([]);
  assert.deepEqual(withRow(newer, { row, opened: shown, refused: null }), { row: newer, opened: shown, refused: null });
  assert.deepEqual(withRow(newer, { row, opened: null, refused: REFUSED }), { row: newer, opened: null, refused: REFUSED });
  assert.deepEqual(withRow(row, undefined), { row, opened: null, refused: null });
});

test("an open case stands by urgency, then by what is due in it first, then the newest first", () => {
  const one = (id: string, seconds: number | null, more: object = {}) => ({ row: { ...row, case: id, ...more, standing: { ...row.standing, next_due: seconds === null ? null : NOW.getTime() / 1000 + seconds } }, opened: null, refused: REFUSED });
  const shelf = [one("none", null), one("later", 900_000), one("soon", 3600), one("urgent", 990_000, { urgent: true }), one("newer", null, { day: "2031-01-01" })];
  assert.deepEqual(inView("open", shelf, "me", NOW).map((found) => found.row.case), ["urgent", "soon", "later", "newer", "none"]);
});

// Back on the desk: what was shown before comes back, nobody is taken from what they write, and nobody leaves by one Back.

import assert from "node:assert/strict";
import test from "node:test";
import { TabHistory } from "../../../templates/desk/tabhistory.js";

/** A tab whose history behaves as a browser's: going is told afterwards, and a step forward is lost by a new one. */
class Tab {
  readonly steps: { desk: number }[] = [];
  at = -1;
  time = 0;
  stays = false;
  readonly left: boolean[] = [];
  follow: (state: unknown) => void = () => undefined;
  readonly drawn: (string | null)[] = [];
  readonly history = new TabHistory(
    {
      push: (step) => { this.steps.splice(this.at + 1); this.steps.push(step); this.at += 1; },
      replace: (step) => { this.at = Math.max(this.at, 0); this.steps[this.at] = step; },
      go: (steps) => this.go(steps),
      now: () => this.time,
      hear: (follow) => { this.follow = follow; },
    },
    { show: (id) => { if (!this.stays) this.drawn.push(id); return !this.stays; }, leave: (again) => { this.left.push(again); } },
  );

  go(steps: number): void {
    const to = this.at + steps;
    if (to < 0 || to >= this.steps.length) return;
    this.at = to;
    this.follow(this.steps[to]);
  }
}

function desk(): Tab {
  const tab = new Tab();
  tab.history.start();
  return tab;
}

test("Back goes through the cases that were shown, to the list, and Forward comes again", () => {
  const tab = desk();
  tab.history.add("a");
  tab.history.add("b");
  tab.go(-1);
  tab.go(-1);
  tab.go(1);
  assert.deepEqual(tab.drawn, ["a", null, "a"]);
});

test("a case that is shown again is no further step", () => {
  const tab = desk();
  tab.history.add("a");
  tab.history.add("a");
  assert.equal(tab.steps.length, 3);
});

test("a case that is shown after Back takes the place of what lay ahead", () => {
  const tab = desk();
  tab.history.add("a");
  tab.go(-1);
  tab.history.add("b");
  tab.go(1);
  assert.deepEqual(tab.drawn, [null]);
  tab.go(-1);
  assert.deepEqual(tab.drawn, [null, null]);
});

test("who stays with what they write is where they were, in the history too", () => {
  const tab = desk();
  tab.history.add("a");
  tab.history.add("b");
  tab.stays = true;
  tab.go(-2);
  assert.deepEqual([tab.drawn, tab.at], [[], 3]);
  tab.stays = false;
  tab.go(-1);
  assert.deepEqual(tab.drawn, ["a"]);
});

test("Back from the list leaves nothing by itself; the desk hears whether one came shortly before", () => {
  const tab = desk();
  tab.go(-1);
  tab.time = 60_000;
  tab.go(-1);
  tab.time += 1000;
  tab.go(-1);
  assert.deepEqual([tab.left, tab.at, tab.drawn], [[false, false, true], 1, []]);
});

test("a long press on Back to the door comes back to the case that was shown", () => {
  const tab = desk();
  tab.history.add("a");
  tab.go(-2);
  assert.deepEqual([tab.at, tab.drawn, tab.left], [2, [], [false]]);
});

test("the page's own way leads to the list, over all cases that were shown; at the list there is none", () => {
  const tab = desk();
  assert.equal(tab.history.toList(), false);
  tab.history.add("a");
  tab.history.add("b");
  assert.equal(tab.history.toList(), true);
  assert.deepEqual([tab.drawn, tab.at], [[null], 1]);
});

test("a state of somebody else's is passed over", () => {
  const tab = desk();
  for (const state of [null, 7, {}, { desk: "0" }, { desk: 1.5 }, { desk: 99 }]) tab.follow(state);
  assert.deepEqual([tab.drawn, tab.left], [[], []]);
});

test("no id of a case is in the history", () => {
  const tab = desk();
  tab.history.add("secret-case");
  assert.ok(!JSON.stringify(tab.steps).includes("secret"));
});

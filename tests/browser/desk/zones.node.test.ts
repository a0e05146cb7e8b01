// Whose days stand on a page: nothing where this browser's clock is that of all, else every zone with its entities.

import assert from "node:assert/strict";
import test from "node:test";
import { textOf } from "./knots.js";

const { OfficeWords } = await import("../../../templates/desk/context.js");
const { zoneLine } = await import("../../../templates/desk/opened/deadlines.js");

const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const [FIRST, LAST] = ["Asia/Tokyo", "Pacific/Auckland"];
const entity = (id: string, timezone: string) => ({ id, name: { en: id.toUpperCase(), zh: id }, timezone });
const words = new OfficeWords({ member: () => null, content: { entities: [entity("home", own), entity("house", own), entity("far", LAST), entity("away", FIRST)] } } as never, new Map(), () => new Date());
const line = (...entities: string[]): string => textOf(zoneLine(words, entities));

test("where this browser's zone is that of all entities nothing is said", () => {
  assert.ok(![FIRST, LAST].includes(own));
  assert.deepEqual([line(), line("home"), line("home", "house", "home")], ["", "", ""]);
});

test("one zone that is another than this browser's is named alone", () => {
  assert.equal(line("away", "away"), `Dates and times here are in the time zone ${FIRST}.`);
});

test("of several all are named, the one of this browser too, each with its entities", () => {
  const zones = [[own, "HOME, HOUSE"], [FIRST, "AWAY"]].sort().map(([zone, named]) => `${zone} (${named})`).join(", ");
  assert.equal(line("house", "away", "home", "away"), `Dates and times here are in each entity's own time zone: ${zones}.`);
  assert.equal(line("far", "away"), `Dates and times here are in each entity's own time zone: ${FIRST} (AWAY), ${LAST} (FAR).`);
});

// To whom a case may be given: colleagues whom the server hands the batch of the case's group of entities.

import assert from "node:assert/strict";
import test from "node:test";
import { hasPlace, isWithinReach } from "../../../crypto/staff.js";

const place = (id: string, superior: string | null, outside: string[] = []) => ({ id, superior, outside });
const content = {
  entities: [place("group", null), place("works", "group", ["wai-bu"]), place("far", null), place("far-branch", "far"), place("one", "two"), place("two", "one")],
  holders: [{ entity: "group", members: ["li-wei", "zhao-min"] }, { entity: "far-branch", members: ["zhao-min"] }, { entity: "two", members: ["lin"] }],
  oversight: ["shang-ji"],
} as unknown as Parameters<typeof isWithinReach>[0];
const reached = (member: string): string[] => content.entities.map((one) => one.id).filter((entity) => isWithinReach(content, member, entity));

test("a colleague is within reach in the groups that give a place, and in no other", () => {
  assert.deepEqual(reached("li-wei"), ["group", "works"]);
  assert.deepEqual(reached("wai-bu"), ["group", "works"]);
  assert.deepEqual(reached("zhao-min"), ["group", "works", "far", "far-branch"]);
  assert.deepEqual(reached("lin"), ["one", "two"]);
});

test("anyone who oversees the office is within reach everywhere, and anyone who has no place may be at home anywhere", () => {
  assert.equal(reached("shang-ji").length, content.entities.length);
  assert.equal(reached("nobody").length, content.entities.length);
});

test("anyone who has no place is given no case from now on, and anyone who has one or oversees is", () => {
  const placed = (member: string): string[] => content.entities.map((one) => one.id).filter((entity) => hasPlace(content, member, entity));
  assert.deepEqual([placed("nobody"), placed("li-wei"), placed("lin")], [[], ["group", "works"], ["one", "two"]]);
  assert.equal(placed("shang-ji").length, content.entities.length);
});

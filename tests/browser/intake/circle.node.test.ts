// Whether those who can read a report still stand in the office's list.

import assert from "node:assert/strict";
import test from "node:test";
import { mostAreGone } from "../../../templates/intake/mailbox/readers.js";

const NOW = ["an", "bo", "wai", "over", "elsewhere"];
const entities = [{ id: "plant", superior: null, outside: ["wai"] }, { id: "far", superior: null, outside: [] }];
const directory = {
  content: {
    entities,
    holders: [{ entity: "plant", members: ["an", "bo", "left"] }, { entity: "far", members: ["elsewhere"] }], oversight: ["over"],
  },
  entity: (id: string) => entities.find((one) => one.id === id),
  validMember: (id: string) => (NOW.includes(id) ? { id } : null),
} as unknown as Parameters<typeof mostAreGone>[0];

test("a reporter is told once fewer than half of those who can read it stand in the list for the entity", () => {
  const gone = (...holders: string[]): boolean => mostAreGone(directory, holders, "plant");
  assert.deepEqual([gone("an", "bo"), gone("an", "elsewhere"), gone("an", "elsewhere", "left")], [false, false, true]);
  assert.deepEqual([gone("wai"), gone("over"), gone("left"), gone("elsewhere")], [false, false, true, true]);
});

// Who can be named to handle a case or to stand in: nobody who has no key for it, or was excluded from it.

import assert from "node:assert/strict";
import test from "node:test";
import { textOf } from "./knots.js";
import { NOW, opened, ruledCase } from "./ruledcase.js";

const { OfficeWords } = await import("../../../templates/desk/context.js");
const { codePart, settingOf } = await import("../../../templates/desk/acting/codeparts.js");

const people = ["li", "wang", "sun", "zhao", "chen"];
const content = { members: people.map((id) => ({ id, role: "investigator", name: { zh: id, en: `Name of ${id}` } })), entities: [{ id: "works", name: { zh: "厂", en: "works" }, timezone: "UTC" }] };
const member = (id: string): unknown => content.members.find((one) => one.id === id) ?? null;
const words = new OfficeWords({ content, member, validMember: member } as never, new Map(), () => NOW);
const row = { entity: "works", standing: {}, taken_by: [] };

function offered(act: "assigned" | "reassigned"): string[] {
  const ruled = ruledCase("company-whistleblowing", [["registered", "li", { role: "company", to: "registered" }]]);
  const found = { ...ruled, found: { ...ruled.found, recused: new Set(["chen"]) } };
  const shown = { ...opened(found), row, holders: ["li", "wang", "zhao", "chen"], excluded: ["zhao"] };
  const said = textOf(codePart(act, settingOf(found, shown as never, { words, me: "li", now: () => NOW })).element);
  assert.match(said, /Only people who can read this case\./);
  return [...new Set([...said.matchAll(/Name of (\w+)/gu)].map(([, id]) => id ?? ""))].sort();
}

test("a handler and a deputy are readers of the case, and no one excluded or recused is offered", () => {
  assert.deepEqual([offered("assigned"), offered("reassigned")], [["li", "wang"], ["li", "wang"]]);
});

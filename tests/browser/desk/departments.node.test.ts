// To which departments a case can be sent from the form: by name, with their people, and what follows from two of them.

import assert from "node:assert/strict";
import test from "node:test";
import { wrongCode } from "../../../casework/engine/codes.js";
import { type Rules, readRules } from "../../../casework/index.js";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";
import { textOf } from "./knots.js";
import { NOW, opened, ruledCase } from "./ruledcase.js";

const { OfficeWords } = await import("../../../templates/desk/context.js");
const { codePart, settingOf } = await import("../../../templates/desk/acting/codeparts.js");

const people = ["li", "wang", "sun"];
const content = { members: people.map((id) => ({ id, role: "investigator", name: { zh: id, en: `Name of ${id}` } })), entities: [{ id: "works", name: { zh: "厂", en: "works" }, timezone: "UTC" }] };
const member = (id: string): unknown => content.members.find((one) => one.id === id) ?? null;
const words = new OfficeWords({ content, member, validMember: member } as never, new Map(), () => NOW);

const P18 = "employee-complaint-resolution-sla";
const ruled = ruledCase(P18, []);
const written = { ...JSON.parse((rulesOf as Record<string, string>)[P18] ?? "") as object, own_departments: [{ id: "payroll", members: ["wang"], name: { en: "Payroll", zh: "薪酬科" } }], holders: { hr: ["li"], "related-department": ["wang"] } };
const named = readRules(utf8(JSON.stringify(written)));

function form(rules: Rules, holders: readonly string[]): string {
  const shown = { ...opened(ruled), row: { entity: "works", standing: {}, taken_by: [] }, holders };
  return textOf(codePart("routed", settingOf({ ...ruled, rules }, shown as never, { words, me: "li", now: () => NOW })).element);
}

test("departments that the office has named are offered by name, with who acts for them and whether they can read the case", () => {
  const said = form(named, ["li"]);
  assert.match(said, /Payroll.*Acts for it: .*Name of wang.*None of them can read this case yet/u);
  assert.match(said, /HR department.*Name of li/u);
  assert.doesNotMatch(said, /Department concerned|by ID/u);
  assert.doesNotMatch(form(named, ["wang", "li"]), /None of them can read/u);
});

test("the form says which limit is another for two departments", () => {
  assert.match(form(named, ["li"]), /Limit “Answer” for 2 or more departments: 30 working days\./u);
});

test("where the office has named none an id can be typed, and any is taken", () => {
  assert.match(form(ruled.rules, ["li"]), /Department concerned.*By ID \(such as “finance”\)/u);
  assert.equal(wrongCode(ruled.rules, ruled.found, "routed", { departments: "workshop" }), null);
});

test("an id that is none of the office's departments is refused", () => {
  const wrong = ["payroll", "hr", "payroll,superior", "related-department", "workshop", "payroll,payroll"].filter((one) => wrongCode(named, ruled.found, "routed", { departments: one }) !== null);
  assert.deepEqual(wrong, ["related-department", "workshop", "payroll,payroll"]);
});

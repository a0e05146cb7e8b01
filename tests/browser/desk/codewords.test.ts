// What a step names beside its words, as people read it: never by the id under which it is signed.

import assert from "node:assert/strict";
import test from "node:test";
import { codeLine } from "../../../templates/desk/acting/eventwords.js";
import { caseNumber } from "../../../templates/desk/opened/number.js";
import { ROW, words } from "./drawncase.js";
import { ruledCase } from "./ruledcase.js";

const { rules } = ruledCase("company-whistleblowing", []);

test("whom an export goes to, another case and a colleague have their names", () => {
  assert.equal(codeLine("destination", "court-abroad", rules, words, "works"), "Export recipient: a court abroad");
  assert.equal(codeLine("case", ROW.case, rules, words, "works"), `Merge into: ${caseNumber(ROW.case)}`);
  assert.equal(codeLine("handler", "wang", rules, words, "works"), "Handler: Name of wang");
});

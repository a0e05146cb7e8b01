// The pledge of confidentiality: asked above the report of each member who has not signed it, under the policies that ask for one.

import assert from "node:assert/strict";
import test from "node:test";
import { isPledgeDue } from "../../../casework/index.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said } from "./drawncase.js";
import { ITEM, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const P03 = "customer-service-24h-5wd";
const P18 = "employee-complaint-resolution-sla";
const HELD = { "customer-service": ["li"] };
const BY_LI: readonly Step[] = [["pledged", "li", { item: ITEM }]];

test("each member signs for themselves, and a pledge that does not count is none", () => {
  const due = (policy: string, steps: readonly Step[], member: string, uncounted: readonly number[] = []): boolean => {
    const { rules, found } = caseHeldBy(policy, steps, {});
    return isPledgeDue(rules, { ...found, uncounted: new Set(uncounted) }, member);
  };
  assert.deepEqual([due(P03, [], "li"), due(P03, BY_LI, "li"), due(P03, BY_LI, "wang"), due(P03, BY_LI, "li", [1])], [true, false, true, true]);
  assert.equal(due(P18, [], "li"), false);
});

onPage("the page asks for it before the report, its button opens the form, and once signed it is gone", () => {
  const asked: string[] = [];
  const act = actionsOf("li", { open: (choice) => asked.push(choice.act) });
  const first = draw(openedCase(caseHeldBy(P03, [], HELD)), act, true);
  const card = at(first, "pledge-due");
  assert.match(said(first, "pledge-due"), /before you read on.*The policy: Ensured by sign-in and by signed confidentiality agreements/u);
  assert.ok(card !== null && card.compareDocumentPosition(at(first, "case-side") as Node) & Node.DOCUMENT_POSITION_FOLLOWING);
  at(first, "pledge-sign")?.click();
  assert.deepEqual(asked, ["pledged"]);
  assert.equal(at(draw(openedCase(caseHeldBy(P03, BY_LI, HELD)), act, true), "pledge-due"), null);
  assert.equal(at(draw(openedCase(caseHeldBy(P18, [], {})), act, true), "pledge-due"), null);
  const unverified = { ...openedCase(caseHeldBy(P03, [], HELD)), chainHolds: false };
  assert.equal(at(draw(unverified, act, true), "pledge-due"), null);
});

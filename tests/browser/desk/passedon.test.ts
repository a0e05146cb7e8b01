// What a case says that has gone on to another role: who does what is still due, and with whom it is.

import assert from "node:assert/strict";
import test from "node:test";
import { dueSection } from "../../../templates/desk/opened/deadlines.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import { endsElsewhere } from "../../../templates/desk/opened/whoends.js";
import { caseHeldBy, inPage, openedCase, words } from "./drawncase.js";
import { NOW, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const HELD = { hr: ["li"], "owning-department": ["wang"] };
const ROUTED: Step = ["routed", "li", { role: "hr", departments: "owning-department", to: "investigation" }];

/** The line of a limit, as a member reads it. */
function dueLine(one: OpenedCase, clock: string, me: string): string {
  const place = document.createElement("div");
  place.append(dueSection(one, words, NOW, me) as Node);
  return place.querySelector(`[data-clock="${clock}"]`)?.textContent ?? "";
}

onPage("a promise that still runs when the case went to another role says who keeps it now, and to them by what", () => {
  const one = openedCase(caseHeldBy("employee-complaint-review-publish", [ROUTED], HELD));
  assert.match(dueLine(one, "promise-acknowledge", "li"), /Now done by Owning department: reply to the reporter$/u);
  assert.match(dueLine(one, "promise-acknowledge", "wang"), /Kept by a reply to the reporter/u);
  assert.doesNotMatch(dueLine(one, "promise-acknowledge", "wang"), /Now done by/u);
});

test("a deadline whose step belongs to a stage that is over says so", () => {
  const accepted: Step = ["accepted", "li", { role: "company", item: "A".repeat(43), to: "investigation" }];
  const ruled = caseHeldBy("telecom-complaint", [accepted], { company: ["li"], registrar: ["li"], investigator: ["wang"] });
  const clock = ruled.rules.clocks.find(({ id }) => id === "receipt");
  assert.ok(clock !== undefined);
  assert.match(endsElsewhere(clock, ruled, "li", NOW) ?? "", /^The case has passed the stage/u);
  assert.equal(endsElsewhere(clock, caseHeldBy("telecom-complaint", [], { company: ["li"] }), "li", NOW), null);
});

test("a deadline whose stage the case can come back to is not said to be past", () => {
  const ruled = caseHeldBy("customer-callback-workorder", [], { "callback-specialist": ["li"], "department-manager": ["wang"] });
  const said = (stage: string, id: string): string => {
    const clock = ruled.rules.clocks.find((one) => one.id === id);
    assert.ok(clock !== undefined);
    return endsElsewhere(clock, { ...ruled, found: { ...ruled.found, stage } }, "li", NOW) ?? "";
  };
  assert.match(said("judging", "on-site"), /^Ended by the step “Carry out the decision” in the stage “Handling by the department”$/u);
  assert.match(said("judging", "return"), /in the stage “Handling by the department”$/u);
  assert.match(said("signing", "on-site"), /^The case has passed the stage/u);
});

test("to turn a complaint away is not put forward as the way to meet a deadline that an answer meets", () => {
  const found: string[] = [];
  for (const policy of ["property-owner-complaint", "airline-complaint", "customer-complaint-framework", "quality-system-complaint", "company-wage-arrears", "eu-wb-internal"]) {
    const ruled = caseHeldBy(policy, [], {});
    for (const clock of ruled.rules.clocks) for (const { id } of ruled.rules.stages) {
      const said = endsElsewhere(clock, { ...ruled, found: { ...ruled.found, stage: id } }, "sun", NOW) ?? "";
      if (/“Refuse/u.test(said)) found.push(`${policy} ${clock.id} ${id} ${said}`);
    }
  }
  assert.deepEqual(found, []);
});

test("a deputy has the handler's roles, and reads of none of them that it is somebody else's", () => {
  const ruled = caseHeldBy("employee-complaint-review-publish", [ROUTED], HELD);
  const found = { ...ruled.found, codes: { ...ruled.found.codes, handler: "wang", deputy: "sun" } };
  const clock = ruled.rules.clocks.find(({ id }) => id === "investigation");
  assert.ok(clock !== undefined);
  const waiting = { ...clock, stop: ["report-submitted" as const] };
  assert.match(endsElsewhere(waiting, { ...ruled, found }, "li", NOW) ?? "", /^Now done by Owning department/u);
  assert.equal(endsElsewhere(waiting, { ...ruled, found }, "sun", NOW), null);
});

test("of several steps that must all come only those are named that are missing", () => {
  const steps: readonly Step[] = [["order-issued", "li", { role: "callback-specialist", to: "handling" }], ["plan-drafted", "wang", { role: "department-manager", item: "A".repeat(43) }]];
  const ruled = caseHeldBy("customer-callback-workorder", steps, { "callback-specialist": ["li"], "department-manager": ["wang"] });
  const clock = ruled.rules.clocks.find(({ id }) => id === "plan");
  assert.ok(clock !== undefined);
  assert.match(endsElsewhere(clock, ruled, "li", NOW) ?? "", /: mediate$/u);
});

test("of several steps of later stages that must all come, all are named to a member who has none of them", () => {
  const steps: readonly Step[] = [["graded", "wang", { role: "customer-service", grade: "quality" }]];
  const ruled = caseHeldBy("product-quality-complaint", steps, { "customer-service": ["wang"], "related-department": ["zhao"] });
  const clock = ruled.rules.clocks.find(({ id }) => id === "measures");
  assert.ok(clock !== undefined);
  assert.equal(endsElsewhere(clock, ruled, "li", NOW), "Ended by these steps together: draft a proposed solution, inform of the outcome");
});

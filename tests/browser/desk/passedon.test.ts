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

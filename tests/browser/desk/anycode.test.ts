// A case stays open in the browser, and says what stands in its record, whatever value a step names that the engine lets pass.

import assert from "node:assert/strict";
import test from "node:test";
import { ACTS, type Attribute, CODES, type Codes, DESTINATIONS, traitOf } from "../../../casework/index.js";
import policies from "../../../casework/vectors/rules.json";
import { wrongCode } from "../../../casework/engine/codes.js";
import { OfficeWords } from "../../../templates/desk/context.js";
import { caseNumber } from "../../../templates/desk/opened/number.js";
import type { Ruled } from "../../../templates/desk/opened/model.js";
import { ROW, actionsOf, at, caseHeldBy, draw, inPage, openedCase, words } from "./drawncase.js";
import { NOW, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const POLICY = "employee-complaint-confirm-appeal";
const ROLE = "hr";

/** What only the arrival names. */
const NAMED_BY_NO_STEP: ReadonlySet<string> = new Set(["policy"]);
const IDS = ["no-one", "constructor", "0", "x".repeat(48)];
const VALUES: { readonly [code in Attribute]?: readonly string[] } = {
  case: ["no-such-case", "2026-17", "__proto__", "constructor", "toString", "A".repeat(64), "A".repeat(21) + "B", "-"],
  departments: ["constructor", "no-one,constructor"],
  asking: ["0", "1", "99"],
  until: ["0001-01-01", "1900-02-28", "9999-12-31"],
};

/** A step for each value that the engine lets a code have, by an act that may name it. */
function stepsNaming(code: Attribute, { rules, found }: Ruled): Step[] {
  const act = ACTS.find((one) => one !== "received" && [...traitOf(one).codes, ...traitOf(one).may].includes(code));
  if (act === undefined) return [];
  const listed = [rules.kinds, rules.grades, rules.classifications, rules.categories, rules.clocks].flatMap((rows) => rows.map(({ id }) => id));
  const besides: Codes = { until: "2026-12-01", clock: rules.clocks.find(({ extension }) => extension !== null)?.id ?? "", destination: "court", member: "wang", version: "2", case: ROW.case };
  const named = traitOf(act).codes.map((one) => [one, besides[one] ?? "x"]);
  const steps = [...(VALUES[code] ?? IDS), ...listed, ...Object.keys(DESTINATIONS)].map((value): Step => [act, "li", { role: ROLE, ...Object.fromEntries(named), [code]: value }]);
  return steps.filter(([, , { role: _role, ...codes }]) => wrongCode(rules, found, act, codes as Codes) === null);
}

test("a number that is no case's id stands as it is", () => {
  for (const own of VALUES.case ?? []) assert.equal(caseNumber(own), own);
  assert.match(caseNumber(ROW.case), /^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/u);
});

for (const code of CODES) {
  onPage(`the page of a case is drawn whatever “${code}” names`, () => {
    const found = Object.keys(policies).map((policy) => ({ policy, steps: stepsNaming(code, caseHeldBy(policy, [], {})) }));
    const { policy, steps } = found.reduce((most, one) => (one.steps.length > most.steps.length ? one : most));
    assert.ok(steps.length > 0 || NAMED_BY_NO_STEP.has(code), code);
    for (const step of steps) {
      const page = draw(openedCase(caseHeldBy(policy, [step], {})), actionsOf("li"), true);
      const row = page.querySelectorAll('[data-test="moment"]');
      assert.equal(row.length, 2, `${code} ${String(step[2][code])}`);
      assert.equal(at(page, "undrawn"), null, `${code} ${String(step[2][code])}`);
      assert.ok(at(page, "case-title") !== null && at(page, "record") !== null);
    }
  });
}

onPage("a case merged under the office's own number says that number", () => {
  const page = draw(openedCase(caseHeldBy(POLICY, [["merged", "li", { role: ROLE, case: "2026-17" }]], {})), actionsOf("li"), true);
  assert.match(at(page, "thread")?.textContent ?? "", /Merge into: 2026-17/);
});

onPage("an entry that cannot be drawn says so, and the others stand", () => {
  const broken = new OfficeWords(words.directory, words.policies, () => NOW);
  broken.named = (id) => {
    if (id === "zhou") throw new Error("no such name");
    return words.named(id);
  };
  const one = openedCase(caseHeldBy(POLICY, [["noted", "zhou", {}], ["taken", "li", {}]], {}));
  const page = draw(one, actionsOf("li"), true, broken);
  const undrawn = [...page.querySelectorAll<HTMLElement>('[data-test="undrawn"]')].map(({ textContent }) => textContent);
  assert.deepEqual(undrawn, ["This entry cannot be displayed (no. 1, noted).", "This entry cannot be displayed (no. 1, noted)."]);
  assert.match(at(page, "thread")?.textContent ?? "", /Name of li took the case/);
});

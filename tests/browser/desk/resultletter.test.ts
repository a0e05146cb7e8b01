// The result letter offers a review only where the policy has one, and asks for what the policy's text asks it to state.

import assert from "node:assert/strict";
import test from "node:test";
import { LETTERS, readClauses } from "../../../casework/index.js";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { fieldsOf } from "../../../templates/desk/letters/letterstep.js";
import { openLetters } from "../../../templates/desk/letters/writer.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, decision, entry, opened, ruledCase } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const P03 = "customer-service-24h-5wd";
const STATED = ["handling", "reason", "demands", "needs"];
const all = LETTERS.find(({ id }) => id === "result")?.fields.map(({ id }) => id) ?? [];
// The vectors leave out the clauses: the duty stands as `test_rules_document.py` finds it in the document of P03.
const DUTY = { by: "customer-service", of: "handler", result_states: STATED, source: { line: 50, quote: "原文" }, text: { en: "To state in the notice …", zh: "注明……" } };
const withClauses = (policy: string, ruled: Ruled): Ruled => ({ ...ruled, clauses: readClauses(utf8(JSON.stringify({ ...JSON.parse((rulesOf as Record<string, string>)[policy] ?? "") as object, duties: policy === P03 ? [DUTY] : [{ ...DUTY, result_states: undefined }] }))) });
const fields = (policy: string, letter = "result"): string[] => {
  const template = LETTERS.find(({ id }) => id === letter) ?? assert.fail();
  return fieldsOf(template, opened(withClauses(policy, ruledCase(policy, [])))).map(({ id }) => id);
};

test("the letter asks for the time limit and the place of a review where the policy has a review", () => {
  assert.ok(fields("telecom-complaint").includes("limit") && fields("telecom-complaint").includes("body"));
});

test("it asks for neither where the policy has none, and for everything else but what no text asks for", () => {
  assert.deepEqual(fields("quality-system-complaint"), all.filter((id) => id !== "limit" && id !== "body" && !STATED.includes(id)));
});

test("it asks for what was done, reasons, demands and needs where the text does (P03), and other letters do not", () => {
  assert.deepEqual(fields(P03).filter((id) => STATED.includes(id)), STATED);
  assert.deepEqual(fields(P03, "request"), ["addressee", "asked", "due"]);
});

/** A complaint under P03 that was decided and waits for its result. */
function decided(): OpenedCase {
  const steps: Step[] = [["registered", "li", { role: "customer-service", to: "investigation" }], ["checked", "li", { role: "customer-service" }], ["decided", "li", { role: "customer-service", to: "result", item: ITEM }]];
  return openedCase(withClauses(P03, caseHeldBy(P03, steps, { "customer-service": ["li"] })), [entry("decision", "e3", decision("decided", ["borne-out"]))]);
}

onPage("nobody previews a result of P03 that leaves out what the text asks for, and the form of the step says so too", () => {
  const [one, act] = [decided(), actionsOf("li")];
  draw(one, act, true);
  openLetters({ opened: one, words, me: "li", now: () => NOW }, () => Promise.resolve(), { letter: "result", given: { outcome: "Borne out", handling: "Replaced", reason: "A wrong part" } });
  const main = document.querySelector("main") ?? assert.fail();
  assert.equal(at(main, "letter-demands")?.hasAttribute("required"), true);
  at(main, "letter-show")?.click();
  assert.equal(said(main, "letter-fault"), "Still needed: What is asked for, What is needed");
  assert.equal(document.querySelector("[data-test=paper-dialog]"), null);
  for (const id of ["demands", "needs"]) (at(main, `letter-${id}`) as HTMLTextAreaElement).value = `The ${id}.`;
  for (const id of ["demands", "needs"]) at(main, `letter-${id}`)?.dispatchEvent(new Event("input"));
  at(main, "letter-show")?.click();
  const paper = document.querySelector("[data-test=paper-dialog]");
  assert.match(paper?.textContent ?? "", /What was done.*Replaced.*Reasons.*A wrong part.*What is asked for.*The demands\..*What is needed.*The needs\./u);
  paper?.remove();
});

onPage("the form of the step says what the result has to state, and where it is asked for", () => {
  const [one, act] = [decided(), actionsOf("li")];
  draw(one, act, true);
  const ruled = one.ruled ?? assert.fail();
  const { here, onward } = choicesOf(ruled, "li", NOW, one);
  const choice = [...here, ...onward].find((found) => found.act === "notified") ?? assert.fail();
  openAct([choice], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  assert.equal(said(document, "act-states"), "Under the policy, the result must state: What was done, Reasons, What is asked for, What is needed. The letter under “Letters and forms” asks for each of them.");
});

onPage("a letter that tells of a step is offered only under a policy that has the step", () => {
  const offered = (policy: string): string[] => {
    const one = openedCase(caseHeldBy(policy, [], {}), []);
    draw(one, actionsOf("li"), true);
    openLetters({ opened: one, words, me: "li", now: () => NOW }, () => Promise.resolve(), null);
    return [...document.querySelectorAll<HTMLOptionElement>("[data-test=letter-which] option")].map(({ value }) => value);
  };
  const told = ["acceptance", "refusal", "extension", "appeal-decision"];
  const whole = LETTERS.map(({ id }) => id);
  assert.deepEqual(offered(P03).filter((id) => told.includes(id)), []);
  assert.deepEqual(whole.filter((id) => !told.includes(id) && !offered(P03).includes(id)), []);
  assert.deepEqual(offered("telecom-complaint").filter((id) => told.includes(id)), ["acceptance", "appeal-decision"]);
});

// What a member may do under a policy, what a step would leave, and what a server or a colleague cannot pass off.

import assert from "node:assert/strict";
import test from "node:test";
import { approved, extensionDays, noteKind, refusal, whyNotExtended } from "../../../casework/index.js";
import { later } from "../../../casework/deadlines/days.js";
import { choicesOf, firstDoneBy, isRepeated } from "../../../templates/desk/acting/choices.js";
import { nextMessage, otherMessages } from "../../../templates/desk/acting/actionbar.js";
import { kindTitle } from "../../../templates/desk/acting/eventwords.js";
import { wayBack } from "../../../templates/desk/acting/closing.js";
import { decideDeclared, readNames, waitingDeclarations } from "../../../templates/desk/opened/declarations.js";
import { waiting, whatRequires } from "../../../templates/desk/acting/approvals.js";
import { PolicyRefused, SILENT, type ActDraft, attempt, audiencesOf, mayDo, namesOf } from "../../../templates/desk/acting/precheck.js";
import type { Entry, Happening, OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { differs, misread, rulingOf, saysOtherwise, sealedSide, activeClocks } from "../../../templates/desk/opened/casestate.js";
import { refusalText } from "../../../templates/desk/acting/words.js";
import type { OfficeWords } from "../../../templates/desk/context.js";
import { ITEM, NOW, type Step, decision, entry, opened, ruledCase } from "./ruledcase.js";

const wish = (act: ActDraft["act"], more: Partial<ActDraft> = {}): ActDraft =>
  ({ act, to: null, codes: {}, audience: "nobody", text: "", files: [], outcomes: [], measures: [], ownWords: false, reward: null, next: null, due: null, ...more });

const P07 = "employee-complaint-confirm-appeal";
const REGISTERED: Step = ["registered", "li", { role: "company", to: "registered" }];
const HANDLING: readonly Step[] = [
  REGISTERED, ["assigned", "li", { role: "company", to: "investigation", handler: "wang" }], ["checked", "li", { role: "dedicated-person", to: "handling" }],
];

test("what leads on stands apart from what does not, and what is barred says why", () => {
  const ruled = ruledCase("company-whistleblowing", [REGISTERED]);
  const choices = choicesOf(ruled, "li", NOW);
  assert.deepEqual(choices.onward.map((one) => [one.act, one.leads]), [["assigned", ["investigation"]]]);
  assert.deepEqual(choices.here.map((one) => one.act), ["acknowledged"]);
  assert.ok(choices.always.some((one) => one.act === "recused") && !choices.always.some((one) => one.act === "noted"));
  const result = ruledCase("company-whistleblowing", [...HANDLING, ["decided", "li", { role: "company", to: "result" }]]);
  assert.deepEqual(choicesOf(result, "li", NOW).barred.map(({ act, refused }) => [act, refused.reason, refused.names]), [["archived", "first", ["notified"]]]);
  assert.deepEqual(choicesOf(result, "passer-by", NOW).onward, []);
});

test("a question that leads back to the stage where the case stands does not move it", () => {
  const { onward, here } = choicesOf(ruledCase("telecom-complaint", []), "li", NOW);
  assert.ok(here.some((one) => one.act === "information-asked") && !onward.some((one) => one.act === "information-asked"));
});

test("what is too early names the limit that it waits for, not the stage of the same id, and the first day", () => {
  const waits = ruledCase("company-retaliation", [["grounds-asked", "li", { role: "investigators", to: "grounds" }]]);
  const row = choicesOf(waits, "li", NOW).barred.find(({ act }) => act === "grounds-missing");
  assert.ok(row);
  const words = { directory: { member: () => null } } as unknown as OfficeWords;
  const said = refusalText(waits, row.refused, words);
  const expected = ["尚未到时间：说明理由并举证（2026 年 12 月 3 日起可以办理）", "It is too early: Statement of reasons and evidence (from 3 December 2026)"];
  assert.ok(expected.includes(said), said);
});

test("of the messages of a stage one stands out: what the reporter waits for, then what leads on; the others stand behind it", () => {
  const messages = (policy: string, stage: string): readonly (string | undefined)[] => {
    const ruled = ruledCase(policy, []);
    const choices = choicesOf({ ...ruled, found: { ...ruled.found, stage } } as Ruled, "li", NOW);
    return [nextMessage(choices)?.act, ...otherMessages(choices).map(({ act }) => act)];
  };
  assert.deepEqual(messages("company-retaliation", "received"), ["acknowledged", "procedure-told"]);
  // That the report arrived is never behind anything, nor is the result.
  assert.deepEqual(messages("org-employee-mediation", "received"), ["acknowledged"]);
  assert.deepEqual(messages("company-work-safety", "answer"), ["notified", "progress-told"]);
  assert.deepEqual(messages("company-whistleblowing", "investigation"), [undefined]);
});

test("a receipt that was confirmed is not offered as if it never was, and can be confirmed again", () => {
  const ruled = ruledCase("company-whistleblowing", [["acknowledged", "li", { role: "company" }], REGISTERED]);
  const choices = choicesOf(ruled, "li", NOW);
  assert.ok(![...choices.here, ...choices.onward].some((one) => one.act === "acknowledged"));
  assert.ok(choices.always.some((one) => one.act === "acknowledged"));
  assert.ok(isRepeated("acknowledged", ruled) && !isRepeated("registered", ruled));
});

test("a closed case is reopened where its policy knows the step, and nowhere else", () => {
  const closed = (policy: string, stage: string): Ruled => {
    const ruled = ruledCase(policy, []);
    return { ...ruled, found: { ...ruled.found, stage } };
  };
  assert.equal(wayBack(closed("company-retaliation", "ended")), "reopened");
  assert.equal(wayBack(closed("company-whistleblowing", "archived")), "none");
  assert.deepEqual(choicesOf(closed("company-retaliation", "ended"), "li", NOW).onward.map(({ act, leads }) => [act, leads]), [["reopened", ["protection"]]]);
});

test("a step names role, stage and codes in clear, and the minute only where a clock of hours asks for it", () => {
  const ruled = ruledCase("company-whistleblowing", [REGISTERED]);
  const event = attempt(ruled, opened(ruled), "li", wish("assigned", { to: "investigation", codes: { handler: "wang" } }), NOW, null);
  assert.deepEqual(namesOf({ ...event, item: null }), { handler: "wang", role: "company", to: "investigation" });
  const hours = ruledCase("employee-complaint-review-publish", [["checked", "li", { role: "hr" }]]);
  const routed = attempt(hours, opened(hours), "li", wish("routed", { to: "investigation", codes: { departments: "hr" } }), NOW, null);
  assert.equal(namesOf(routed)["at"], "2026-11-25T04:00Z");
});

test("the policy refuses before anything is sealed, and says what would be allowed", () => {
  const ruled = ruledCase("company-whistleblowing", []);
  const refused = (made: ActDraft): PolicyRefused => {
    try {
      attempt(ruled, opened(ruled), "li", made, NOW, null);
    } catch (error) {
      if (error instanceof PolicyRefused) return error;
    }
    throw new Error("it was let pass");
  };
  const early = refused(wish("archived"));
  assert.equal(early.refused.reason, "not-here");
  assert.ok(early.refused.allowed.includes("registered"));
});

test("a verdict is held against the stage that it leads to, and a measure against the verdict", () => {
  const ruled = ruledCase("company-whistleblowing", HANDLING);
  const decide = (outcomes: string[], to: string): void => {
    attempt(ruled, opened(ruled), "li", wish("decided", { outcomes, to, audience: "office" }), NOW, ITEM);
  };
  decide(["substantiated"], "result");
  assert.throws(() => decide(["substantiated"], "investigation"), PolicyRefused);
  assert.throws(() => decide([], "result"), PolicyRefused);
  const after = ruledCase("company-whistleblowing", [...HANDLING, ["decided", "li", { role: "company", to: "result", item: ITEM }]]);
  const measure = (outcome: string): void => {
    const known = opened(after, [entry("decision", ITEM, decision("decided", [outcome]))]);
    attempt(after, known, "li", wish("measure-set", { measures: ["warning"], audience: "office" }), NOW, ITEM);
  };
  measure("substantiated");
  assert.throws(() => measure("unfounded"), PolicyRefused);
});

test("a decision counts only as the act that was signed for, and only from anyone who signed it", () => {
  const ruled = ruledCase("company-whistleblowing", [...HANDLING, ["decided", "li", { role: "company", to: "result", item: ITEM }]]);
  const outcomes = (made: Entry): readonly string[] => sealedSide(ruled, opened(ruled, [made])).sealed.outcomes;
  const right = entry("decision", ITEM, decision("decided", ["substantiated"]));
  assert.deepEqual(outcomes(right), ["substantiated"]);
  assert.deepEqual(outcomes({ ...right, signer: "wang" }), []);
  assert.deepEqual(outcomes(entry("decision", ITEM, decision("cleared", ["substantiated"]))), []);
  const event = opened(ruled).events.at(-1) as Happening;
  assert.deepEqual([right, { ...right, signer: "wang" }, entry("decision", ITEM, decision("cleared", []))].map((one) => saysOtherwise(event, one)), [false, true, true]);
  const wrong = sealedSide(ruled, opened(ruled, [entry("decision", ITEM, decision("decided", ["nowhere"]))])).steps;
  assert.deepEqual(wrong.map(({ n, refused }) => [n, refused?.reason]), [[4, "no-such-outcome"]]);
});

test("what the reporter declared waits until a member puts it on the record, and counts from its own day", () => {
  const base: readonly Step[] = [
    ["accepted", "li", { role: "hr", to: "method", item: ITEM }], ["method-chosen", "li", { role: "hr", to: "investigation", item: ITEM }], ["findings-shown", "li", { role: "hr", to: "confirmation", item: ITEM }],
    ["message-received", "worker", { item: "B".repeat(43) }, "2026-11-26"],
  ];
  const declared = entry("act", "B".repeat(43), { act: "contest", text: "不对" }, "reporter");
  const ruled = ruledCase(P07, base);
  const [waits] = waitingDeclarations(opened(ruled, [declared]));
  assert.ok(waits);
  assert.deepEqual([waits.act, waits.n], ["findings-contested", 4]);
  const event = decideDeclared(ruled, waits, new Date("2026-11-30T04:00:00Z"));
  assert.ok(!("reason" in event));
  assert.deepEqual([event.day, event.to, readNames(waits, event)], ["2026-11-26", "investigation", { item: "B".repeat(43), n: 4, act: "findings-contested", to: "investigation" }]);
  const read = ruledCase(P07, [...base, ["act-read", "li", { item: "B".repeat(43), n: 4, act: "findings-contested", to: "investigation" }]]);
  assert.deepEqual(waitingDeclarations(opened(read, [declared])), []);
  assert.deepEqual(waitingDeclarations(opened(ruled, [{ ...declared, mark: "forged" }])), []);
});

test("what no message of the reporter declares is marked where a member put it on the record", () => {
  const told = (act: string): Happening => opened(ruledCase(P07, [["message-received", "worker", { item: ITEM }], ["act-read", "li", { item: ITEM, n: 1, act }]])).events[2] as Happening;
  const said = (act: string): Entry => entry("act", ITEM, { act, text: "" }, "reporter");
  const marked = (act: string, there: readonly Entry[]): boolean => misread(told(act), there);
  assert.deepEqual([marked("withdrawn", [said("withdraw")]), marked("rated", [said("unsatisfied")]), marked("withdrawn", [])], [false, false, false]);
  assert.deepEqual([marked("withdrawn", [said("appeal")]), marked("withdrawn", [entry("message", ITEM, { text: "" })]), marked("withdrawn", [{ ...said("withdraw"), mark: "forged" }])], [true, true, true]);
  assert.equal(marked("withdrawn", [{ ...said("withdraw"), mark: "unreadable" }]), false);
});

test("a server that reckons another day or names another stage is found out", () => {
  const steps: readonly Step[] = [["accepted", "li", { role: "hr", to: "method", item: ITEM }], ["method-chosen", "li", { role: "hr", to: "investigation", item: ITEM }], ["findings-shown", "li", { role: "hr", to: "confirmation", item: ITEM }]];
  const promised = { clock: "promise-result", day: "2027-01-24" };
  const honest = ruledCase(P07, steps, [{ clock: "findings-answer", day: "2026-12-02" }, promised]);
  assert.deepEqual(activeClocks(honest, NOW).map(({ clock, state }) => [clock.id, state?.due?.day]), [["findings-answer", "2026-12-02"], ["promise-result", "2027-01-24"]]);
  assert.deepEqual(differs(honest, NOW), { stage: false, clocks: [] });
  const liar = { ...honest, server: { stage: "result", dues: [{ clock: "findings-answer", day: "2026-12-09" }, promised] } };
  assert.deepEqual(differs(liar, NOW), { stage: true, clocks: ["findings-answer"] });
  assert.deepEqual(differs({ ...honest, server: { stage: "confirmation", dues: [] } }, NOW).clocks, ["findings-answer", "promise-result"]);
});

test("words go to whom the act says, as the kind of item that fits", () => {
  assert.deepEqual([audiencesOf("accepted"), audiencesOf("decided"), audiencesOf("registered"), audiencesOf("taken")], [["reporter"], ["office"], ["nobody", "office", "reporter"], ["nobody"]]);
  assert.deepEqual([noteKind("talked"), noteKind("evidence-gathered"), noteKind("plan-drafted"), noteKind("held")], ["witness", "finding", "draft", "note"]);
});

/** The case where `li` holds these roles alone, and `wang` the others. */
function heldBy(ruled: Ruled, roles: readonly string[]): Ruled {
  return { ...ruled, rules: { ...ruled.rules, holders: new Map(ruled.rules.roles.map(({ id }) => [id, roles.includes(id) ? ["li"] : ["wang"]])) } };
}

test("what the server would refuse is refused here before anything is sealed: sending others away, and raising oneself", () => {
  const ruled = ruledCase(P07, [["appeal-decided", "li", { role: "leadership", to: "final", item: ITEM }]]);
  const away = (roles: readonly string[], member: string): boolean => {
    const one = heldBy(ruled, roles);
    return mayDo(one, opened(one), "li", { ...SILENT, act: "recused", codes: { member }, audience: "office" }, NOW);
  };
  assert.deepEqual([away(["hr"], "li"), away(["hr"], "wang"), away(["hr", "leadership"], "wang")], [true, false, true]);
  const case1 = ruledCase("company-whistleblowing", [REGISTERED]);
  const named = (dedicated: readonly string[]): boolean => {
    const one = { ...case1, rules: { ...case1.rules, holders: new Map([["company", ["li"]], ["dedicated-person", [...dedicated]]]) } };
    return mayDo(one, opened(one), "li", { ...SILENT, act: "assigned", to: "investigation", codes: { handler: "wang", deputy: "li" } }, NOW);
  };
  assert.deepEqual([named(["wang"]), named(["wang", "li"]), named(["li"])], [false, true, false]);
});

test("an extension is offered only where a limit runs that may be extended", () => {
  const offered = (ruled: Ruled): boolean => [...choicesOf(ruled, "li", NOW).always, ...choicesOf(ruled, "li", NOW).here].some((one) => one.act === "extended");
  assert.deepEqual([offered(ruledCase("cn-xinfang", [])), offered(ruledCase("cn-xinfang", [["accepted", "li", { to: "follow-up", item: ITEM }]]))], [false, true]);
});

test("a limit can be extended to the days that are named, and to none before or after them", () => {
  const ruled = ruledCase("cn-xinfang", [["accepted", "li", { to: "follow-up", item: ITEM }]]);
  const days = extensionDays(rulingOf(ruled, NOW), ruled.found, "conclusion");
  assert.ok(days?.last != null);
  const may = (until: string): boolean => mayDo(ruled, opened(ruled), "li", { ...SILENT, act: "extended", codes: { clock: "conclusion", until }, audience: "reporter", text: "-" }, NOW);
  assert.deepEqual([later(days.first, -1), days.first, days.last, later(days.last, 1)].map(may), [false, true, true, false]);
  assert.equal(extensionDays(rulingOf(ruled, NOW), ruled.found, "nothing"), null);
});

test("a limit that was extended as often as it may says so, and no limit that runs says nothing", () => {
  const accepted: Step = ["accepted", "li", { to: "follow-up", item: ITEM }];
  const first = ruledCase("cn-xinfang", [accepted]);
  const last = extensionDays(rulingOf(first, NOW), first.found, "conclusion")?.last as string;
  const why = (ruled: Ruled): string | undefined => whyNotExtended(rulingOf(ruled, NOW), ruled.found)?.reason;
  assert.equal(why(ruledCase("cn-xinfang", [accepted, ["extended", "li", { clock: "conclusion", until: last, item: ITEM }]])), "too-often");
  assert.equal(why(ruledCase("cn-xinfang", [])), undefined);
});

test("what one asked for waits for another, who sees who may agree, and abroad never the role that asked", () => {
  const asking = (destination: string): Ruled => ruledCase("company-whistleblowing", [REGISTERED, ["export-asked", "li", { role: "company", destination, item: ITEM }]]);
  assert.deepEqual(waiting(asking("counsel")).map(([act, event, may]) => [act, event.by, may.includes("company")]), [["export-approved", "li", true]]);
  assert.deepEqual(waiting(asking("court-abroad")).map(([, , may]) => [may.length > 0, may.includes("company")]), [[true, false]]);
  const mine = (ruled: Ruled, who: string): boolean => choicesOf(ruled, who, NOW).always.some((one) => one.act === "export-approved");
  assert.deepEqual([mine(asking("counsel"), "li"), mine(asking("counsel"), "wang")], [false, true]);
  assert.deepEqual(waiting(ruledCase("company-whistleblowing", [REGISTERED])), []);
});

test("a hold is offered where none is set, its end where one is, and a deletion not under it", () => {
  const held: Step = ["held", "li", { role: "company", item: ITEM }];
  const offered = (...steps: Step[]): string[] => {
    const choices = choicesOf(ruledCase("company-whistleblowing", [REGISTERED, ...steps]), "li", NOW);
    return [...choices.here, ...choices.always].map(({ act }) => act).filter((act) => ["held", "release-asked", "deletion-asked", "deletion-approved"].includes(act));
  };
  assert.deepEqual(offered(), ["held", "deletion-asked"]);
  assert.deepEqual(offered(held), ["release-asked"]);
  assert.deepEqual(offered(["deletion-asked", "wang", { role: "company", item: ITEM }]), ["held", "deletion-asked", "deletion-approved"]);
  assert.deepEqual(offered(["deletion-asked", "wang", { role: "company", item: ITEM }], held), ["release-asked"]);
});

test("the page says who agreed to the deletion of a case, until a hold stops it", () => {
  const asked: Step = ["deletion-asked", "li", { role: "company", item: ITEM }];
  const agreed: Step = ["deletion-approved", "wang", { role: "company", item: ITEM }];
  const agreedBy = (...steps: Step[]) => {
    const { found } = ruledCase("company-whistleblowing", [REGISTERED, ...steps]);
    return approved(found, "deletion-approved")?.by ?? null;
  };
  assert.deepEqual([agreedBy(asked), agreedBy(asked, agreed), agreedBy(asked, agreed, ["held", "li", { role: "company", item: ITEM }]), agreedBy(asked, agreed, asked)], [null, "wang", null, null]);
});

test("the record names every kind in words: those of the desk, those of the policy, a declaration and what is masked", () => {
  const ruled = ruledCase("company-whistleblowing", [REGISTERED]);
  const kind = (name: string, data: Record<string, string> = {}) => kindTitle({ n: 1, kind: name, day: "2026-11-25", actor: "li", item: "d", data, hash: "e1", wrong: null }, opened(ruled, [entry("decision", "d", decision("rewarded", []))]));
  const own = ["received", "message-received", "claimed", "taken", "replied", "noted", "office-key", "regranted", "regrant-proposed", "regrant-countersigned", "regrant-declined", "regrant-told", "step-declined"];
  for (const one of own) assert.ok(!["Entry", one].includes(kind(one)), one);
  assert.equal(kind("act-read", { act: "findings-confirmed" }), "Declaration put on the record: reporter confirms the findings");
  assert.deepEqual([kind("sealed"), kind("registered"), kind("nothing-known")], ["Reward", "Register", "Entry"]);
  assert.match(kind("overdue", { clock: "promise-result" }), /^Overdue: Promised to the reporter/u);
});

test("the record names a masked step only by an item that verified, is its actor's and decides what is masked", () => {
  const sealed = (...items: Partial<Entry>[]): string => kindTitle({ n: 1, kind: "sealed", day: "2026-11-25", actor: "li", item: "d", data: {}, hash: "e1", wrong: null }, { entries: items.map((item) => ({ ...entry("decision", "d", decision("rewarded", [])), ...item })), ruled: null } as unknown as OpenedCase);
  assert.deepEqual([sealed({}), sealed({ mark: "departed" }), sealed({ mark: "replayed", type: null }, {})], ["Reward", "Reward", "Reward"]);
  assert.deepEqual([sealed({ mark: "forged" }), sealed({ signer: "wang" }), sealed({ type: "note" }), sealed({ hash: "x" }), sealed({ payload: decision("decided", ["true"]) })], Array(5).fill("Sealed step"));
});

test("the page says that the policy requires two people only where the policy's own text does", () => {
  const [found] = waiting(ruledCase("company-whistleblowing", [REGISTERED, ["export-asked", "li", { role: "company", destination: "counsel", item: ITEM }]]));
  const rule = found?.[3];
  assert.ok(rule);
  assert.equal(whatRequires(rule), "This step always requires two people.");
  assert.equal(whatRequires({ ...rule, source: { law: "PIPL", article: "41", verified: "seen" } }), "This step always requires two people.");
  assert.equal(whatRequires({ ...rule, source: { line: 12, quote: "导出须经另一人同意" } }), "The policy of this case requires two people.");
});

test("a case of two who left the office can be handed on, and goes to nobody who left, though the policy still names them", () => {
  const plain = ruledCase(P07, [["assigned", "li", { role: "hr", handler: "gone-a", deputy: "gone-b" }]]);
  const holders = new Map([...plain.rules.holders].map(([role, members]) => [role, [...members, "gone-a", "gone-b"]]));
  const given = (to: string, ...gone: string[]): string | null => {
    const ruled: Ruled = { ...plain, rules: { ...plain.rules, holders }, isMember: (id) => !gone.includes(id) };
    try {
      attempt(ruled, opened(ruled), "li", wish("reassigned", { codes: { handler: to }, audience: "office", text: "x" }), NOW, ITEM);
      return null;
    } catch (error) {
      return (error as PolicyRefused).refused.reason;
    }
  };
  assert.deepEqual([given("li"), given("li", "gone-a"), given("li", "gone-a", "gone-b"), given("gone-a", "gone-a", "gone-b")], ["wrong-role", "wrong-role", null, "wrong-code"]);
});

test("a verdict that ends the case itself owes its measures too, and one that came before it counts", () => {
  const ruled = ruledCase(P07, [["decided", "wang", { role: "hr", to: "review" }]]);
  const ending: Ruled = { ...ruled, rules: { ...ruled.rules, stages: ruled.rules.stages.map((one) => ({ ...one, end: one.end || one.id === "final" })) } };
  const last = (outcome: string): ActDraft => wish("appeal-decided", { to: "final", audience: "office", text: "x", outcomes: [outcome] });
  assert.throws(() => attempt(ending, opened(ending), "li", last("true"), NOW, ITEM), (error: PolicyRefused) => error.refused.reason === "measure-first" && error.refused.names[0] === "corrected");
  assert.equal(attempt(ruled, opened(ruled), "li", last("true"), NOW, ITEM).to, "final");
  // Behind one that owes nothing it has to be recorded that none is needed: a policy where it ends the case is refused beforehand.
  const unsaid = (error: PolicyRefused): boolean => error.refused.reason === "measures-or-none";
  assert.throws(() => attempt(ending, opened(ending), "li", last("groundless"), NOW, ITEM), unsaid);
  // What a verdict before it owes bars no new one: that may owe nothing.
  const steps: Step[] = [["decided", "wang", { role: "hr", to: "result", item: "V".repeat(43) }], ["registered", "wang", { role: "hr", to: "review" }]];
  const upheld = { ...ending, ...ruledCase(P07, steps), rules: ending.rules };
  const before = opened(upheld, [entry("decision", "V".repeat(43), decision("decided", ["true"]), "wang")]);
  assert.deepEqual(sealedSide(upheld, before).sealed.outcomes, ["true"]);
  assert.ok(choicesOf(upheld, "li", NOW, before).onward.some(({ act }) => act === "appeal-decided"));
  assert.throws(() => attempt(upheld, before, "li", last("groundless"), NOW, ITEM), unsaid);
});

test("a case that proved true is not closed before what was put right is recorded, and the step says what is missing", () => {
  const [verdict, right] = ["V".repeat(43), "R".repeat(43)];
  const upheld = (...more: Step[]): Ruled => ruledCase(P07, [["appeal-decided", "li", { role: "leadership", to: "final", item: verdict }], ["notified", "li", { role: "hr", item: ITEM }], ...more]);
  const items = (outcome: string, measures: readonly string[]): Entry[] => [entry("decision", verdict, decision("appeal-decided", [outcome])), entry("decision", right, { ...decision("measure-set", []), measures })];
  const at = (outcome: string, ...more: Step[]): [Ruled, OpenedCase] => { const ruled = upheld(...more); return [ruled, opened(ruled, items(outcome, outcome === "groundless" ? [] : ["corrected"]))]; };
  const [early, open] = at("true");
  assert.throws(() => attempt(early, open, "li", wish("closed"), NOW, null), (error: PolicyRefused) => error.refused.reason === "measure-first" && error.refused.names[0] === "corrected");
  const choices = choicesOf(early, "li", NOW, open);
  assert.deepEqual(choices.onward, []);
  const row = choices.barred.find(({ act }) => act === "closed");
  assert.ok(row);
  const words = { directory: { member: () => null } } as unknown as OfficeWords;
  const expected = ["按处理结论，办结前须先记录处理措施：予以纠正", "The verdict of this case asks for a measure before it ends: Put right"];
  assert.ok(expected.includes(refusalText(early, row.refused, words)));
  assert.deepEqual(firstDoneBy(early, row.refused), [{ act: "measure-set", roles: ["hr", "leadership"] }]);
  const [partly, half] = at("partly-true");
  assert.throws(() => attempt(partly, half, "li", wish("closed"), NOW, null), (error: PolicyRefused) => error.refused.reason === "measure-first");
  const [unsaid, unfounded] = at("groundless");
  const missing = choicesOf(unsaid, "li", NOW, unfounded).barred.find(({ act }) => act === "closed");
  assert.ok(missing);
  assert.ok(["须先记录处理措施，或者记录无需采取措施", "First record the measures, or that none is needed"].includes(refusalText(unsaid, missing.refused, words)));
  assert.deepEqual(firstDoneBy(unsaid, missing.refused), [{ act: "measure-set", roles: ["hr", "leadership"] }]);
  assert.ok(choicesOf(unsaid, "li", NOW, unfounded).here.some(({ act }) => act === "measure-set"));
  const none = wish("measure-set", { audience: "office" });
  assert.equal(attempt(unsaid, unfounded, "li", none, NOW, ITEM).act, "sealed");
  assert.throws(() => attempt(early, open, "li", none, NOW, ITEM), (error: PolicyRefused) => error.refused.reason === "measure-first" && error.refused.names[0] === "corrected");
  for (const [ruled, found] of ["true", "partly-true", "groundless"].map((outcome) => at(outcome, ["sealed", "li", { role: "hr", item: right }]))) {
    assert.equal(attempt(ruled, found, "li", wish("closed"), NOW, null).to, "ended");
    assert.deepEqual(choicesOf(ruled, "li", NOW, found).onward.map(({ act }) => act), ["closed"]);
  }
});

test("what must come first is named with those who do it at the grade of the case", () => {
  const at = (grade: string): readonly string[] | "reporter" | undefined => {
    const ruled = ruledCase("product-quality-complaint", [["registered", "li", { role: "x", to: "check" }], ["graded", "li", { role: "x", grade }]]);
    return firstDoneBy(ruled, refusal("first", ["cause-found"]))[0]?.roles;
  };
  assert.deepEqual(at("major"), ["related-department"]);
  assert.deepEqual(at("other"), ["customer-service"]);
  // At a grade that the policy does not know, every role is named.
  assert.deepEqual(at("unknown"), ["related-department", "customer-service"]);
});

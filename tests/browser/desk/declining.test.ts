// A second person knows what is asked and why before signing, can say no, and everybody who reads the case sees who did.

import assert from "node:assert/strict";
import test from "node:test";
import { history, openAnswer, verifiedEntries } from "../../../casework/index.js";
import { waiting } from "../../../templates/desk/acting/approvals.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openDeclining } from "../../../templates/desk/acting/decliningform.js";
import { destinationOf } from "../../../templates/desk/acting/exporting.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { secondsFor } from "../../../templates/desk/acting/seconding.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { answersThePast } from "../../../templates/desk/casepage/page.js";
import { byView } from "../../../templates/desk/queue/views.js";
import { actionsOf, at, caseHeldBy, draw, inPage, onShelf, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const [WHY, NO, OTHER] = ["E".repeat(43), "I".repeat(43), "M".repeat(43)];
const ASKING: readonly Step[] = [
  ["registered", "li", { role: "company", to: "registered" }], ["held", "li", { role: "company", item: ITEM }], ["release-asked", "li", { role: "company", item: WHY }],
];
const AT = 3;
const no = (by: string, item = NO, n: number = AT): Step => ["step-declined", by, { n, item }, "2026-11-26"];
const BOTH = { company: ["li", "wang"], "dedicated-person": ["wang", "sun"] };
const notes = [entry("note", WHY, { text: "Arbitration was withdrawn." }), entry("note", NO, { text: "The appeal still runs." }, "wang"), entry("note", OTHER, { text: "No." }, "sun")];
const waits = (steps: readonly Step[] = [], held: Readonly<Record<string, readonly string[]>> = BOTH): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", [...ASKING, ...steps], held), notes);
/** The same where one event was signed by somebody who could not read the case. */
function withNonReader(one: OpenedCase, n: number): OpenedCase {
  const ruled = ruledOf(one);
  const read = ruled.entries.map(({ event }) => ({ event, hash: "", wrong: event.n === n ? "non-reader" as const : null, formerMember: false }));
  const entries = verifiedEntries(read);
  const found = history(ruled.found.policy, ruled.found.version, entries);
  return { ...one, ruled: { ...ruled, entries, found }, events: one.events.map((event) => (event.n === n ? { ...event, wrong: "non-reader" } : event)) };
}
const AGAIN: Step = ["release-asked", "li", { role: "company", item: OTHER }];
const ruledOf = (one: OpenedCase): Ruled => one.ruled as Ruled;
const offered = (one: OpenedCase, me: string): readonly string[] => {
  const { onward, here, always } = choicesOf(ruledOf(one), me, NOW, one);
  return [...onward, ...here, ...always].map(({ act }) => act);
};

test("who has declined is asked no more and may still agree; the others are asked on", () => {
  const asked = (one: OpenedCase, me: string): readonly string[] => secondsFor(one, me, NOW).map(({ act }) => act);
  assert.deepEqual([asked(waits(), "wang"), asked(waits([no("wang")]), "wang"), asked(waits([no("wang")]), "sun")], [["released"], [], ["released"]]);
  assert.ok(offered(waits([no("wang")]), "wang").includes("released"));
  assert.equal(byView([onShelf(waits([no("wang")]))], "wang", NOW).get("asked")?.length, 0);
});

test("a no counts only of those who could agree, to the asking that waits", () => {
  const asked = (step: Step, held = BOTH): number => secondsFor(waits([step], held), "wang", NOW).length;
  assert.deepEqual([asked(no("wang", NO, 2)), asked(no("wang"))], [1, 0]);
  const narrow = { company: ["li", "wang"], "dedicated-person": ["wang"] };
  assert.deepEqual([offered(waits([no("sun")], narrow), "li"), offered(waits([no("wang")], narrow), "li")].map((acts) => acts.includes("release-asked")), [false, true]);
  assert.equal(secondsFor(waits([no("wang"), AGAIN]), "wang", NOW).length, 1);
});

test("what this member has asked for is not offered again while it waits, and is once somebody has declined", () => {
  assert.ok(!offered(waits(), "li").includes("release-asked"));
  assert.ok(offered(waits([no("wang")]), "li").includes("release-asked"));
  assert.ok(offered(waits([["released", "wang", { role: "company", item: NO }], ["held", "li", { role: "company", item: ITEM }]]), "li").includes("release-asked"));
});

onPage("who could not read the case is marked in the record, is no second signature, and the page says in red what the server may do", () => {
  const steps: readonly Step[] = [["registered", "li", { role: "company", to: "registered" }], ["deletion-asked", "li", { role: "company", item: WHY }], ["deletion-approved", "wang", { role: "company", item: NO }]];
  const both = openedCase(caseHeldBy("company-whistleblowing", steps, BOTH), notes);
  assert.ok(at(draw(both, actionsOf("li")), "deletion-agreed") !== null && at(draw(both, actionsOf("li")), "deletion-by-non-readers") === null);
  const marked = withNonReader(both, 3);
  const page = draw(marked, actionsOf("li"), true);
  assert.equal(at(page, "deletion-agreed"), null);
  assert.match(said(page, "deletion-by-non-readers"), /^Name of wang could not read this case and signed all the same, for its deletion/u);
  assert.match(said(page, "event-wrong"), /someone who could not read this case/u);
  assert.equal(at(page, "waits-deletion-approved") === null, false);
  const held = withNonReader(openedCase(caseHeldBy("company-whistleblowing", [...steps, HOLD], BOTH), notes), 3);
  assert.equal(at(draw(held, actionsOf("li")), "deletion-by-non-readers"), null);
});

const released = (one: OpenedCase): readonly string[] => ruledOf(one).found.held ? ["held"] : [];
const HOLD: Step = ["held", "li", { role: "company", item: ITEM }];
const alarmOf = (one: OpenedCase): string => said(draw(one, actionsOf("li")), "deletion-by-non-readers");
const caseOf = (...steps: readonly Step[]): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", [["registered", "li", { role: "company", to: "registered" }], ...steps], BOTH), notes);

onPage("a hold that stands here and was ended at the server by who could not read the case hides no alarm, and can be set again", () => {
  const undone = withNonReader(waits([["released", "sun", { role: "company", item: NO, asking: "3" }], ["deletion-asked", "li", { role: "company", item: WHY }]]), 4);
  assert.ok(ruledOf(undone).found.held);
  assert.match(alarmOf(undone), /^Name of sun could not read this case/u);
  assert.ok(offered(undone, "wang").includes("held"));
  const again = withNonReader(waits([["released", "sun", { role: "company", item: NO, asking: "3" }], ["deletion-asked", "li", { role: "company", item: WHY }], HOLD]), 4);
  assert.equal(alarmOf(again), "");
  assert.ok(!offered(again, "wang").includes("held"));
  // The accomplice asks, and a reader's agreement counts here for nothing.
  const asked = withNonReader(caseOf(HOLD, ["release-asked", "sun", { role: "company", item: WHY }], ["released", "li", { role: "company", item: NO, asking: "3" }]), 3);
  assert.match(alarmOf(asked), /^Name of sun could not read this case/u);
  // Nor does it where it names no request: what the server may take it for is the accomplice's.
  const unnamed = withNonReader(caseOf(HOLD, ["release-asked", "sun", { role: "company", item: WHY }], ["released", "li", { role: "company", item: NO }]), 3);
  assert.ok(ruledOf(unnamed).found.held);
  assert.match(alarmOf(unnamed), /^Name of sun could not read this case/u);
  // And where nobody asked at all: one reader ends no hold alone.
  assert.ok(ruledOf(caseOf(HOLD, ["released", "li", { role: "company", item: NO }])).found.held);
  const over: Step = ["handed-over", "li", { role: "company", item: ITEM, authority: "procuratorate" }];
  const back: Step = ["handed-back", "sun", { role: "company", item: ITEM }];
  assert.match(alarmOf(withNonReader(caseOf(over, back), 3)), /^Name of sun could not read this case/u);
  assert.equal(alarmOf(withNonReader(caseOf(over, ["deletion-asked", "sun", { role: "company", item: WHY }]), 3)), "");
});

onPage("the alarm stands however long ago it was asked for, and where the policy has no rules", () => {
  const old = withNonReader(caseOf(["deletion-asked", "sun", { role: "company", item: WHY }, "2026-09-01"]), 2);
  assert.match(alarmOf(old), /^Name of sun could not read this case/u);
  assert.match(alarmOf({ ...old, ruled: null }), /^Name of sun could not read this case/u);
  assert.equal(alarmOf({ ...caseOf(["deletion-asked", "sun", { role: "company", item: WHY }]), ruled: null }), "");
  assert.equal(alarmOf({ ...withNonReader(caseOf(["deletion-asked", "sun", { role: "company", item: WHY }], HOLD), 2), ruled: null }), "");
});

test("a hold that is set again wipes no request to end it; one that is set after an end does", () => {
  const agreed: Step = ["released", "wang", { role: "company", item: NO, asking: "3" }];
  assert.deepEqual([released(waits([HOLD, agreed])), released(waits([agreed, AGAIN, HOLD, ["released", "wang", { role: "company", item: NO, asking: "5" }]]))], [[], ["held"]]);
});

onPage("the box says who asked for what, when and why, and who can agree", () => {
  const page = draw(waits(), actionsOf("wang"));
  const box = at(page, "waits-released");
  assert.ok(box !== null);
  assert.match(said(box, "asked-quoted"), /^Name of li asked on .* to end the legal hold\.Arbitration was withdrawn\.$/u);
  assert.equal(said(box, "can-agree"), "Can agree: Name of wang (you), Name of sun");
  assert.ok(at(box, "act-released") !== null && at(box, "decline-released") !== null);
  const first = draw(waits(), actionsOf("li"));
  assert.equal(said(first, "can-agree"), "Can agree: Name of wang, Name of sun");
  assert.equal(at(first, "decline-released"), null);
  assert.equal(at(first, "act-release-asked"), null);
});

onPage("words that somebody else signed are not shown as the reason", () => {
  const page = draw({ ...waits(), entries: [entry("note", WHY, { text: "Made up." }, "sun")] }, actionsOf("wang"));
  assert.match(said(page, "asked-quoted"), /The reason cannot be read here\.$/u);
});

onPage("a no stands in the box with its reason for the first person too; nobody left to agree is said", () => {
  const page = draw(waits([no("wang")]), actionsOf("li"));
  assert.match(said(page, "declined-quoted"), /^Name of wang declined on .*\.The appeal still runs\.$/u);
  assert.equal(said(page, "can-agree"), "Can agree: Name of sun");
  const done = draw(waits([no("wang"), no("sun", OTHER)]), actionsOf("li"));
  assert.equal(said(done, "can-agree"), "Everyone who may agree has declined. You can ask again.");
  const second = draw(waits([no("wang")]), actionsOf("wang"));
  assert.equal(at(second, "decline-released"), null);
  assert.ok(at(second, "always")?.contains(at(second, "act-released")) === true);
  const alone = draw(waits([], { company: ["li"] }), actionsOf("li"));
  assert.match(said(alone, "can-agree"), /^None of the people who read this case may agree\./u);
});

const withdrawn = no("li");

test("who asked takes it back: nobody is asked any more, it can be asked again, and no colleague takes it back", () => {
  assert.deepEqual(secondsFor(waits([withdrawn]), "wang", NOW), []);
  assert.ok(!offered(waits([withdrawn]), "wang").includes("released"));
  assert.ok(offered(waits([withdrawn]), "li").includes("release-asked"));
  assert.equal(secondsFor(waits([no("sun")]), "wang", NOW).length, 1);
  const unsigned = withNonReader(waits([withdrawn]), 4);
  assert.equal(secondsFor(unsigned, "wang", NOW).length, 1);
  const open = (...steps: readonly Step[]): number | null => (openAnswer(ruledOf(waits(steps)).found, AT) === null ? null : AT);
  assert.deepEqual([open(), open(withdrawn), open(no("wang")), open(no("li", NO, 2))], [AT, null, AT, AT]);
  const agreed: Step = ["released", "wang", { role: "company", item: NO, asking: "3" }];
  assert.deepEqual([released(waits([withdrawn, agreed])), released(waits([agreed, withdrawn]))], [["held"], []]);
});

onPage("who asked has “Withdraw it” in the box, also behind a colleague's later request, and the form says what it does", async () => {
  const one = waits();
  assert.equal(at(draw(one, actionsOf("wang")), "withdraw-released"), null);
  const asked: number[] = [];
  const page = draw(one, { ...actionsOf("li"), declineStep: (n) => asked.push(n) });
  at(page, "withdraw-released")?.click();
  const both = draw(waits([["release-asked", "wang", { role: "company", item: OTHER }]]), { ...actionsOf("li"), declineStep: (n) => asked.push(n) });
  at(both, "withdraw-released")?.click();
  assert.deepEqual(asked, [AT, AT]);
  const form = pageOf(one, "li");
  const sent: string[] = [];
  openDeclining(one, ruledOf(one), AT, { words, me: "li" }, (text) => { sent.push(text); return Promise.resolve(); });
  assert.equal(form.querySelector("#decline-title")?.textContent, "Withdraw the request: End the legal hold");
  assert.match(said(form, "decline-does"), /Nobody can agree to this request any more\. You can ask again\.$/u);
  const text = form.querySelector<HTMLTextAreaElement>("#decline-text");
  assert.ok(text !== null);
  text.value = "Asked too early.";
  form.querySelector("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.deepEqual(sent, ["Asked too early."]);
});

onPage("the history says who declined what, and of a no that answers nothing that it does", () => {
  const rows = (step: Step): string => [...draw(waits([step]), actionsOf("li"), true).querySelectorAll('[data-test="thread"] li')].map(({ textContent }) => textContent).join("\n");
  assert.match(rows(no("wang")), /Name of wang declined “end the legal hold”, for which Name of li asked on .* \(record entry 3\)/u);
  assert.match(rows(no("wang", NO, 2)), /Name of wang recorded a refusal that answers no request/u);
  assert.match(rows(withdrawn), /Name of li withdrew their own request of .*: end the legal hold \(record entry 3\)/u);
});

onPage("under a step that waits for this member's signature nobody says that there is nothing to do", () => {
  const ended = (steps: readonly Step[]): OpenedCase => {
    const one = waits(steps);
    const ruled = ruledOf(one);
    const stage = ruled.rules.stages.find(({ end }) => end)?.id ?? "";
    return { ...one, ruled: { ...ruled, found: { ...ruled.found, stage } } };
  };
  const closed = draw(ended([]), actionsOf("wang"));
  assert.ok(at(closed, "act-released") !== null);
  assert.match(said(closed, "nothing-allowed"), /^Besides what waits for your signature/u);
  assert.match(said(draw(ended([no("wang")]), actionsOf("wang")), "nothing-allowed"), /^There is nothing for you to do at this stage\./u);
  const open = waits([], { company: ["li"], "dedicated-person": [], leadership: ["wang"] });
  assert.doesNotMatch(said(draw(open, actionsOf("sun")), "nothing-allowed"), /Besides/u);
});

/** The page of a case with the places of its forms. */
function pageOf(one: OpenedCase, me: string): HTMLElement {
  const page = draw(one, actionsOf(me));
  page.insertAdjacentHTML("beforeend", '<h2 id="case-title" tabindex="-1"></h2><div id="composer"></div><div id="case-done"></div>');
  return page;
}

onPage("the form of the second signature quotes the first person, and every no", () => {
  const one = waits([no("wang")]);
  const page = pageOf(one, "sun");
  const choice = choicesOf(ruledOf(one), "sun", NOW, one).always.find(({ act }) => act === "released");
  assert.ok(choice !== undefined);
  openAct([choice], settingOf(ruledOf(one), one, { words, me: "sun", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const form = page.querySelector("form");
  assert.ok(form !== null);
  assert.match(said(form, "asked-quoted"), /Name of li asked on .*Arbitration was withdrawn\./u);
  assert.match(said(form, "declined-quoted"), /The appeal still runs\./u);
});

onPage("the form of a no quotes the request, says what a no does not undo, and needs a reason", async () => {
  const one = waits();
  const page = pageOf(one, "wang");
  const sent: string[] = [];
  openDeclining(one, ruledOf(one), AT, { words, me: "wang" }, (text) => { sent.push(text); return Promise.resolve(); });
  const form = page.querySelector<HTMLFormElement>("form");
  const text = page.querySelector<HTMLTextAreaElement>("#decline-text");
  assert.ok(form !== null && text !== null);
  assert.match(said(form, "asked-quoted"), /Arbitration was withdrawn\./u);
  assert.match(said(form, "decline-does"), /It is not cancelled: someone else who may do so can still agree, and so can you/u);
  form.requestSubmit();
  assert.equal(said(form, "decline-fault"), "Please give a reason.");
  text.value = " Not yet. ";
  form.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.deepEqual(sent, ["Not yet."]);
  openDeclining(one, ruledOf(one), 1, { words, me: "wang" }, () => Promise.resolve());
  assert.equal(page.querySelectorAll("form").length, 1);
});

const QUALITY = "quality-system-complaint";

onPage("where several roles sign the same step, the form of the second quotes the first", () => {
  const two = ruledOf(openedCase(caseHeldBy(QUALITY, [], {})));
  const [stage, rule] = two.rules.stages.flatMap((one) => one.acts.filter(({ act, every }) => act === "approved" && every).map((each) => [one, each] as const))[0] ?? [];
  assert.ok(stage !== undefined && rule !== undefined);
  const [first, second] = rule.by;
  const ruled = caseHeldBy(QUALITY, [["approved", "li", { role: first ?? "", item: WHY }]], { [first ?? ""]: ["li"], [second ?? ""]: ["wang"] });
  const one = openedCase({ ...ruled, found: { ...ruled.found, stage: stage.id } }, notes);
  const page = pageOf(one, "wang");
  openAct([{ act: "approved", rules: [rule], leads: rule.to }], settingOf(ruledOf(one), one, { words, me: "wang", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  assert.match(said(page, "asked-quoted"), /^Name of li took the step “Approve” on .*\.Arbitration was withdrawn\.$/u);
});


test("an agreement counts for the request that it names; one that names none counts only where nothing was asked again", () => {
  const agreed = (data: Record<string, string>, ...between: readonly Step[]): readonly string[] => released(waits([...between, ["released", "wang", { role: "company", item: NO, ...data }]]));
  assert.deepEqual([agreed({}), agreed({ asking: "3" }), agreed({ asking: "2" })], [[], [], ["held"]]);
  assert.deepEqual([agreed({}, AGAIN), agreed({ asking: "3" }, AGAIN), agreed({ asking: "4" }, AGAIN), agreed({ asking: "2" }, AGAIN)], [["held"], [], [], ["held"]]);
});

test("nobody keeps a request from its second person by asking too, and who counts at the server alone keeps nobody from asking again", () => {
  const both = waits([["release-asked", "wang", { role: "company", item: OTHER }]]);
  const shown = (me: string): readonly (number | undefined)[] => waiting(ruledOf(both), me).map(([, event]) => event.n);
  assert.deepEqual([shown("wang"), shown("li"), shown("sun")], [[3], [4], [4]]);
  assert.deepEqual(["wang", "li"].map((me) => secondsFor(both, me, NOW).map(({ act }) => act)), [["released"], ["released"]]);
  assert.deepEqual(["wang", "li"].map((me) => offered(both, me).includes("release-asked")), [false, false]);
  const declined = waits([["release-asked", "wang", { role: "company", item: OTHER }], no("wang")]);
  assert.deepEqual(secondsFor(declined, "wang", NOW), []);
  assert.ok(offered(declined, "li").includes("release-asked"));
  const outsider = withNonReader(waits([["release-asked", "sun", { role: "company", item: OTHER }]]), 4);
  assert.ok(offered(outsider, "li").includes("release-asked"));
  const answered = withNonReader(waits([["released", "sun", { role: "company", item: OTHER, asking: "3" }]]), 4);
  assert.ok(offered(answered, "li").includes("release-asked"));
});

test("who asked for an export can ask again, for another recipient, and it goes to whom was agreed to", () => {
  const asked = (destination: string): Step => ["export-asked", "li", { role: "company", item: WHY, destination }];
  const one = caseOf(asked("counsel"));
  assert.ok(offered(one, "li").includes("export-asked"));
  const agreed = (...steps: readonly Step[]): string | null => destinationOf(ruledOf(caseOf(asked("counsel"), asked("group"), ...steps)));
  const yes = (asking: string): Step => ["export-approved", "wang", { role: "company", item: NO, asking }];
  assert.deepEqual([agreed(yes("2")), agreed(yes("3")), agreed()], ["counsel", "group", "group"]);
});

test("nothing is open where nothing waits, whatever is asked for", () => {
  const { found } = ruledOf(caseOf());
  assert.deepEqual([openAnswer(found, undefined), openAnswer(found, 3), openAnswer(ruledOf(waits([AGAIN])).found, 3)], [null, null, "released"]);
});

onPage("the box of who asked last shows the request of before, with its own refusals and the form that answers it", () => {
  const both = waits([["release-asked", "wang", { role: "company", item: OTHER }], no("sun", OTHER, 4)]);
  const box = at(draw(both, actionsOf("wang")), "waits-released");
  assert.ok(box !== null);
  assert.match(said(box, "asked-quoted"), /^Name of li asked on/u);
  assert.equal(at(box, "declined-quoted"), null);
  const page = pageOf(both, "wang");
  const choice = choicesOf(ruledOf(both), "wang", NOW, both).always.find(({ act }) => act === "released");
  assert.ok(choice !== undefined);
  openAct([choice], settingOf(ruledOf(both), both, { words, me: "wang", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  assert.equal(page.querySelector<HTMLElement>("#composer [data-asking]")?.dataset["asking"], "3");
  openDeclining(both, ruledOf(both), 3, { words, me: "wang" }, () => Promise.resolve());
  assert.match(said(page, "asked-quoted"), /^Name of li asked on/u);
});

onPage("the form signs for the request that it quotes, and is past once that was answered by another, not once it was made again", () => {
  const one = waits();
  const page = pageOf(one, "wang");
  const drafts: string[] = [];
  const choice = choicesOf(ruledOf(one), "wang", NOW, one).always.find(({ act }) => act === "released");
  assert.ok(choice !== undefined);
  openAct([choice], settingOf(ruledOf(one), one, { words, me: "wang", now: () => NOW }), { send: ({ codes }) => { drafts.push(String(codes.asking)); return Promise.resolve(); }, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const past = (steps: readonly Step[]): boolean => answersThePast(onShelf(waits(steps)), "wang");
  assert.deepEqual([past([]), past([AGAIN]), past([["released", "sun", { role: "company", item: NO }]]), past([["released", "wang", { role: "company", item: NO }]])], [false, false, true, false]);
  const text = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(text !== null);
  text.value = "Agreed.";
  page.querySelector("form")?.requestSubmit();
  assert.deepEqual(drafts, ["3"]);
});

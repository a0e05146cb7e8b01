/** The desk's first page as it is drawn: what it says when nothing waits, when it cannot know, and of what stands elsewhere. */

import assert from "node:assert/strict";
import test from "node:test";

import { OfficeWords } from "../../../templates/desk/context.js";
import { ownZone, todayIn, writeDay } from "../../../templates/desk/days.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import type { DutyView } from "../../../templates/desk/recurring/dutystates.js";
import { Today } from "../../../templates/desk/today/page.js";
import { h } from "../../../templates/shared/dom.js";

/** The page has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

/** Late in the evening by UTC: in China the next day has begun. */
const NOW = new Date("2026-11-25T20:00:00Z");
const DAY = 24 * 3600;
const STANDING = { ended: false, waiting: false, owner: null, deputy: null, next_due: null };
const ENTITIES = [{ id: "group", timezone: "Asia/Shanghai" }, { id: "ireland", timezone: "Europe/Dublin" }];

/** The words of an office in which a member receives the reports of these entities. */
function wordsOf(...entities: readonly string[]): OfficeWords {
  const content = { entities: ENTITIES, holders: entities.map((entity) => ({ entity, members: ["me"] })) };
  return new OfficeWords({ content, member: () => null } as never, new Map(), () => NOW);
}

function due(id: string, days: number): DeskCase {
  const row = { case: `${id}${"A".repeat(21)}`, entity: "group", day: "2026-11-24", urgent: false, taken_by: ["me"], policy: "p", version: "1", stage: "s", standing: { ...STANDING, next_due: NOW.getTime() / 1000 + days * DAY } };
  return { row, opened: null, refused: "wrong" } as never;
}

interface Page {
  readonly today: Today;
  readonly shelf: Map<string, DeskCase>;
  readonly find: (name: string) => readonly HTMLElement[];
}

/** A desk around the page, with what stands above its list. */
function open(words = wordsOf("group"), asked: readonly HTMLElement[] = [], reviews: readonly HTMLElement[] = [], owed: readonly DutyView[] | null = [], seen: ReadonlySet<string> = new Set()): Page {
  document.body.querySelector("#work")?.remove();
  const work = h("div", { id: "work" }, h("div", { id: "today" }), h("ul", { id: "asked" }, asked), h("ul", { id: "reviews" }, reviews), h("main", { id: "case" }));
  document.body.append(work);
  const shelf = new Map<string, DeskCase>();
  const today = new Today({ shelf, me: "me", words, now: () => NOW, open: () => undefined, view: () => undefined, isSeen: (id) => seen.has(id), dueDuties: () => owed, duties: () => undefined });
  today.open();
  return { today, shelf, find: (name) => [...work.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)] };
}

const textOf = (elements: readonly HTMLElement[]): string => elements.map(({ textContent }) => textContent).join(" ");

test("a member's day is that of the entities whose reports they receive, else that of the browser", () => {
  assert.equal(wordsOf("group").todayFor("me"), "2026-11-26");
  assert.equal(wordsOf("ireland").todayFor("me"), "2026-11-25");
  for (const words of [wordsOf(), wordsOf("group", "ireland")]) assert.equal(words.todayFor("me"), todayIn(ownZone(), NOW));
});

onPage("the heading names the member's own day", () => {
  open();
  assert.ok(document.getElementById("today-title")?.textContent?.includes(writeDay("2026-11-26", "2026-11-26")));
});

onPage("that nothing waits is said after a look that brought every case, and not after one that failed", () => {
  const { today, find } = open();
  const said: string[] = [textOf(find("today-nothing"))];
  for (const whole of [true, false, true]) {
    today.looked(whole);
    said.push(textOf(find("today-nothing")));
  }
  assert.deepEqual(said, ["Opening your cases…", "Nothing is waiting for you.", "Your cases may be out of date.", "Nothing is waiting for you."]);
});

onPage("a change to sign and a review to write above the list wait too; what others write does not", () => {
  const card = (state: string | null, form: boolean): HTMLElement => h("li", { "data-state": state }, form && h("details"));
  const { today, find } = open(wordsOf("group"), [h("li")], [card("owed", true), card("overdue", true), card(null, false), card("owed", false), card("done", true)]);
  today.looked(true);
  assert.deepEqual(find("today-above").map(({ textContent }) => textContent?.replace(/\D/g, "")), ["1", "3"]);
  assert.equal(find("today-nothing").length, 0);
});

onPage("of what is due within two weeks three are named, and the rest is counted with the way to it", () => {
  const { today, shelf, find } = open();
  for (const [at, id] of ["a", "b", "c", "d", "e"].entries()) shelf.set(id, due(id, 3 + at));
  today.looked(true);
  assert.equal(find("today-row").length, 3);
  assert.equal(document.querySelector("#today-next .count")?.textContent, "5");
  assert.match(textOf(find("today-all")), /2/);
});

onPage("an urgent case of a colleague's stands under a heading of its own, with the name of who handles it", () => {
  const { today, shelf, find } = open();
  const urgent = (id: string, taken: string[]): DeskCase => {
    const one = due(id, 30);
    return { ...one, row: { ...one.row, urgent: true, taken_by: taken } };
  };
  shelf.set("m", urgent("m", ["me"])).set("t", urgent("t", ["li-wei"]));
  today.looked(true);
  assert.equal(document.querySelector("#today-urgent .count")?.textContent, "1");
  const [others] = find("today-others");
  assert.deepEqual([...others?.querySelectorAll<HTMLElement>("[data-case]") ?? []].map(({ dataset }) => dataset["case"]?.[0]), ["t"]);
  assert.match(textOf(find("today-handler")), /li-wei/);
});

onPage("recurring duties that are late or due today stand on the page, and that nobody could say is said too", () => {
  const name = (text: string): object => ({ en: text, zh: text });
  const view = (id: string, state: object): DutyView => ({ policy: { rules: { id: "p", title: name("A policy") }, entity: "group" }, duty: { id, text: name(id) }, state }) as never;
  const { today, find } = open(wordsOf("group"), [], [], [view("Box", { status: "overdue", due: "2026-11-24", late: 2 }), view("Report", { status: "due", due: "2026-11-26" })]);
  today.looked(true);
  assert.deepEqual(find("today-duty").map(({ textContent }) => textContent?.replace(/ was due by .*?(?=A policy)/u, "")), ["Box2 days late:A policy", "ReportDue todayA policy"]);
  assert.equal(find("today-nothing").length, 0);
  const unknown = open(wordsOf("group"), [], [], null);
  unknown.today.looked(true);
  assert.deepEqual([textOf(unknown.find("today-duties-unknown")), unknown.find("today-nothing").length], ["Whether recurring duties are due could not be checked.", 0]);
});

/** A case that li handles, added to by li or led on to the role of this member. */
function came(id: string, how: "added" | "role"): DeskCase {
  const row = { ...due(id, 30).row, taken_by: ["li"], standing: { ...STANDING, owner: "li" } };
  const name = { en: "Service team", zh: "Service team" };
  const stages = [{ id: "received", name, actors: ["lead"], end: false }, { id: "service", name, actors: ["service"], end: false }];
  const rules = { stages, clocks: [], grades: [], outcomes: [], roles: [{ id: "service", name }], measures: [], kinds: [], classifications: [], categories: [], own_departments: [], holders: new Map([["service", ["me"]], ["lead", how === "role" ? ["li"] : ["li", "me"]]]), anywhere: [], without: [] };
  const found = { stage: "service", entered: 1, events: [{ n: 1, act: "routed", by: "li", day: "2026-11-25", to: "service", codes: {} }], codes: { handler: "li" }, uncounted: new Set(), recused: new Set(), counts: new Map() };
  const events = how === "added" ? [{ n: 2, kind: "regranted", actor: "li", day: "2026-11-25", data: { signatures: [{ member: "li" }] }, wrong: null }] : [];
  return { row, opened: { row, report: null, entries: [], events, former: how === "added" ? { grant: "g", holders: ["li"] } : null, ruled: { rules, found, office: {} }, proposal: null, chainHolds: false }, refused: null } as never;
}

onPage("a case that came to a member says how, until it was on the page", () => {
  const seen = new Set<string>();
  const { today, shelf, find } = open(wordsOf("group"), [], [], [], seen);
  for (const [id, how] of [["a", "added"], ["r", "role"]] as const) shelf.set(came(id, how).row.case, came(id, how));
  today.looked(true);
  assert.deepEqual(find("today-came").map(({ textContent }) => textContent).sort(), ["Added by li", "With your role: Service team"]);
  for (const id of shelf.keys()) seen.add(id);
  today.looked(true);
  assert.equal(find("today-came").length, 0);
});

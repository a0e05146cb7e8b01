// A change of readers that waits: who can sign it, what its card says to whom, and what the list and the story make of it.

import assert from "node:assert/strict";
import test from "node:test";

class Knot {
  readonly children: (Knot | string)[] = [];
  readonly attributes = new Map<string, string>();
  readonly pressed = new Map<string, () => void>();
  constructor(readonly tag: string) {}
  setAttribute(name: string, value: string): void { this.attributes.set(name, value); }
  addEventListener(name: string, run: () => void): void { this.pressed.set(name, run); }
  append(...more: (Knot | string)[]): void { this.children.push(...more); }
  // A question of the page, which is answered as soon as it is asked.
  returnValue = "";
  showModal(): void {
    asked.push(textOf([...knots(this)].find((one) => one.tag === "p")));
    [...knots(this)].find((one) => one.attributes.get("data-test") === (agrees ? "question-yes" : "question-no"))?.pressed.get("click")?.();
  }
  close(value: string): void { this.returnValue = value; this.pressed.get("close")?.(); }
  focus(): void { /* nothing here has a keyboard */ }
  remove(): void { /* nor a page to be taken out of */ }
}
const asked: string[] = [];
let agrees = true;
Object.assign(globalThis, {
  Node: Knot,
  HTMLElement: Knot,
  document: { querySelector: () => null, activeElement: null, body: new Knot("body"), documentElement: { lang: "en" }, getElementById: () => null, createElement: (tag: string) => new Knot(tag), createElementNS: (_: string, tag: string) => new Knot(tag), createTextNode: (text: string) => text },
});

const { OfficeWords } = await import("../../../templates/desk/context.js");
const { declinedWords, proposalCard } = await import("../../../templates/desk/casepage/proposal.js");
const { changeQuestion } = await import("../../../templates/desk/casepage/readerprompts.js");
const { momentRow } = await import("../../../templates/desk/casepage/eventrow.js");
const { signersOf } = await import("../../../templates/desk/opened/regranting.js");
const { readIn, waitingIn } = await import("../../../templates/desk/queue/attention.js");
const { inView } = await import("../../../templates/desk/queue/order.js");

const DAY = "2026-11-28";
const NAMES = ["Li", "Sun", "Zhao", "Lawyer"];
const members = new Map(NAMES.map((id) => [id, { id, role: id === "Lawyer" ? "outside" : "investigator", name: { en: id, zh: id } }]));
const entities = [{ id: "works", name: { en: "Works", zh: "Works" }, timezone: "UTC", superior: null, outside: ["Lawyer"] }];
const officeOf = (threshold: number) => ({ entity: (id: string) => entities.find((one) => one.id === id), member: (id: string) => members.get(id) ?? null, validMember: (id: string) => (id === "Gone" ? null : (members.get(id) ?? null)), content: { entities, regrant_threshold: threshold } }) as never;
const wordsOf = (threshold: number) => new OfficeWords(officeOf(threshold), new Map(), () => new Date("2026-11-28T12:00:00Z"));
const words = wordsOf(2);
const blank = { by: "Li", day: DAY, epoch: 1, packet: "p", refused: null, leavesMe: false, added: ["Zhao"], removed: [], excluded: [], unnamed: [], holders: ["Li", "Sun", "Zhao"], signers: [], declined: [], outside: false };

function* knots(found: unknown): Generator<Knot> {
  if (Array.isArray(found)) { for (const one of found) yield* knots(one); }
  else if (found instanceof Knot) { yield found; yield* knots(found.children); }
}
const textOf = (found: unknown): string => Array.isArray(found) ? found.map(textOf).join("") : found instanceof Knot ? textOf(found.children) : typeof found === "string" ? found : "";
const hooked = (found: unknown, name: string): string | null => {
  const knot = [...knots(found)].find((one) => one.attributes.get("data-test") === name);
  return knot === undefined ? null : textOf(knot);
};
const cardOf = (more: object, me: string, countersign = (_: unknown) => {}) => proposalCard({ ...blank, ...more } as never, "works", words, { me, countersign, decline: () => {} });

test("another holder who stays can sign, and where one at most is left an outside holder who comes in", () => {
  assert.deepEqual(signersOf(officeOf(2), "works", ["Li", "Sun", "Zhao"], ["Li", "Sun"], "Li"), ["Sun"]);
  assert.deepEqual(signersOf(officeOf(2), "works", ["Li", "Sun"], ["Li"], "Li"), []);
  assert.deepEqual(signersOf(officeOf(2), "works", ["Li", "Gone"], ["Li", "Lawyer"], "Li"), ["Lawyer"]);
  assert.deepEqual(signersOf(officeOf(2), "works", ["Li", "Gone"], ["Li", "Sun"], "Li"), []);
});

test("the proposer sees who can still sign, who declined, and that nobody is left", () => {
  const open = cardOf({ signers: ["Sun", "Zhao"], declined: ["Sun"] }, "Li");
  assert.equal(hooked(open, "proposal-signers"), "Can sign it: Zhao");
  assert.equal(hooked(open, "proposal-declined"), "Declined by: Sun");
  const dead = cardOf({ signers: ["Lawyer"], declined: ["Lawyer"] }, "Li");
  assert.equal(hooked(dead, "proposal-signers"), null);
  assert.match(hooked(dead, "proposal-dead") ?? "", /withdraw it/u);
  assert.equal(hooked(cardOf({ signers: ["Sun"] }, "Zhao"), "proposal-signers"), null);
});

test("an outside holder is not said to hold a key, and sees which of the readers they would be", () => {
  const card = cardOf({ added: ["Lawyer"], holders: ["Li", "Lawyer"], outside: true }, "Lawyer");
  assert.ok(!textOf(card).includes("continues from your key"));
  assert.match(hooked(card, "proposal-outside") ?? "", /no key to this case yet.*read the whole case/u);
  assert.equal(hooked(card, "proposal-added"), "New readers: Lawyer outside holder (you)");
  assert.match(textOf(cardOf({}, "Sun")), /continues from your key/u);
});

test("anyone who would be removed learns that declining stops nothing", () => {
  const card = cardOf({ leavesMe: true, holders: [], added: [] }, "Sun");
  assert.match(hooked(card, "proposal-leaves") ?? "", /Declining does not stop it/u);
  assert.match(textOf(card), /^Li proposed a change of readers that removes you/u);
  assert.ok(!textOf(card).includes("asks you to sign"));
  const named = cardOf({ leavesMe: true, holders: [], added: [], signers: ["Zhao"], declined: ["Zhao"] }, "Sun");
  assert.match(hooked(named, "proposal-others") ?? "", /Current readers besides you: Li, Zhao$/u);
  assert.equal(hooked(named, "proposal-declined"), "Declined by: Zhao");
  assert.equal(hooked(cardOf({}, "Sun"), "proposal-others"), null);
});

const KEPT_OUT = "Permanently excluded from this case, though the report names none of them. Ask why before you sign";

test("a holder sees in bold whom the change itself keeps out; an outside holder, who knows no grant before, whom the case does", () => {
  const bold = (found: unknown): boolean => [...knots(found)].some((one) => one.tag === "strong" && textOf(one).includes("Sun"));
  const [holder, outside] = [cardOf({ excluded: ["Sun"] }, "Zhao"), cardOf({ excluded: ["Sun"], outside: true }, "Lawyer")];
  assert.equal(hooked(holder, "proposal-excluded"), `${KEPT_OUT}: Sun`);
  assert.equal(hooked(outside, "proposal-excluded"), "Permanently excluded from this case: Sun");
  assert.deepEqual([bold(holder), bold(outside)], [true, false]);
});

test("a signature is asked once more with the very change that the card shows", async () => {
  const signed: unknown[] = [];
  const card = cardOf({ removed: ["Sun"], excluded: ["Gone"] }, "Zhao", (shown) => signed.push(shown));
  const press = async (): Promise<void> => {
    [...knots(card)].find((one) => one.attributes.get("data-test") === "countersign")?.pressed.get("click")?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  agrees = false;
  await press();
  assert.deepEqual([signed.length, asked.length], [0, 1]);
  agrees = true;
  await press();
  assert.equal((signed[0] as typeof blank).packet, "p");
  for (const line of ["New readers: Zhao", "No longer readers: Sun", `${KEPT_OUT}: Gone`, "Readers then: Li, Sun, Zhao"]) assert.ok(asked.at(-1)?.split("\n").includes(line), line);
});

test("who declines is told whether anybody else could sign", () => {
  const said = (more: object, me = "Sun") => declinedWords({ ...blank, ...more } as never, me);
  assert.match(said({}, "Li"), /^Withdrawn/u);
  assert.match(said({ signers: ["Zhao"] }), /Another reader may still sign/u);
  assert.match(said({ signers: ["Zhao"], declined: ["Zhao"] }), /Nobody else can sign/u);
  assert.match(said({ signers: [] }, "Lawyer"), /Nobody else can sign/u);
  assert.match(said({ leavesMe: true }), /Another reader may still sign/u);
});

test("what only proposes says so before", () => {
  assert.equal(changeQuestion(wordsOf(1), "Sun", "add"), "Add Sun? They will be able to read the whole case.");
  assert.match(changeQuestion(words, "Sun", "add"), /^Propose to add Sun\?/u);
  assert.match(changeQuestion(words, "Sun", "remove"), /^Propose to remove Sun\?/u);
});

const event = (kind: string, actor: string) => ({ n: 1, kind, day: DAY, actor, hash: "h".repeat(43), item: null, wrong: null, data: { proposal: "x" } });

test("a proposer withdraws, anybody else declines or signs, and each answer names the proposal that it is to", () => {
  const at = (n: number, kind: string, actor: string, proposal: string) => ({ ...event(kind, actor), n, data: { proposal } });
  const events = [at(3, "regrant-proposed", "Li", "x"), { ...at(5, "regrant-proposed", "Zhao", "y"), day: "2026-11-27" }, { ...at(6, "regrant-proposed", "Lawyer", "z"), wrong: "forged" }];
  const opened = { epoch: 1, events, ruled: null, row: { entity: "works" } };
  const rowOf = (kind: string, actor: string, proposal: string, n = 9) => textOf(momentRow({ event: at(n, kind, actor, proposal), entry: null } as never, opened as never, words, {} as never));
  assert.match(rowOf("regrant-declined", "Li", "x"), /^Li withdrew their own change of readers, proposed on 28 Nov \(record entry 3\)/u);
  assert.match(rowOf("regrant-declined", "Sun", "y"), /^Sun declined the change of readers that Zhao proposed on 27 Nov \(record entry 5\)/u);
  assert.match(rowOf("regrant-countersigned", "Sun", "x"), /^Sun signed the change of readers that Li proposed on 28 Nov \(record entry 3\); it is in effect/u);
  // Neither a proposal that does not hold nor one that comes later is answered.
  assert.match(rowOf("regrant-declined", "Sun", "z"), /^Sun declined the proposed change of readers/u);
  assert.match(rowOf("regrant-declined", "Sun", "y", 4), /^Sun declined the proposed change of readers/u);
});

const notice = (seq: number, grant: string, previous: string, holders: string[]) => ({ dir: "to-reporter", seq, hash: String(seq), mark: "ok", type: "epoch", signer: null, seen: 0, payload: { epoch: seq, grant, previous, holders, signatures: [{ member: "Li", sig: "" }, { member: "Sun", sig: "" }] } });

test("a change of readers names who came and who went where it is known who read the case before, and a notice sent again is none", () => {
  const entries = [notice(1, "g1", "g0", ["Li", "Sun"]), notice(2, "g2", "g1", ["Li", "Zhao"]), notice(3, "g3", "g2", ["Li", "Zhao"]), notice(4, "g3", "g2", ["Li", "Zhao"])];
  const opened = { epoch: 9, events: [], entries, former: { grant: "g9", holders: [] }, ruled: null, row: { entity: "works" } };
  const said = (n: number, more: object = {}, kind = "regranted") => textOf(momentRow({ event: event(kind, "Li"), entry: entries[n] } as never, { ...opened, ...more } as never, words, { fetch: () => {} } as never));
  assert.match(said(1), /^Li, Sun changed who can read the case.*New readers: Zhao.*No longer readers: Sun.*Readers from this point on: Li, Zhao$/u);
  assert.match(said(2), /^New case key for the same readers, signed by Li, Sun.*Readers from this point on: Li, Zhao$/u);
  assert.ok(!/New readers|No longer/u.test(said(2)));
  assert.match(said(0), /^New case key, signed by/u);
  assert.match(said(0, { former: { grant: "g0", holders: ["Li"] } }), /changed who can read the case.*New readers: Sun/u);
  assert.match(said(3, {}, "regrant-told"), /^Li notified the reporter again of the change of readers.*Readers from this point on/u);
  // Named by such a step, but the first of its kind: it stays the change that it is.
  assert.match(said(1, {}, "regrant-told"), /changed who can read the case.*New readers: Zhao/u);
});

test("a case that somebody has taken stands under the changes of readers, and in the title's count, while a colleague's change waits in it", () => {
  const row = { case: "c", taken_by: ["Li"], urgent: false, day: DAY, standing: {} };
  const shelved = (proposal: unknown) => ({ row, opened: { row, entries: [], events: [], ruled: null, proposal }, refused: null }) as never;
  const now = new Date("2026-11-28T12:00:00Z");
  for (const [proposal, found] of [[blank, 1], [{ ...blank, by: "Sun" }, 0], [null, 0]] as const) {
    assert.equal(waitingIn([shelved(proposal)], "Sun", now).size, found);
    assert.equal(inView("asked", [shelved(proposal)], "Sun", now).length, found);
  }
});

test("a case that does not open is none that is read", () => {
  assert.deepEqual([...readIn([{ row: { case: "a" }, opened: {} }, { row: { case: "b" }, opened: null }] as never)], ["a"]);
});

// Names that are not in the page's language say in which they are, in every sentence that the desk composes of them.

import assert from "node:assert/strict";
import test from "node:test";
import { texts } from "./knots.js";

const { OfficeWords } = await import("../../../templates/desk/context.js");
const { proposalCard } = await import("../../../templates/desk/casepage/proposal.js");
const { recordSection } = await import("../../../templates/desk/casepage/record.js");
const { momentRow } = await import("../../../templates/desk/casepage/eventrow.js");
const { around, blank } = await import("../../../templates/shared/officetext.js");

const french = (name: string) => ({ texts: { fr: `FR ${name}` }, language: "fr", zh: `FR ${name}`, en: `FR ${name}` });
const MEMBERS = new Map(["li-wei", "sun-fang"].map((id) => [id, { id, role: "investigator", name: french(id) }]));
const directory = { member: (id: string) => MEMBERS.get(id) ?? null, validMember: (id: string) => MEMBERS.get(id) ?? null, content: { entities: [{ id: "works", name: french("works"), timezone: "UTC" }] } };
const words = new OfficeWords(directory as never, new Map(), () => new Date("2026-11-28T12:00:00Z"));
const act = { me: "sun-fang", countersign: () => {}, decline: () => {} };
const DAY = "2026-11-28";

/** The names that are shown; each stands in French, and nothing else does. */
function namesIn(found: unknown): string[] {
  const all = [...texts(found)];
  for (const [text, lang] of all) assert.equal(lang, text.startsWith("FR ") ? "fr" : "en", text);
  assert.ok(all.every(([text]) => !text.slice(1).includes("FR ") && !text.includes("\0")));
  return all.filter(([, lang]) => lang === "fr").map(([text]) => text.slice(3));
}

test("a change of readers that waits", () => {
  const proposal = { by: "li-wei", day: DAY, refused: null, leavesMe: false, added: ["sun-fang"], removed: ["li-wei"], holders: ["sun-fang", "li-wei"], excluded: ["zhao-min"], unnamed: ["sun-fang"], signers: [], declined: ["sun-fang"], outside: false };
  assert.deepEqual(namesIn(proposalCard(proposal as never, "works", words, act)), ["li-wei", "sun-fang", "li-wei", "li-wei", "sun-fang", "sun-fang", "li-wei", "sun-fang"]);
});

const event = (kind: string) => ({ n: 1, kind, day: DAY, actor: "li-wei", hash: "h".repeat(43), wrong: null, data: { role: null } });
const opened = { epoch: 1, events: [event("taken")], entries: [], former: null, ruled: null, row: { entity: "works" } };

test("the table of the record", () => {
  assert.deepEqual(namesIn(recordSection(opened as never, words)), ["li-wei"]);
});

test("moments of a case: an event, an act of the policy, and new readers", () => {
  for (const kind of ["taken", "registered"]) assert.deepEqual(namesIn(momentRow({ event: event(kind), entry: null } as never, opened as never, words, act as never)), ["li-wei"]);
  const entry = { dir: "to-reporter", seq: 2, hash: "h", mark: "ok", type: "epoch", signer: null, seen: 0, payload: { signatures: [{ member: "li-wei" }], holders: ["li-wei", "sun-fang"] } };
  assert.deepEqual(namesIn(momentRow({ event: null, entry } as never, opened as never, words, act as never)), ["li-wei", "li-wei", "sun-fang"]);
});

test("the entities of a time zone", () => {
  const away = new OfficeWords({ ...directory, content: { entities: [{ id: "works", name: french("works"), timezone: "Asia/Tokyo" }, { id: "mill", name: french("mill"), timezone: "Europe/Paris" }] } } as never, new Map(), () => new Date());
  assert.deepEqual(namesIn(away.zones(["works", "mill"])), ["works", "mill"]);
});

test("an id that nobody has is shown as it is, and a sentence without its element keeps its blank's name", () => {
  assert.deepEqual([...texts(words.namedAll(["nobody", "li-wei"]))], [["nobody", "en"], [", ", "en"], ["FR li-wei", "fr"]]);
  assert.deepEqual([...texts(words.namedEntity("works"))], [["FR works", "fr"]]);
  assert.deepEqual([...texts(around(`to ${blank("name")}.`, {}))].map(([text]) => text).join(""), "to name.");
});

/** Whom a report is about: what was ticked, who gets no key for it, and by which directory. */

import assert from "node:assert/strict";
import test from "node:test";

import { type IntakeRules, membersConcerned, readIntakeRules } from "../../../casework/index.js";
import { type VerifiedDirectory, chooseHolders, verifyDirectory } from "../../../crypto/index.js";
import type { OfficeWords } from "../../../templates/desk/context.js";
import { Concerned, type Under } from "../../../templates/desk/onbehalf/concerned.js";
import { TODAY, drawOffice, noteText, signNote } from "../crypto/office.js";

const said = (en: string): Record<string, string> => ({ en, zh: en });
const named = (id: string): Record<string, unknown> => ({ id, name: said(id), source: { reason: said("-") } });
const DOCUMENT = {
  language: "en", id: "whistle", title: said("Made up"), categories: [], roles: [{ ...named("hr"), kind: "department" }, { ...named("audit"), kind: "oversight" }], subjects: [],
  kinds: [{ ...named("report"), register: "reports", imminent: false, unreasonable: false }], channels: [{ ...named("line"), kind: "telephone", to: ["hr"], published: false, daily: false }],
  fields: [], form: null, scope: [], classifications: [], holders: { hr: ["an", "outsider"], audit: ["bo", "chen"] }, entities: [],
};
const rules: IntakeRules = readIntakeRules(new TextEncoder().encode(JSON.stringify(DOCUMENT)));
const office = drawOffice();
/** The office's directory with these rows of readers, and these outside holders. */
function directoryWith(rows: Readonly<Record<string, readonly string[]>>, outside = ["outsider"]): VerifiedDirectory {
  const holders = Object.entries(rows).map(([category, members]) => ({ entity: "plant", policy: "whistle", category, members, left_out: [] }));
  const [place] = office.document["entities"] as Record<string, unknown>[];
  const text = noteText("directory", office.id, 3, { ...office.document, holders, entities: [{ ...place, outside }] });
  return verifyDirectory(office.code, office.roots, signNote(text, office.keepers.slice(1)), TODAY);
}
const under = (directory: VerifiedDirectory, category = "*", of: IntakeRules | null = rules): Under => ({ directory, entity: "plant", policy: "whistle", category, rules: of });
const words = { role: () => "", people: (ids: readonly string[]) => ids.join(", ") } as unknown as OfficeWords;
/** Boxes have to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

function form(): Concerned {
  const concerned = new Concerned(words, "an", () => undefined);
  // A box that stands in no page announces no change.
  document.body.replaceChildren(concerned.element);
  return concerned;
}

function tick(concerned: Concerned, name: string): void {
  const box = concerned.element.querySelector<HTMLInputElement>(`[data-test="onbehalf-${name}"]`);
  assert.ok(box, name);
  box.click();
}
const ticked = (concerned: Concerned): string[] => [...concerned.element.querySelectorAll<HTMLInputElement>("input:checked")].map((one) => one.getAttribute("data-test") ?? "");

test("a role is held inside and outside, and one of all readers is nobody in particular", () => {
  const members = directoryWith({ "*": ["an", "bo"] }).content.members.map(({ id }) => id);
  assert.deepEqual(membersConcerned(rules, ["hr", "audit"], ["an", "bo"], members), { members: ["an", "bo", "chen", "outsider"], shared: [] });
  assert.deepEqual(membersConcerned(rules, ["hr", "audit"], ["bo", "chen"], members), { members: ["an", "outsider"], shared: ["audit"] });
});

onPage("an outside holder of a role that is complained of gets no key in place of the readers", () => {
  const concerned = form();
  concerned.ask(under(directoryWith({ "*": ["an", "bo"] }, ["outsider", "ding"])));
  tick(concerned, "concerned-hr");
  assert.deepEqual(concerned.excluded, ["an", "outsider"]);
  assert.deepEqual(concerned.holders()?.ids, ["ding"]);
  concerned.ask(under(directoryWith({ "*": ["an", "bo"] })));
  assert.equal(concerned.holders(), null);
  assert.equal(concerned.readers.textContent, "Nobody would be able to read it.");
});

onPage("who is left out follows the directory by which the report is sealed", () => {
  const concerned = form();
  concerned.ask(under(directoryWith({ "*": ["bo", "chen", "ding"] })));
  tick(concerned, "concerned-hr");
  const chosen = concerned.chosen();
  const renewed = directoryWith({ "*": ["an", "bo", "chen", "ding"] });
  assert.deepEqual(chosen(renewed), ["an", "outsider"]);
  assert.deepEqual(chooseHolders(renewed, "plant", "whistle", "*", chosen(renewed)).ids, ["bo", "chen", "ding"]);
  tick(concerned, "concerned-hr");
  assert.deepEqual([chosen(renewed), concerned.chosen()(renewed)], [["an", "outsider"], []]);
  // Two of three hold it here; where all readers do, it says nobody, and nothing is sealed.
  tick(concerned, "concerned-audit");
  assert.deepEqual(concerned.faults(), []);
  assert.throws(() => concerned.chosen()(directoryWith({ "*": ["bo", "chen"] })), (error) => (error as { stage?: string }).stage === "excluded");
});

onPage("what was ticked stays ticked while another category, policy or directory does not ask for it", () => {
  const concerned = form();
  const directory = directoryWith({ "*": ["an", "bo", "chen", "ding"], theft: ["bo", "chen"] }, ["an"]);
  concerned.ask(under(directory));
  for (const name of ["exclude-an", "concerned-audit"]) tick(concerned, name);
  concerned.ask(under(directory, "theft"));
  // Who was named reads under no category, not even from outside, and can be seen and taken back.
  assert.deepEqual([concerned.excluded.includes("an"), ticked(concerned).includes("onbehalf-exclude-an")], [true, true]);
  concerned.ask(under(directory, "*", null));
  assert.deepEqual([concerned.roles, concerned.excluded], [[], ["an"]]);
  concerned.ask(under(directory));
  assert.deepEqual([concerned.roles, concerned.excluded], [["audit"], ["an", "bo", "chen"]]);
  assert.deepEqual(ticked(concerned), ["onbehalf-exclude-an", "onbehalf-concerned-audit"]);
});

onPage("a member who will get no key for what they write down is told so, and only they", () => {
  const concerned = form();
  const told = (): boolean => concerned.readers.querySelector('[data-test="onbehalf-not-me"]')?.textContent === "You will not be able to read it yourself.";
  concerned.ask(under(directoryWith({ "*": ["an", "bo", "chen"] })));
  assert.equal(told(), false);
  tick(concerned, "exclude-an");
  assert.equal(told(), true);
  tick(concerned, "exclude-an");
  assert.equal(told(), false);
  concerned.ask(under(directoryWith({ "*": ["bo", "chen"] })));
  assert.equal(told(), true);
});

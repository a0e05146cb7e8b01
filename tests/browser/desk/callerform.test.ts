/** The form of a report that is logged for a caller: its channels, who empties a box, and what the register still asks. */

import assert from "node:assert/strict";
import test from "node:test";

import { type IntakeRules, logReport, isRefused, readIntakeRules } from "../../../casework/index.js";
import type { Paper } from "../../../casework/letters/composing.js";
import { paperArticle } from "../../../templates/desk/letters/paper.js";
import { RegisterFields } from "../../../templates/desk/onbehalf/registerfields.js";
import { boxLine, drawWays, kindOfWay, nameOfKind } from "../../../templates/desk/onbehalf/ways.js";
import { refusalLine, wayLines } from "../../../templates/desk/onbehalf/wayline.js";

const said = (en: string): Record<string, string> => ({ en, zh: en });
const named = (id: string, en: string): Record<string, unknown> => ({ id, name: said(en), source: { reason: said("-") } });
const channel = (id: string, kind: string, to: string, daily = false): Record<string, unknown> => ({ ...named(id, id), kind, to: [to], published: false, daily });
const registered = (id: string, need: string): Record<string, unknown> => ({ ...named(id, id), need, place: "register" });
const kind = (id: string): Record<string, unknown> => ({ ...named(id, id), register: "reports", imminent: false, unreasonable: false });
const DOCUMENT = {
  language: "en", id: "made-up", title: said("Made up"), categories: [{ ...named("noise", "Noise"), kind: null }], roles: [{ ...named("hr", "HR"), kind: "department" }, { ...named("audit", "Audit"), kind: "oversight" }],
  subjects: [], kinds: [kind("complaint"), kind("report")], channels: [channel("line", "telephone", "hr"), channel("slot", "box", "audit", true)],
  fields: [registered("content", "required"), registered("time", "required"), registered("name", "required"), registered("proof", "best-effort")],
  form: null, scope: [], classifications: [], holders: { hr: ["li"], audit: ["wang"] }, entities: [],
};
const rules: IntakeRules = readIntakeRules(new TextEncoder().encode(JSON.stringify(DOCUMENT)));
/** Fields have to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;
const values = (select: HTMLSelectElement): string[] => [...select.options].map(({ value }) => value);

onPage("the policy's channels come first, each with those to whom it leads, and other ways after them", () => {
  const select = document.createElement("select");
  drawWays(select, null);
  assert.deepEqual(values(select), ["telephone", "letter", "counter", "box", "email", "register"]);
  assert.equal(select.value, "telephone");
  drawWays(select, rules);
  assert.deepEqual([...select.querySelectorAll("optgroup")].map((one) => one.querySelectorAll("option").length), [2, 10]);
  assert.equal(select.options[0]?.textContent, "line → HR");
  assert.equal(values(select).filter((one) => ["telephone", "box"].includes(one)).length, 0);
  // The kind that was chosen before is called otherwise here: the usual channel takes its place.
  assert.equal(select.value, "line");
  select.value = "letter";
  drawWays(select, rules);
  assert.equal(select.value, "letter");
});

test("a box says who empties it, and another member than theirs is refused in the policy's words", () => {
  assert.equal(boxLine(rules, "line"), null);
  assert.equal(boxLine(rules, "slot"), "Emptied every day by: Audit.");
  assert.deepEqual([kindOfWay(rules, "slot"), kindOfWay(rules, "letter"), kindOfWay(null, "box")], ["box", "letter", "box"]);
  const report = { channel: "slot", received: "2026-09-30", member: "chen", account: "-", subject: null, kind: "report", category: null, entity: null, imminent: false, leftOut: false, fields: new Map<string, string>(), concerned: [] };
  const refused = logReport(rules, report, nameOfKind);
  assert.ok(isRefused(refused));
  assert.equal(refusalLine(rules, refused), "Reports by this channel are logged by: Audit");
  const beside = logReport(rules, { ...report, channel: "letter", concerned: ["hr"] }, nameOfKind);
  assert.ok(!isRefused(beside));
  assert.deepEqual(wayLines(beside), ["The policy does not list this channel: letter. The report is registered all the same.", "Under the policy this goes to: Audit."]);
  // All of them are complained of: the report is registered, and nobody is named as its receiver.
  const nobody = logReport(rules, { ...report, channel: "line", member: "li", concerned: ["hr", "audit"] }, nameOfKind);
  assert.ok(!isRefused(nobody));
  assert.deepEqual(wayLines(nobody), ["Under the policy nobody is left to receive it."]);
});

onPage("what the register requires is named at its field, who reports only where a name is given, and may stay open knowingly", () => {
  const form = document.createElement("form");
  const register = new RegisterFields(() => undefined);
  document.body.append(form);
  form.append(register.kindPlace, register.fieldsPlace, register.more);
  register.ask(rules, false);
  assert.deepEqual([...form.querySelectorAll("[id^=onbehalf-field]:not(p)")].map(({ id }) => id), ["onbehalf-field-time", "onbehalf-field-proof"]);
  assert.match(form.querySelector('[data-test="onbehalf-unnamed"]')?.textContent ?? "", /\(name\)/);
  assert.deepEqual(register.faults(false).map(({ field }) => field.id), ["onbehalf-kind", "onbehalf-field-time"]);
  register.ask(rules, true);
  assert.deepEqual(register.faults(true).map(({ field }) => field.id), ["onbehalf-kind", "onbehalf-field-time", "onbehalf-field-name"]);
  const name = form.querySelector<HTMLInputElement>("#onbehalf-field-name");
  assert.ok(name);
  name.value = " Li ";
  name.dispatchEvent(new Event("input"));
  assert.deepEqual([...register.read(true).fields], [["name", "Li"]]);
  // A caller who takes the name back has it in no form.
  assert.deepEqual([...register.read(false).fields], []);
  const kinds = form.querySelector<HTMLSelectElement>("#onbehalf-kind");
  assert.ok(kinds);
  kinds.value = "report";
  register.without.checked = true;
  assert.deepEqual(register.faults(true), []);
  register.ask(null, false);
  assert.deepEqual([register.faults(false), [...register.read(false).fields], register.kindPlace.hidden], [[], [], true]);
  form.remove();
});

onPage("a row of the register form as a paper has no class of the pages' rows, which would take it out of the table", () => {
  const form: Paper = {
    letter: "registration", form: "sheet", language: "en", title: "Registration form", number: "No. 1", salute: "", close: "", sign: [], office: "", day: "", seal: "",
    parts: [{ kind: "row", label: "Policy", text: "Complaints" }, { kind: "blank", label: "Instructions", text: "" }],
  };
  assert.deepEqual([...paperArticle(form).querySelectorAll("tr")].map(({ className }) => className), ["", "blank"]);
});

onPage("a question that the register asks is asked once, and who reports only of a caller who gives a name", () => {
  const register = new RegisterFields(() => undefined);
  const text = (id: string): { id: string; choices: [] } => ({ id, choices: [] });
  assert.equal(register.covers(text("name"), false), false);
  register.ask(rules, false);
  const covered = (named: boolean): string[] => ["name", "time", "contact", "flight"].filter((one) => register.covers(text(one), named));
  assert.deepEqual([covered(false), covered(true)], [["name", "time", "contact"], ["name", "time"]]);
  // A line of the register that the policy says is asked as a question of the page.
  const same: IntakeRules = readIntakeRules(new TextEncoder().encode(JSON.stringify({ ...DOCUMENT, fields: [{ ...registered("time", "required"), asked_as: ["when", "where"] }, { ...registered("telephone", "best-effort"), asked_as: ["contact"] }] })));
  register.ask(same, true);
  assert.deepEqual(["when", "where", "contact", "flight"].filter((one) => register.covers(text(one), true)), ["when", "where", "contact"]);
  register.ask(rules, true);
  // What is chosen from a list is no line of text.
  assert.equal(register.covers({ id: "proof", choices: [{ id: "yes", name: { zh: "有", en: "Yes" } }] } as never, true), false);
});

onPage("somebody whom the policy does not name can be entered, and is marked so and registered", () => {
  const listed = { ...rules, subjects: readIntakeRules(new TextEncoder().encode(JSON.stringify({ ...DOCUMENT, subjects: [named("customer", "Customer")] }))).subjects };
  const fields = new RegisterFields(() => undefined);
  document.body.append(fields.more);
  fields.ask(listed, false);
  const select = document.querySelector<HTMLSelectElement>("#onbehalf-subject");
  assert.ok(select !== null);
  assert.deepEqual([...select.options].map(({ textContent }) => textContent), ["", "Customer", "Somebody else"]);
  const outside = ["customer", "", "-"].map((value) => {
    select.value = value;
    const { subject } = fields.read(false);
    const found = logReport(listed, { channel: "line", received: "2026-09-30", member: "li", account: "-", subject, kind: "report", category: null, entity: null, imminent: false, leftOut: false, fields: new Map(), concerned: [] }, nameOfKind);
    return isRefused(found) ? found.reason : found.intake.outside;
  });
  assert.deepEqual(outside, [[], [], ["subject"]]);
  fields.more.remove();
});

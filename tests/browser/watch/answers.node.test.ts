// What the watch's host says to the officer's page, each field altered in turn; every call is read strictly or named.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { sha256 } from "../../../crypto/primitives.js";
import { b64decode, b64encode, systemRng } from "../../../crypto/staff.js";
import { LINK_SIZE, PROTECTION_SIZE } from "../../../crypto/watch/protection.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import { namedAt, readAlerts, readLadder } from "../../../templates/watch/alerts/model.js";
import { enteredFile } from "../../../templates/watch/alerts/saving.js";
import { columnName } from "../../../templates/watch/feeds/columns.js";
import { feedsShape, keptShape, mappedOf } from "../../../templates/watch/feeds/model.js";
import { kindName, letterName } from "../../../templates/watch/kinds.js";
import { readLetters } from "../../../templates/watch/letters/model.js";
import { coverShape, linksShape, outcomesOf, packetsShape } from "../../../templates/watch/protected/model.js";
import { openPackets } from "../../../templates/watch/protected/packets.js";
import type { OfficerSession } from "../../../templates/watch/session.js";
import { ID, OUTSIDE, type Row, altersEach } from "../shared/matrix.js";

const HASH = Buffer.alloc(32, 7).toString("base64url");
const DAY = "2026-11-28";
const MEASURE = { kind: "demotion", zh: "降职", en: "demotion", letter: "b", recorded: DAY, effective: DAY, backdated: false };
const EVIDENCE = {
  v: 2, level: "red", day: DAY, since: DAY, until: DAY, from: DAY, stands: true, told: [{ day: DAY, why: "crossed", level: "amber", odds: 20, measures: 2, score: 3.5 }],
  whole: { observed: 2, expected: 0.1 }, observed: { demotion: 1 }, expected: 0.1, cohort: 12, placebos: 600, odds: 40, rate: 0.05, sentence: { zh: "甲", en: "A" },
  measures: [MEASURE], weeks: [{ end: DAY, person: 1, colleagues: 12, cohort: 0.2 }], entity: "works", gaps: [{ source: "hr", kind: null, since: DAY }],
};
const ALERT = { alert: ID, shown: DAY, told: DAY, state: "new", evidence: EVIDENCE };
const FEED = { source: "hr", entity: "works", ended: false, version: 1, unread: 3 };
const MAPPED = {
  feed: FEED, dates: "dmy", headings: [{ file: "roster", text: "Nr.", column: "employee_id", given: true }], kinds: [{ text: "Abmahnung", rows: 3, kind: null, given: false }],
  rare: { names: 1, rows: 2 }, columns: { roster: ["employee_id"], events: ["event_type"] }, known: ["demotion"],
};
const classes = readFileSync("retaliation_watch/review_sampling/classes.py", "utf8");
/** One wording of `retaliation_watch/review_sampling/classes.py`: a few texts in brackets, one after the other. */
const wording = (name: string): string => [...((new RegExp(`^${name}: Final = \\(\n([^]*?)\n\\)`, "m").exec(classes)?.[1] ?? "").matchAll(/"(.*)"/g))].map(([, part]) => part).join("");
const LETTERS = {
  rule: "FR-2", words: { zh: wording("WORDING_ZH"), en: wording("WORDING_EN") },
  letters: [{ entity: "works", review: ID, employee: "1", kind: "demotion", recorded: DAY, drawn: DAY }],
};

/** An evidence's fields that may be any text of a language or any amount, with the counts by their codes. */
const FREE = ["told/0/score", "whole/expected", "observed", "expected", "rate", "sentence/zh", "sentence/en", "measures/0/zh", "measures/0/en", "weeks/0/person", "weeks/0/cohort"];
const READ: Record<string, Row> = {
  "GET /api/alerts": [readAlerts, { alerts: [ALERT], names: 5 }, FREE.map((where) => `alerts/0/evidence/${where}`)],
  "GET /api/alerts/<alert>/steps": [
    readLadder, { bound: 2, together: 5.1, whole: 1.5, steps: [{ kind: "demotion", recorded: DAY, asked: null, refusal: "late", adds: 1.2, whole: 1.5 }] },
    ["bound", "together", "whole", "steps/0/adds", "steps/0/whole"],
  ],
  "POST /api/alerts/<alert>/name": [namedAt("works"), { entity: "works", employee: "1", left: 4 }, ["employee"]],
  "POST /api/alerts/<alert>/evidence": [enteredFile, { sha256: HASH, file: "{}" }, ["file"]],
  "GET /api/packets": [packetsShape, { packets: [Buffer.alloc(PROTECTION_SIZE, 7).toString("base64url")] }],
  "POST /api/entries": [outcomesOf(1), { outcomes: ["entered"] }],
  "POST /api/links": [linksShape, { entries: [{ link: Buffer.alloc(LINK_SIZE, 7).toString("base64url"), from: DAY, until: DAY }] }],
  "POST /api/cover": [coverShape, { employees: ["1"], missing: 2 }, ["employees/0"]],
  "POST /api/letters": [readLetters, LETTERS, ["letters/0/employee"]],
  "GET /api/feeds": [feedsShape, { feeds: [FEED] }],
  "GET /api/feeds/<source>": [mappedOf("hr"), MAPPED, ["headings/0/text", "kinds/0/text"]],
  "POST /api/feeds/<source>/form": [keptShape, { version: 2, changed: 7 }],
};
/** Nothing is read of these answers, or the page never asks; `/office/office.json` is held by its signatures. */
const UNREAD = new Set(["POST /api/alerts/<alert>/state", "POST /api/link-requests", "GET /api/agreements"]);

altersEach(READ);

test("every call of the officer's face is read strictly, or known as one of which nothing is read", () => {
  const views = readdirSync("portal/watch").filter((file) => file.endsWith("_views.py") && file !== "hr_upload_views.py");
  const calls = views.flatMap((file) => [...readFileSync(`portal/watch/${file}`, "utf8").matchAll(/@views\.(get|post)\("([^"]+)"\)/g)].map(([, method, path]) => `${(method ?? "").toUpperCase()} /api${path ?? ""}`));
  assert.ok(calls.length > 10);
  assert.deepEqual(calls.sort(), [...Object.keys(READ), ...UNREAD].sort());
});

test("somebody of another entity, another system's form and a word too few are refused", () => {
  assert.throws(() => namedAt("works")({ entity: "ireland", employee: "1", left: 4 }), CryptoError);
  assert.throws(() => mappedOf("hr")({ ...MAPPED, feed: { ...FEED, source: "payroll" } }), CryptoError);
  for (const wishes of [0, 2]) assert.throws(() => outcomesOf(wishes)({ outcomes: ["entered"] }), CryptoError);
});

test("nothing stands twice, and an alert has a week at least", () => {
  assert.throws(() => readAlerts({ alerts: [ALERT, ALERT], names: 5 }), CryptoError);
  assert.throws(() => readLetters({ ...LETTERS, letters: [LETTERS.letters[0], LETTERS.letters[0]] }), CryptoError);
  assert.throws(() => coverShape({ employees: ["1", "1"], missing: 0 }), CryptoError);
  assert.throws(() => readAlerts({ alerts: [{ ...ALERT, evidence: { ...EVIDENCE, weeks: [] } }], names: 5 }), CryptoError);
});

test("letters that say another word than every review are not shown", () => {
  for (const words of [{ ...LETTERS.words, en: `${LETTERS.words.en} At once.` }, { ...LETTERS.words, zh: "请复核。" }, { zh: LETTERS.words.en, en: LETTERS.words.zh }]) {
    assert.throws(() => readLetters({ ...LETTERS, words }), CryptoError);
  }
  assert.throws(() => readLetters({ ...LETTERS, rule: "FR-3" }), CryptoError);
});

test("a code that every object inherits is shown as it is, not looked up", () => {
  for (const code of ["constructor", "valueOf", "toString", "__proto__", OUTSIDE]) {
    assert.deepEqual([kindName(code), columnName(code), letterName(code)], [code, code, ""]);
  }
});

test("a host that gives the same full page again and again ends the sitting, and no packet counts twice", async () => {
  const packets = Array.from({ length: 64 }, () => b64encode(systemRng(PROTECTION_SIZE)));
  let asked = 0;
  const room = { calls: { get: (shape: typeof packetsShape) => Promise.resolve(shape({ packets: (asked += 1) === 1 ? packets : [...packets].reverse() })) } };
  const sitting = await openPackets(room as unknown as OfficerSession, Identity.draw(systemRng));
  assert.deepEqual([asked, sitting.dummies.length], [2, 64]);
  assert.deepEqual(new Set(sitting.dummies), new Set(packets.map((one) => b64encode(sha256(b64decode(one))))));
});

// What the desk and the office's documents say to a page, each field altered in turn; every call is read strictly or named.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { dutyStatements } from "../../../templates/desk/recurring/calls.js";
import * as desk from "../../../templates/desk/responses.js";
import { isDemo, partsShape, problemOf, readText, rootsShape } from "../../../templates/shared/responses.js";
import { ID, OUTSIDE, type Row, altersEach } from "../shared/matrix.js";

const CASE = ID;
const HASH = Buffer.alloc(32, 7).toString("base64url");
const SIG = Buffer.alloc(64, 7).toString("base64url");
const HISTORY = Buffer.alloc(4124).toString("base64url");
const DAY = "2026-11-28";
const BOTH = { zh: "甲", en: "A" };
const STANDING = { ended: false, waiting: true, owner: "a", deputy: null, next_due: 1_800_000_000 };
const PLACED = { n: 1, prev: HASH, event: { payload: "x", sig: SIG } };
const ROW = {
  case: CASE, entity: "works", policy: "p", version: "1", day: DAY, stage: "new", epoch: 0, urgent: false, taken_by: ["a"],
  head: { n: 3, hash: HASH }, last: { to_office: 1, to_reporter: 0 }, standing: STANDING,
};
const PROPOSAL = { by: "a", invited: "b", day: DAY, epoch: 1, packet: "AAAA", history: HISTORY, access: HASH, proof: { day: DAY, sequence: 1, binding: HASH, signatures: [{ member: "a", sig: SIG }] } };
const FILE = {
  ...ROW, packet: "AAAA", history: HISTORY, items: [{ v: 1 }], events: [{ payload: "x", sig: null }], keyring: { v: 1 }, proposal: PROPOSAL, rules: null,
  dues: [{ clock: "k", day: DAY, kind: "x" }], undeliverable: [2], reporter_hint: [],
};
const TABLE = {
  id: "t", title: BOTH, rows: [{ id: "r", name: BOTH }], columns: [{ id: "c", name: BOTH }], cells: [[null]], row_totals: [1], column_totals: [1], total: 1,
};

const READ: Record<string, Row> = {
  "GET /log/roots.json": [rootsShape, { roots: ["note"] }, ["roots/0"]],
  "GET /log/checkpoints.json": [desk.sizes, { v: 1, sizes: [4] }],
  "GET /api/me": [desk.me, { member: "a", role: "r", entity: null, wrapped_key: { v: 1 }, csrf: null, next_keys: null }, ["wrapped_key", "wrapped_key/v", "next_keys"]],
  "GET /api/session/key-half": [desk.keyHalf, { key_half: HASH }],
  "POST /api/session/challenge": [desk.challenge, { challenge: HASH }],
  "POST /api/me/passkeys/challenge": [desk.challenge, { challenge: HASH }],
  "GET /api/me/passkeys": [desk.passkeyList, { passkeys: [{ credential: "AAAA", name: "phone", day: DAY, wrapped_key: null }] }, ["passkeys/0/name", "passkeys/0/wrapped_key"]],
  "POST /api/enrolment": [
    desk.invitation, { office: CASE, member: "a", name: BOTH, role: "r", entity: null, totp_secret: "MFRA", totp_uri: "otpauth://x" },
    ["name/zh", "name/en", "totp_secret", "totp_uri"],
  ],
  "POST /api/enrolment/keys": [desk.trial, { trial: "AAAA", items: [{}] }, ["items", "items/0"]],
  "GET /api/news": [desk.newsShape, { v: 1, batch: "b", cases: "c" }, ["batch", "cases"]],
  "GET /api/batch": [desk.days, { days: [{ day: DAY, ids: [CASE] }] }],
  "GET /api/regrants": [desk.entries, { entries: [{ id: CASE, packet: "AAAA" }] }],
  "GET /api/removals": [
    desk.removals, { removals: [{ case: CASE, entity: "e", day: DAY, member: "a", claim: PLACED, changes: [PLACED] }], more: false },
    ["removals/0/claim/event/payload", "removals/0/changes/0/event/payload"],
  ],
  "GET /api/batch/{day}": [desk.entries, { entries: [{ id: CASE, packet: "AAAA" }] }],
  "POST /api/claims": [desk.accepted, { accepted: [true] }],
  "GET /api/proposals": [desk.asked, { cases: [CASE] }],
  "GET /api/cases": [desk.page, { cases: [ROW], next: Buffer.alloc(24, 1).toString("base64url") }, ["cases/0/version"]],
  "GET /api/cases/{case}": [
    desk.fileOf(CASE), FILE,
    ["version", "items", "items/0", "items/0/v", "events/0/payload", "keyring", "keyring/v", "dues/0/clock"],
  ],
  "GET /api/cases/files": [
    (value) => desk.placesOf(1)(value).map((place) => desk.fileOf(CASE)(place)), { files: [FILE] },
    ["version", "items", "items/0", "items/0/v", "events/0/payload", "keyring", "keyring/v", "dues/0/clock"].map((name) => `files/0/${name}`),
  ],
  "GET /api/duties": [dutyStatements, { statements: ["{}"] }, ["statements/0"]],
  "GET /api/drawers": [desk.bits, { bits: 4 }],
  "GET /api/unsealing": [
    desk.requests, { requests: [{ request: { v: 1 }, votes: ["{}"], reviews: ["{}"] }] },
    ["requests/0/request", "requests/0/request/v", "requests/0/votes/0", "requests/0/reviews/0"],
  ],
  "GET /api/figures": [
    desk.figuresShape, { first: DAY, last: DAY, tables: [TABLE] },
    ["tables/0/id", "tables/0/title/zh", "tables/0/title/en", ...["rows", "columns"].flatMap((name) => [`tables/0/${name}/0/id`, `tables/0/${name}/0/name/zh`, `tables/0/${name}/0/name/en`])],
  ],
  "GET /api/blobs/{blob}": [partsShape, { parts: [{ k: 0, hash: HASH, size: 1 }] }],
};
/** Nothing of these answers is read as a document: none comes, it is bytes that `crypto` takes apart, or a text held by its hash or signature. */
const UNREAD = new Set([
  "POST /api/session", "POST /api/session/passkey", "POST /api/session/end", "PUT /api/me/secrets", "PUT /api/me/keys", "POST /api/me/keys/taken",
  "POST /api/me/passkeys", "POST /api/me/passkeys/{credential}/end", "POST /api/enrolment/trial", "PUT /api/cases/{case}/key", "POST /api/cases/{case}/steps",
  "POST /api/cases/{case}/proposals", "POST /api/submissions", "POST /api/packets", "POST /api/unsealing", "POST /api/unsealing/{request}/votes",
  "POST /api/unsealing/{request}/reviews", "PUT /api/blobs/{blob}/parts/{k}", "GET /api/cases/{case}/blobs/{blob}/parts/{k}", "GET /api/drawers/{bits}/{drawer}",
  "GET /api/marks", "GET /office/office.json", "GET /healthz", "GET /log/checkpoint", "GET /log/checkpoints/{size}", "GET /log/log.note", "GET /log/directory.note", "GET /api/cases/{case}/former", "GET /log/tile/{rest}",
  "POST /api/duties", "POST /api/bundles", "POST /api/poll", "POST /api/posts", "PUT /api/drafts", "POST /api/blob", "POST /api/filings", "GET /office/site.json",
  "GET /.well-known/security.txt", "GET /office/policies/{name}.json", "GET /office/jurisdictions/{name}.json", "GET /office/zh/yanlu-report.html", "GET /office/en/yanlu-report.html",
]);

altersEach(READ);

test("every call of both documents is read strictly, or known as one of which nothing is read", () => {
  const calls = new Set<string>();
  for (const face of ["desk", "intake"]) {
    const { paths } = JSON.parse(readFileSync(`portal/openapi/${face}.json`, "utf8")) as { paths: Record<string, Record<string, unknown>> };
    for (const [path, methods] of Object.entries(paths)) for (const method of Object.keys(methods)) calls.add(`${method.toUpperCase()} ${path}`);
  }
  const known = new Set([...Object.keys(READ), ...UNREAD]);
  assert.deepEqual([...calls].filter((call) => !known.has(call)), []);
  assert.deepEqual([...known].filter((call) => !calls.has(call)), []);
});

test("the file of another case is refused, and an id that is none asks for nothing", () => {
  const other = Buffer.alloc(16, 9).toString("base64url");
  assert.throws(() => readText(desk.fileOf(other), JSON.stringify(FILE)), CryptoError);
  for (const id of [OUTSIDE, "", `${CASE}=`, CASE.slice(1)]) assert.throws(() => desk.fileOf(id), CryptoError);
});

test("a problem is bounded text, whatever is said", () => {
  const nothing = { code: "", title: "", detail: "", allowed: [] };
  for (const told of ["", "null", "[]", "7", '{"type":7,"title":null,"detail":{},"allowed":7}', '{"allowed":[null,7,{"name":7}]}']) assert.deepEqual(problemOf(told), nothing);
  const long = problemOf(JSON.stringify({ type: "urn:yanlu:error:head-moved", detail: "a".repeat(9000), allowed: [{ name: "b" }] }));
  assert.deepEqual([long.code, long.detail.length, long.allowed], ["head-moved", 2000, ["b"]]);
});

test("nothing but a plain yes makes a site a demonstration", () => {
  assert.equal(isDemo('{"v":1,"demo":true}'), true);
  for (const told of ['{"demo":1}', '{"demo":"true"}', "null", "[]", "", "<html>", "{}"]) assert.equal(isDemo(told), false);
});

// SPEC §4: signed notes, the roots of an office, and its code.
import { demand, equal, fromB64, sha256, toB64, utf8, verifies } from "./ground.js";
import { readCheckedCode, writeCheckedCode } from "./codes.js";
import { readJson, writeJson } from "./strict_json.js";
import { b16, b32, checked, distinct, id, integer, list, matching, may, oneOf, written } from "./shape.js";
import { MAX_NUMBER, signingKey } from "./directory_shape.js";
import { tag, tags } from "./languages.js";

const MAX_NOTE = 524288;
const MAX_LINES = 16;

const isOfNote = (length) => length === 68 || length === 76;

/** Splits a note into its text and its signature lines, each `{name, hash, signature}`. */
export function readNote(note, most = MAX_NOTE, isLength = isOfNote) {
  demand(typeof note === "string" && utf8(note).length <= most, "schema", "no note of this size");
  const split = note.lastIndexOf("\n\n");
  demand(split > 0 && note.endsWith("\n"), "schema", "no signature line");
  const lines = note.slice(split + 2, -1).split("\n");
  demand(lines.length <= MAX_LINES, "schema", "too many signature lines");
  return { text: note.slice(0, split + 1), lines: lines.map((line) => readLine(line, isLength)) };
}

function readLine(line, isLength) {
  const found = /^— ([^ ]+) ([A-Za-z0-9+/]+=*)$/.exec(line);
  demand(found, "schema", "no signature line");
  const raw = Buffer.from(found[2], "base64");
  demand(raw.toString("base64") === found[2] && isLength(raw.length), "schema", "no Base64 of this length");
  return { name: found[1], hash: raw.subarray(0, 4), signature: raw.subarray(4) };
}

/** The key hash of a signer: the first four bytes of SHA-256 of name, kind and key. */
export const keyHash = (name, kind, key) => sha256(utf8(name), Buffer.from([10, kind]), key).subarray(0, 4);

/** How many of these signers, `{id, key}`, signed the text; each counts once. */
function countSigners(note, signers) {
  return signers.filter(({ id: name, key }) => {
    const hash = keyHash(name, 1, key);
    const own = note.lines.filter((line) => line.name === name && equal(line.hash, hash));
    return own.some((line) => verifies(key, utf8(note.text), line.signature));
  }).length;
}

/** The second at which a witness cosigned the text; null if it did not. */
export function cosigned(note, name, key) {
  const hash = keyHash(name, 4, key);
  const own = note.lines.filter((line) => line.name === name && equal(line.hash, hash) && line.signature.length === 72);
  const held = own.map((line) => ({ seconds: line.signature.readBigUInt64BE(), signature: line.signature.subarray(8) }));
  const found = held.find(({ seconds, signature }) => {
    return seconds < 2n ** 53n && verifies(key, utf8(`cosignature/v1\ntime ${seconds}\n${note.text}`), signature);
  });
  return found === undefined ? null : Number(found.seconds);
}

/** The four lines of a note's text: label, office id, number, JSON. */
export function readLines(text, label) {
  const lines = text.split("\n");
  demand(lines.length === 5 && lines[4] === "" && lines[0] === label, "schema", "no four lines under this label");
  demand(/^(0|[1-9][0-9]*)$/.test(lines[2]), "schema", "no number");
  return { office: fromB64(lines[1], 16), number: lines[2], json: lines[3] };
}

/** Reads the JSON of a note by a rule and compares it with the lines above. */
export function readBody(lines, rule, numberKey) {
  const raw = readJson(utf8(lines.json), MAX_NOTE);
  const body = rule(raw);
  demand(writeJson(raw) === lines.json, "schema", "not the one way to write it");
  demand(equal(body.office, lines.office) && String(body[numberKey]) === lines.number, "schema", "the lines above say something else");
  return body;
}

const witnessName = matching(/^[\x21-\x2a\x2c-\x7e]{1,64}$/);

const WITNESSES = checked(written({
  k: integer(1, 3),
  fresh: integer(72, 720),
  list: list(written({ name: witnessName, key: signingKey }), 8),
}), ({ k, list: all }) => {
  distinct((one) => one.name)(all);
  distinct((one) => toB64(one.key))(all);
  demand(k <= all.length, "schema", "too few witnesses");
});

const ROOT = (language) => written({
  v: oneOf(1),
  language: tag,
  office: b16,
  number: integer(1, MAX_NUMBER),
  suite: oneOf("yanlu-1"),
  keepers: list(written({ id, key: signingKey, nonce: b32, seat: tags(language) }), 9),
  threshold: integer(2, 9),
  witnesses: may(WITNESSES),
});

function readRoot(note) {
  const root = readBody(readLines(note.text, "yanlu/v1/root"), (raw) => ROOT(raw?.language)(raw), "number");
  distinct((keeper) => keeper.id)(root.keepers);
  distinct((keeper) => toB64(keeper.key))(root.keepers);
  demand(root.threshold < root.keepers.length, "root", "a threshold out of bounds");
  return root;
}

/** Whether a note carries the threshold of a root. */
export const signedBy = (note, root) => countSigners(note, root.keepers) >= root.threshold;

/** What the witnesses of one root require of the next: their cosignatures, or all keepers of the one before. */
function witnessed(note, { witnesses, keepers }) {
  if (!witnesses) return true;
  const cosigners = witnesses.list.filter(({ name, key }) => cosigned(note, name, key) !== null);
  return cosigners.length >= witnesses.k || countSigners(note, keepers) === keepers.length;
}

/** A code, or a code and the whole hash behind it, as `{code, hash}`; `hash` is null where there is none. */
function readCode(code) {
  const [typed, hash, ...more] = code.split("&h=");
  demand(more.length === 0, "schema", "no code");
  return { code: readCheckedCode(typed), hash: hash === undefined ? null : fromB64(hash, 32) };
}

/** Steps 1 to 3 of `verify_directory`; gives the last root. */
export function verifyRoots(code, roots) {
  const wanted = readCode(code);
  demand(roots.length > 0, "root", "no root");
  let note = readNote(roots[0]);
  const hash = sha256(utf8(note.text));
  demand(writeCheckedCode(hash) === wanted.code && (wanted.hash === null || equal(hash, wanted.hash)), "foreign", "another code");
  let root = readRoot(note);
  demand(root.number === 1 && signedBy(note, root), "root", "root 1 lacks signatures");
  for (const later of roots.slice(1)) {
    note = readNote(later);
    const next = readRoot(note);
    demand(equal(next.office, root.office) && next.number === root.number + 1, "root", "another office or number");
    demand(signedBy(note, root) && signedBy(note, next) && witnessed(note, root), "root", "a root lacks signatures");
    root = next;
  }
  return { ...root, hash: sha256(utf8(note.text)) };
}

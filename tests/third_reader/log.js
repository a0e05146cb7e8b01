// SPEC §12: the log's key, its checkpoints, and the proof of filing.
import { demand, equal, frame, fromB64, hkdf, hmac, sha256, toB64, utf8, verifies } from "./ground.js";
import { openBox } from "./keys.js";
import { cosigned, keyHash, readBody, readLines, readNote, signedBy, verifyRoots } from "./notes.js";
import { b16, b32, integer, list, object, oneOf, text, written } from "./shape.js";
import { signingKey } from "./directory_shape.js";
import { readJson } from "./strict_json.js";
import { MAX_LEAVES, checkConsistency, checkInclusion, leafHash, readTilePath, treeHash } from "./tree.js";

const MAX_CHECKPOINT = 65536;
const MAX_PROOF = 1048576;
const HEAD = "c2sp.org/tlog-proof@v1";

const caseKey = (erasure) => hkdf(erasure, "yanlu/v1/log-case");
const entryOf = (key, fact, content) => hmac(key, frame("yanlu/v1/log-entry", fact, content));
const originOf = (office, number) => `yanlu/log/${toB64(office)}/${number}`;

const LOG = written({ v: oneOf(1), office: b16, suite: oneOf("yanlu-1"), number: integer(1), root: integer(1), key: signingKey });

/** Verifies the keepers' note of a log; gives its office, number, origin and key. */
function verifyLog(code, roots, note) {
  const root = verifyRoots(code, roots);
  const read = readNote(note);
  const lines = readLines(read.text, "yanlu/v1/log");
  demand(equal(lines.office, root.office), "foreign", "another office");
  demand(signedBy(read, root), "log", "too few signatures");
  const body = readBody(lines, LOG, "number");
  demand(body.root === root.number, "log", "another root");
  return { ...body, origin: originOf(body.office, body.number) };
}

function readHour(line) {
  const found = /^at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z)$/.exec(line ?? "");
  const time = found ? new Date(found[1]) : null;
  const whole = time !== null && !Number.isNaN(time.getTime()) && time.toISOString().replace(".000", "") === found[1];
  demand(whole, "schema", "no full hour");
  return found[1];
}

function readRoot(line) {
  const root = Buffer.from(line, "base64");
  demand(root.length === 32 && root.toString("base64") === line, "schema", "no hash");
  return root;
}

const OFFICE = /^office [1-9][0-9]{0,14} ([A-Za-z0-9_-]{43}) [1-9][0-9]{0,14} ([A-Za-z0-9_-]{43})$/;

/** The line that names the last root and the directory. */
function readOffice(line) {
  const found = OFFICE.exec(line);
  demand(found, "schema", "nothing of the office");
  found.slice(1).forEach((hash) => b32(hash));
  return line;
}

const isOfCheckpoint = (length) => length >= 5 && length <= 8192;

/** Reads the five lines of a checkpoint's text; gives the note too, in which the signatures are. */
export function readShape(note) {
  const read = readNote(note, MAX_CHECKPOINT, isOfCheckpoint);
  const lines = read.text.split("\n");
  demand(lines.length === 6 && /^(0|[1-9][0-9]{0,12})$/.test(lines[1]), "schema", "no checkpoint");
  const size = Number(lines[1]);
  demand(size <= MAX_LEAVES, "schema", "too large a tree");
  return { read, origin: lines[0], size, root: readRoot(lines[2]), hour: readHour(lines[3]), office: readOffice(lines[4]) };
}

/** Reads a checkpoint of one log; gives its size, root, hour, and who cosigned it at which second. */
function readCheckpoint({ office, number, key, note, cosigners = {} }) {
  const { read, origin: named, ...shape } = readShape(note);
  const origin = originOf(office, number);
  demand(named === origin, "foreign", "another log");
  const own = read.lines.filter((line) => line.name === origin && equal(line.hash, keyHash(origin, 1, key)));
  demand(own.some((line) => verifies(key, utf8(read.text), line.signature)), "log", "not signed");
  const times = Object.entries(cosigners).map(([name, one]) => [name, cosigned(read, name, fromB64(one))]);
  return { ...shape, cosigned: Object.fromEntries(times.filter(([, seconds]) => seconds !== null)) };
}

const EXTRA = object({ v: oneOf(1), roots: list(text(524288)), log: text(524288), key: b32, item: b32, submission: b32 });

/** Reads the file of a proof: its extra data, the place, the path and the checkpoint. */
function readProof(file) {
  demand(file.length <= MAX_PROOF, "schema", "too long a proof");
  const whole = file.toString("utf8");
  demand(utf8(whole).equals(file), "schema", "no UTF-8");
  const split = whole.indexOf("\n\n");
  demand(split >= 0, "schema", "no checkpoint");
  const [head, extra, index, ...path] = whole.slice(0, split).split("\n");
  const bytes = Buffer.from(extra?.slice(6) ?? "", "base64");
  demand(head === HEAD && extra === `extra ${bytes.toString("base64")}`, "schema", "another head");
  demand(/^index (0|[1-9][0-9]{0,12})$/.test(index ?? "") && path.length <= 40, "schema", "no place");
  return { extra: EXTRA(readJson(bytes, MAX_PROOF)), index: Number(index.slice(6)), path: path.map(readRoot), checkpoint: whole.slice(split + 2) };
}

function verifyFiling(code, file) {
  const { extra, index, path, checkpoint } = readProof(file);
  const log = verifyLog(code, extra.roots, extra.log);
  const head = readCheckpoint({ ...log, note: checkpoint });
  const entry = entryOf(extra.key, "submission", sha256(frame("yanlu/v1/log-filed", extra.item, extra.submission)));
  checkInclusion(leafHash(entry), index, head.size, path, head.root);
  return { origin: log.origin, size: head.size, hour: head.hour, item: toB64(extra.item) };
}

const ANSWER = object({
  v: oneOf(1),
  key: b32,
  item: b32,
  submission: b32,
  index: integer(0, MAX_LEAVES - 1),
  path: list(b32, 40),
  checkpoint: text(MAX_CHECKPOINT),
});

/** Makes the file of a proof out of an answer; null where the answer is random bytes. */
function keepFiling(token, answer, roots, log) {
  demand(answer.length === 8192, "schema", "another length");
  const label = "yanlu/v1/filing";
  const opened = openBox(hkdf(token, label), answer.subarray(0, 12), answer.subarray(12), utf8(label));
  if (opened === null) return null;
  const read = ANSWER(readJson(opened, 8192));
  const hashes = Object.fromEntries(["key", "item", "submission"].map((name) => [name, toB64(read[name])]));
  const extra = utf8(JSON.stringify({ v: 1, roots, log, ...hashes })).toString("base64");
  const path = read.path.map((hash) => `${hash.toString("base64")}\n`).join("");
  return utf8(`${HEAD}\nextra ${extra}\nindex ${read.index}\n${path}\n${read.checkpoint}`);
}

const NOTHING = {};
const bytesOf = (values) => values.map((value) => fromB64(value));

export const LOGS = {
  tree_hash: ({ entries }) => ({ root: toB64(treeHash(bytesOf(entries))) }),
  check_inclusion: ({ entry, index, size, path, root }) => {
    checkInclusion(leafHash(fromB64(entry)), index, size, bytesOf(path), fromB64(root));
    return NOTHING;
  },
  check_consistency: ({ old, new: size, old_root: oldRoot, new_root: newRoot, path }) => {
    checkConsistency(old, size, fromB64(oldRoot), fromB64(newRoot), bytesOf(path));
    return NOTHING;
  },
  read_tile_path: ({ path }) => readTilePath(path),
  log_entry: ({ erasure_key: erasure, fact, content }) => {
    const key = caseKey(fromB64(erasure));
    return { key: toB64(key), entry: toB64(entryOf(key, fact, fromB64(content))) };
  },
  office_log_key: ({ office }) => ({ key: toB64(sha256(frame("yanlu/v1/log-office", fromB64(office)))) }),
  verify_log: ({ code, roots, note }) => {
    const log = verifyLog(code, roots, note);
    return { origin: log.origin, key: toB64(log.key) };
  },
  read_checkpoint: (input) => {
    const read = readCheckpoint({ ...input, office: fromB64(input.office), key: fromB64(input.key) });
    return { ...read, root: toB64(read.root) };
  },
  verify_filing: ({ code, proof }) => verifyFiling(code, fromB64(proof)),
  keep_filing: ({ token, answer, roots, log }) => {
    const file = keepFiling(fromB64(token), fromB64(answer), roots, log);
    return { proof: file === null ? null : toB64(sha256(file)) };
  },
};

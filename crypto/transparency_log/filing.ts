/** Entries of the log, and the proof of filing that a reporter may keep (C2SP tlog-proof): SPEC §12. */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, frame, utf8 } from "../framing.js";
import { CHECKPOINT_LIMIT, type Checkpoint, type LogName, readCheckpoint, verifyLog } from "./checkpoint.js";
import { atStage, refuse } from "../errors.js";
import { base64Line } from "../office/signednotes.js";
import { hkdf, mac, sha256 } from "../primitives.js";
import { type Read, hash32, integer, list, record, text, version } from "../shape.js";
import { readJson, writeJson } from "../text.js";
import { SIZE_LIMIT, checkInclusion, leafHash } from "./tlog.js";

const PROOF_HEAD = "c2sp.org/tlog-proof@v1";
const PROOF_LIMIT = 1_048_576;
const ROOTS_LIMIT = 64;
const PATH_LIMIT = 64;
export const FILING_SIZE = 8192;
const NONCE = 12;
const LABEL = "yanlu/v1/filing";

export type Fact = "submission" | "event" | "deletion" | "root" | "directory" | "unseal-request" | "unseal-vote" | "state" | "unseal-review";

/** The key of a case's entries; it dies with the erasure key. */
export function caseLogKey(erasureKey: Uint8Array): Bytes {
  return hkdf(erasureKey, "yanlu/v1/log-case");
}

/** The key of what is public anyway. */
export function officeLogKey(office: B64): Bytes {
  return sha256(frame("yanlu/v1/log-office", b64decode(office, 16)));
}

/** An entry: 32 bytes that say nothing to anyone who has no key. */
export function logEntry(key: Uint8Array, fact: Fact, content: Uint8Array): Bytes {
  return mac(key, frame("yanlu/v1/log-entry", utf8(fact), content));
}

/** What the entry of a submission stands for. */
export function filedContent(item: Uint8Array, submission: Uint8Array): Bytes {
  return sha256(frame("yanlu/v1/log-filed", item, submission));
}

/** A proof that holds: the office had the sealed report of that item hash by that hour. */
export interface Filed {
  readonly log: LogName;
  readonly checkpoint: Checkpoint;
  readonly item: B64;
}

const extraShape = record({ v: version, roots: list(text(), ROOTS_LIMIT), log: text(), key: hash32, item: hash32, submission: hash32 });

function indexOf(line: string): number {
  const found = /^index (0|[1-9][0-9]{0,14})$/.exec(line);
  return found === null ? refuse("schema", "not an index") : Number(found[1]);
}

function extraOf(line: string) {
  if (!line.startsWith("extra ")) refuse("schema", "no extra line");
  return extraShape(readJson(base64Line(line.slice(6)), PROOF_LIMIT));
}

/** Checks a proof of filing against an office code, in the order of SPEC §12; needs nothing but the file. */
export function verifyFiling(code: string, content: Uint8Array): Filed {
  // 1. The file.
  if (content.length > PROOF_LIMIT) refuse("schema", "the proof is too long");
  const whole = atStage("schema", "not a proof of filing", () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content));
  const gap = whole.indexOf("\n\n");
  const [head, extra = "", index = "", ...path] = whole.slice(0, Math.max(gap, 0)).split("\n");
  if (head !== PROOF_HEAD || path.length > PATH_LIMIT) refuse("schema", "not a proof of filing");
  const hashes = path.map((line) => base64Line(line, 32));
  const note = whole.slice(gap + 2);
  if (utf8(note).length > CHECKPOINT_LIMIT) refuse("schema", "the checkpoint is too long");
  const filing = extraOf(extra);
  const place = indexOf(index);
  // 2. The office's keepers name the log's key.
  const log = verifyLog(code, filing.roots, filing.log);
  // 3. The log signed the checkpoint.
  const checkpoint = readCheckpoint(log, note);
  // 4. The entry of this very report stands in the tree.
  const filed = filedContent(b64decode(filing.item, 32), b64decode(filing.submission, 32));
  const entry = logEntry(b64decode(filing.key, 32), "submission", filed);
  checkInclusion({ leaf: leafHash(entry), index: place, size: checkpoint.size, path: hashes, root: checkpoint.root });
  return { log, checkpoint, item: filing.item };
}

const filingShape = record({
  v: version, key: hash32, item: hash32, submission: hash32, index: integer(0, SIZE_LIMIT), path: list(hash32, PATH_LIMIT), checkpoint: text(),
});

/** What intake answers to a mailbox's token: the report's hashes, the key of its case's entries, and where the entry stands. */
export type Filing = Read<typeof filingShape>;

/** Opens what intake answered; null where it has no proof. */
export function openFiling(token: Uint8Array, answer: Uint8Array): Filing | null {
  if (answer.length !== FILING_SIZE) refuse("schema", "an answer of another size");
  const cipher = chacha20poly1305(hkdf(token, LABEL), answer.slice(0, NONCE), utf8(LABEL));
  let content: Uint8Array;
  try {
    content = cipher.decrypt(answer.slice(NONCE));
  } catch {
    return null;
  }
  return filingShape(readJson(content, FILING_SIZE));
}

const standard = (raw: Uint8Array): string => btoa(Array.from(raw, (byte) => String.fromCharCode(byte)).join(""));

/** The file that a reporter keeps; `log` is the keepers' note that names the log's key. */
export function writeProof(roots: readonly string[], log: string, filing: Filing): Bytes {
  const { key, item, submission, index, path, checkpoint } = filing;
  const extra = writeJson({ v: 1, roots: [...roots], log, key, item, submission });
  const lines = [PROOF_HEAD, `extra ${standard(extra)}`, `index ${index}`, ...path.map((one) => standard(b64decode(one, 32))), "", checkpoint];
  return utf8(lines.join("\n"));
}

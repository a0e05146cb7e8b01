/** The log's key as the keepers sign it, its checkpoints, and cosignatures (C2SP; SPEC §12). */

import { type B64, type Bytes, b64decode, equalBytes, utf8 } from "../framing.js";
import { isSignedBy, noteParts, verifyRoots } from "../office/directory.js";
import { refuse } from "../errors.js";
import { base64Line, keyHash, readNote } from "../office/signednotes.js";
import { SIGNATURE_SIZES } from "../office/witnesses.js";
import { signatureHolds } from "../primitives.js";
import { hash32, id16, integer, ordered, suite, version } from "../shape.js";
import { readCanonical } from "../text.js";
import { SIZE_LIMIT } from "./tlog.js";

const LOG_LABEL = "yanlu/v1/log";
export const CHECKPOINT_LIMIT = 65_536;
const OFFICE = /^office ([1-9][0-9]{0,14}) ([A-Za-z0-9_-]{43}) ([1-9][0-9]{0,14}) ([A-Za-z0-9_-]{43})$/;
const HOUR = /^at ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z)$/;

/** Which log, and whose signature its checkpoints carry. */
export interface LogName {
  readonly office: B64;
  readonly number: number;
  readonly key: B64;
}

/** What an office has published: its last root's number, its directory's sequence, SHA-256 of the text of each. */
export interface OfficeState {
  readonly root: number;
  readonly rootHash: B64;
  readonly sequence: number;
  readonly directoryHash: B64;
}

export interface Checkpoint {
  readonly size: number;
  readonly root: Bytes;
  /** `YYYY-MM-DDTHH:00:00Z`. */
  readonly hour: string;
  readonly office: OfficeState;
}

const logShape = ordered({ v: version, office: id16, suite, number: integer(1), root: integer(1), key: hash32 });

/** The first line of every checkpoint of a log. */
export function originOf(log: LogName): string {
  return `yanlu/log/${log.office}/${log.number}`;
}

/** The log that the keepers of the last root name, in the order of SPEC §12. */
export function verifyLog(code: string, roots: readonly string[], note: string): LogName {
  // 1. The roots.
  const root = verifyRoots(code, roots);
  // 2. The note is of this office and carries the last root's threshold.
  const parsed = readNote(note);
  const { office, number, document } = noteParts(parsed, LOG_LABEL);
  if (office !== root.office) refuse("foreign", "a log of another office");
  if (!isSignedBy(parsed, root)) refuse("log", "the log's key lacks its keepers' signatures");
  // 3. Its JSON says the same, and names that root.
  const found = logShape(readCanonical(document));
  if (found.office !== office || found.number !== number) refuse("schema", "header and document differ");
  if (found.root !== root.number) refuse("log", "the log's key stands under another root");
  return { office, number, key: found.key };
}

function hourOf(line: string): string {
  const hour = HOUR.exec(line)?.[1] ?? refuse("schema", "not an hour");
  const at = new Date(hour);
  const same = !Number.isNaN(at.getTime()) && at.toISOString().replace(".000Z", "Z") === hour;
  return same && !hour.startsWith("0000") ? hour : refuse("schema", "not an hour");
}

/** The line of a checkpoint that says what its office has published. */
export function officeLine(office: OfficeState): string {
  return `office ${office.root} ${office.rootHash} ${office.sequence} ${office.directoryHash}`;
}

function officeOf(line: string): OfficeState {
  const [, root, rootHash, sequence, directoryHash] = OFFICE.exec(line) ?? refuse("schema", "not what an office has published");
  return { root: Number(root), rootHash: hash32(rootHash), sequence: Number(sequence), directoryHash: hash32(directoryHash) };
}

/** The origin that a checkpoint's text names, and what it says. */
export function readCheckpointText(lines: readonly string[]): { readonly origin: string; readonly checkpoint: Checkpoint } {
  const [origin = "", size = "", root = "", hour = "", published = "", end, ...more] = lines;
  if (end !== "" || more.length > 0 || !/^(?:0|[1-9][0-9]{0,12})$/.test(size)) refuse("schema", "not a checkpoint");
  if (!HOUR.test(hour)) refuse("schema", "not a checkpoint");
  const office = officeOf(published);
  if (Number(size) > SIZE_LIMIT) refuse("schema", "a tree of impossible size");
  return { origin, checkpoint: { size: Number(size), root: base64Line(root, 32), hour: hourOf(hour), office } };
}

/** A checkpoint with this log's own signature; other signature lines are ignored, whatever they are. */
export function readCheckpoint(log: LogName, note: string): Checkpoint {
  if (utf8(note).length > CHECKPOINT_LIMIT) refuse("schema", "the checkpoint is too long");
  const parsed = readNote(note, SIGNATURE_SIZES);
  const { origin, checkpoint } = readCheckpointText(parsed.lines);
  if (origin !== originOf(log)) refuse("foreign", "a checkpoint of another log");
  const key = b64decode(log.key, 32);
  const mark = keyHash(origin, key);
  const signed = parsed.signatures.some(
    (line) => line.keeper === origin && equalBytes(line.mark, mark) && signatureHolds(key, parsed.text, line.signature),
  );
  return signed ? checkpoint : refuse("log", "the checkpoint lacks the log's own signature");
}

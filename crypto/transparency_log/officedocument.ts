/** The office document: roots, directory and the newest checkpoint that names both, in one file (SPEC §4). */

import { b64decode, b64encode, utf8 } from "../framing.js";
import { CHECKPOINT_LIMIT, type OfficeState, officeLine, readCheckpointText } from "./checkpoint.js";
import {
  type Confirmed, DAY_MS, DIRECTORY_LABEL, LAPSED_DAYS, MOST_DAYS, type Opened, type Seen, type Use, type VerifiedDirectory,
  noteParts, rootSteps, stepsUnder,
} from "../office/directory.js";
import type { Root } from "../office/directoryshape.js";
import { NotConfirmed, refuse } from "../errors.js";
import { NOTE_LIMIT, readNote } from "../office/signednotes.js";
import { sha256 } from "../primitives.js";
import { type Day, type Read, list, maybe, record, text, version } from "../shape.js";
import { readJson } from "../text.js";
import { type Steps, atOnce, inTurns } from "../yielding.js";
import { SIGNATURE_SIZES, cosignersOf } from "../office/witnesses.js";

const OFFICE_LIMIT = 4_194_304;
const ROOTS_LIMIT = 64;
const HOUR = 3600;
const DAY = DAY_MS / 1000;
/** A witness's clock and the reader's may differ by so much: a day and the hours of a time zone set wrong. */
const AHEAD = 26 * HOUR;

const shape = record({ v: version, roots: list(text(NOTE_LIMIT), ROOTS_LIMIT), directory: text(NOTE_LIMIT), checkpoint: maybe(text(CHECKPOINT_LIMIT)) });
/** What `GET /office/office.json` serves, not yet believed. */
export type OfficeDocument = Read<typeof shape>;

/** The reader's clock: seconds since 1970, and its day. */
export interface ClockReading {
  readonly seconds: number;
  readonly day: Day;
}

/** An office document that was verified: its directory, who keeps the office, and the roots as served. */
export interface OpenedOffice extends Opened {
  readonly roots: readonly string[];
}

/** Reads the file; refused at `json` and `schema`. */
export function readOffice(content: string): OfficeDocument {
  return shape(readJson(utf8(content), OFFICE_LIMIT));
}

/** What a checkpoint says that names the last of these roots and this directory. */
function stateOf(roots: readonly string[], directory: string): OfficeState {
  const note = readNote(directory);
  const { number } = noteParts(note, DIRECTORY_LABEL);
  const last = readNote(roots.at(-1) as string);
  return { root: roots.length, rootHash: b64encode(sha256(last.text)), sequence: number, directoryHash: b64encode(sha256(note.text)) };
}

/** When as many witnesses of a root as it needs had cosigned a checkpoint, in seconds since 1970, and what the office had published then. */
function* confirmedAt(checkpoint: string | null, root: Root): Steps<{ readonly at: number; readonly office: OfficeState }> {
  if (checkpoint === null) return refuse("log", "no checkpoint, and this office has witnesses");
  const note = readNote(checkpoint, SIGNATURE_SIZES);
  const { origin, checkpoint: found } = readCheckpointText(note.lines);
  const [before, number = ""] = [`yanlu/log/${root.office}/`, origin.slice(`yanlu/log/${root.office}/`.length)];
  if (!origin.startsWith(before) || !/^[1-9][0-9]{0,14}$/.test(number)) refuse("foreign", "a checkpoint of another office");
  const { k, list: known } = root.witnesses;
  const keys = new Map(known.map(({ name, key }) => [name, b64decode(key, 32)]));
  const times = [...(yield* cosignersOf(note, keys)).values()].sort((one, other) => other - one);
  return { at: times[k - 1] ?? refuse("log", "fewer witnesses than this office needs have signed"), office: found.office };
}

function* confirmation(document: OfficeDocument, root: Root, now: ClockReading, use: Use): Steps<Confirmed | null> {
  if (root.witnesses.k === 0) return null;
  // 3. As many witnesses as are needed have signed a checkpoint of this office.
  const { at, office } = yield* confirmedAt(document.checkpoint, root);
  // 4. It names this very root and directory.
  if (officeLine(office) !== officeLine(stateOf(document.roots, document.directory))) refuse("older", "the witnesses confirmed another root or directory");
  // 5. Lately, by the reader's clock.
  const until = at + (use.offline === true ? MOST_DAYS * DAY : root.witnesses.fresh * HOUR);
  const longest = until + (use.alsoLapsed === true ? LAPSED_DAYS * DAY : 0);
  if (now.seconds < at - AHEAD || now.seconds > longest) throw new NotConfirmed(at);
  return { at, until, stale: now.seconds > until };
}

function* officeSteps(code: string, content: string, now: ClockReading, seen: Seen | null, use: Use): Steps<OpenedOffice> {
  // 1. The file.
  const document = readOffice(content);
  // 2. The roots.
  const root = yield* rootSteps(code, document.roots);
  const confirmed = yield* confirmation(document, root, now, use);
  // 6. The directory.
  const opened = yield* stepsUnder(root, document.directory, now.day, seen, use, confirmed);
  return { ...opened, roots: document.roots };
}

/** The directory of an office document, verified in the order of SPEC §4. */
export function verifyOffice(code: string, content: string, now: ClockReading, seen: Seen | null = null, use: Use = {}): VerifiedDirectory {
  return atOnce(officeSteps(code, content, now, seen, use)).directory;
}

/** The same in turns, so that the page stays alive; with the keepers' seats and the roots. */
export function openOfficeDocument(code: string, content: string, now: ClockReading, seen: Seen | null = null, use: Use = {}): Promise<OpenedOffice> {
  return inTurns(officeSteps(code, content, now, seen, use));
}

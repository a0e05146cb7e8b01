/** Verifies the chain from the office code to the directory; the only maker of a VerifiedDirectory (SPEC §4). */

import { checkAnchor, readAnchor } from "./anchor.js";
import { type B64, b64decode, b64encode } from "../framing.js";
import { writeCheckedCode } from "../codes.js";
import { type DirectoryDocument, type Entity, type Member, type Policy, type Root, readDirectory, readRoot } from "./directoryshape.js";
import { refuse } from "../errors.js";
import { type Note, readNote, signersOf } from "./signednotes.js";
import { cosignersOf } from "./witnesses.js";
import { sha256 } from "../primitives.js";
import { recipientsAhead } from "../sealing/recipients.js";
import type { Day } from "../shape.js";
import { readCanonical } from "../text.js";
import { type Steps, atOnce, inTurns } from "../yielding.js";

const ROOT_LABEL = "yanlu/v1/root";
export const DIRECTORY_LABEL = "yanlu/v1/directory";
/** For how many days after its end a directory still serves those who wait for an answer (SPEC §4). */
export const LAPSED_DAYS = 30;
export const DAY_MS = 86_400_000;
/** For how many days a directory may be signed: without a witness nothing else says that it is still the newest. */
export const MOST_DAYS = 92;
const MOST_DAYS_WITNESSED = 400;
/** For so many days after an entry has ended, what was signed under an earlier directory counts. */
const LEAVING_DAYS = 2;
// Known to this module alone: nobody else can call the constructor.
const PROOF = Symbol("verified");

/** The highest directory that this reader has accepted before. */
export interface Seen {
  readonly sequence: number;
  readonly hash: B64;
}

/** When the witnesses last confirmed a directory, and until when that holds, in seconds since 1970. */
export interface Confirmed {
  readonly at: number;
  readonly until: number;
  /** Whether that was over at the time for which it was verified. */
  readonly stale: boolean;
}

/**
 * A directory that passed verifyDirectory; whatever seals accepts nothing else. One that has lapsed is there for cases that exist:
 * whatever seals to people because the directory names them calls `checkCurrent` first.
 */
export class VerifiedDirectory {
  readonly #content: DirectoryDocument;
  readonly hash: B64;
  /** The day it was verified for. */
  readonly today: Day;

  /** Null where the office has no witnesses, or nobody asked them. */
  readonly confirmed: Confirmed | null;

  constructor(proof: symbol, content: DirectoryDocument, hash: B64, today: Day, confirmed: Confirmed | null) {
    if (proof !== PROOF) refuse("directory", "only verifyDirectory makes a VerifiedDirectory");
    this.#content = deepFreeze(content);
    this.hash = hash;
    this.today = today;
    this.confirmed = confirmed;
    Object.freeze(this);
  }

  /** Refuses whatever only looks like a VerifiedDirectory. */
  static check(directory: VerifiedDirectory): void {
    if (!(#content in directory)) refuse("directory", "not a verified directory");
  }

  /** As `check`, and refuses at `expired` one that has lapsed: whom it names may hold the office no more. */
  static checkCurrent(directory: VerifiedDirectory): void {
    VerifiedDirectory.check(directory);
    if (directory.lapsed) refuse("expired", "the directory has lapsed: nothing is sealed to the people whom it names");
  }

  /** Whether it had ended, or its witnesses' word, at the time for which it was verified. */
  get lapsed(): boolean {
    return this.today >= this.#content.expires || this.confirmed?.stale === true;
  }

  /** The day on which it ends, or before which its witnesses' word does, at Greenwich. */
  get lastDay(): Day {
    const { expires } = this.#content;
    const over = this.confirmed === null ? expires : new Date(this.confirmed.until * 1000).toISOString().slice(0, 10);
    return over < expires ? over : expires;
  }

  get content(): DirectoryDocument {
    return this.#content;
  }

  get office(): B64 {
    return this.#content.office;
  }

  get sequence(): number {
    return this.#content.sequence;
  }

  /** What to hand to the next verification, and what reports and grants name. */
  get seen(): Seen {
    return { hash: this.hash, sequence: this.sequence };
  }

  entity(id: string): Entity {
    return this.#content.entities.find((one) => one.id === id) ?? refuse("schema", "no such entity");
  }

  policy(id: string): Policy {
    return this.#content.policies.find((one) => one.id === id) ?? refuse("schema", "no such policy");
  }

  /** The member of that id, whether valid today or not. */
  member(id: string): Member | null {
    return this.#content.members.find((one) => one.id === id) ?? null;
  }

  /** The member of that id if its entry is valid today. */
  validMember(id: string): Member | null {
    return this.validOn(id, this.today);
  }

  /** The member of that id if its entry is valid on that day. */
  validOn(id: string, on: Day): Member | null {
    const found = this.member(id);
    return found !== null && found.from <= on && on <= found.until ? found : null;
  }

  /**
   * The same for what was signed that day under the directory of that sequence, this one or an earlier one.
   *
   * The entry of anyone who leaves ends on the day before the directory that lets them go. What they had signed under
   * an earlier one holds on the day of leaving as well, and on the next, since clocks differ.
   */
  wasValid(id: string, on: Day, sequence: number): Member | null {
    const found = this.member(id);
    if (found === null || sequence >= this.sequence || on <= found.until) return this.validOn(id, on);
    return found.from <= on && Date.parse(on) - Date.parse(found.until) <= LEAVING_DAYS * DAY_MS ? found : null;
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

/** The office code of the note of root 1: 95 bits and a check. */
export function officeCode(root1: string): string {
  return writeCheckedCode(sha256(readNote(root1).text));
}

export interface NoteParts {
  readonly office: B64;
  readonly number: number;
  readonly document: string;
}

/** Office id, number and JSON line of a note's text. */
export function noteParts(note: Note, label: string): NoteParts {
  const [head, office = "", number = "", document = "", end, ...more] = note.lines;
  if (head !== label || end !== "" || more.length > 0) refuse("schema", "not a note of this kind");
  if (!/^[1-9][0-9]{0,14}$/.test(number)) refuse("schema", "not a number");
  b64decode(office, 16);
  return { office, number: Number(number), document };
}

function readRootNote(text: string): { note: Note; root: Root } {
  const note = readNote(text);
  const { office, number, document } = noteParts(note, ROOT_LABEL);
  const root = readRoot(readCanonical(document));
  if (root.office !== office || root.number !== number) refuse("schema", "header and document differ");
  return { note, root };
}

function signersUnder(note: Note, root: Root): Steps<ReadonlySet<string>> {
  return signersOf(note, new Map(root.keepers.map((keeper) => [keeper.id, b64decode(keeper.key)])));
}

/** Whether enough of the root's keepers signed a note: its threshold. */
export function isSignedBy(note: Note, root: Root): boolean {
  return atOnce(signersUnder(note, root)).size >= root.threshold;
}

/** A keeper as pages name one: the seat, and whether this very directory carries the signature. */
export interface SeatShown {
  readonly seat: Root["keepers"][number]["seat"];
  readonly signed: boolean;
}

/** Steps 1 to 3: the last root of a chain that begins at the office code, or at a link's code and hash. */
export function verifyRoots(code: string, roots: readonly string[]): Root {
  return atOnce(rootSteps(code, roots));
}

/** Whether a root is the one that came after `before`: its witnesses sign one successor, ever; where they are lost, all its keepers stand in. */
function* handedOver(note: Note, before: Root): Steps<boolean> {
  const { k, list } = before.witnesses;
  const keys = new Map(list.map(({ name, key }) => [name, b64decode(key, 32)]));
  if ((yield* cosignersOf(note, keys)).size >= k) return true;
  return (yield* signersUnder(note, before)).size === before.keepers.length;
}

/** The same, a step for each signature. */
export function* rootSteps(code: string, roots: readonly string[]): Steps<Root> {
  const anchor = readAnchor(code);
  const [first, ...later] = roots;
  if (first === undefined) return refuse("root", "no root document");
  // 1. Root 1's text hashes to the office code.
  checkAnchor(anchor, readNote(first).text);
  // 2. Root 1 carries its own threshold.
  const one = readRootNote(first);
  if (one.root.number !== 1 || (yield* signersUnder(one.note, one.root)).size < one.root.threshold) refuse("root", "root 1 lacks its keepers' signatures");
  // 3. Every next root carries both thresholds, the same office id and the next number, and the witnesses' signatures.
  let before = one.root;
  for (const text of later) {
    const { note, root } = readRootNote(text);
    if (root.number !== before.number + 1 || root.office !== before.office) refuse("root", "a root that does not follow the one before");
    for (const each of [before, root]) {
      if ((yield* signersUnder(note, each)).size < each.threshold) refuse("root", "a root without both thresholds");
    }
    if (!(yield* handedOver(note, before))) refuse("root", "a root without the signatures of the one before");
    before = root;
  }
  return before;
}

/** The day so many days after another. */
export function daysAfter(of: Day, days: number): Day {
  // Years before 1 have no day.
  return new Date(Math.max(Date.parse(`${of}T00:00:00Z`) + days * DAY_MS, Date.parse("0001-01-01T00:00:00Z"))).toISOString().slice(0, 10) as Day;
}

function checkDays(content: DirectoryDocument, today: Day, longer: number): void {
  const at = Date.parse(`${today}T00:00:00Z`);
  const from = Date.parse(`${content.issued}T00:00:00Z`) - DAY_MS;
  const end = Date.parse(`${content.expires}T00:00:00Z`) + longer * DAY_MS;
  if (!(at >= from && at < end)) refuse("expired", "the directory is not valid today");
}

/** A verified directory, and who keeps the office. */
export interface Opened {
  readonly directory: VerifiedDirectory;
  readonly keepers: readonly SeatShown[];
}

/** How a directory is to be used: `alsoLapsed` is for who comes back to a case that is there already. */
export interface Use {
  readonly alsoLapsed?: boolean;
  /** Whether it was carried here and nobody can be asked: the witnesses' word holds for as long as a directory without them. */
  readonly offline?: boolean;
}

/** Verifies in the order of SPEC §4. `roots` and `note` are the texts as served, `today` is the device's day. */
export function verifyDirectory(code: string, roots: readonly string[], note: string, today: Day, seen: Seen | null = null, use: Use = {}): VerifiedDirectory {
  return atOnce(directorySteps(code, roots, note, today, seen, use)).directory;
}

/** The same in turns, so that the page stays alive; with the keepers' seats, each signature checked once. */
export function openDirectory(code: string, roots: readonly string[], note: string, today: Day, seen: Seen | null = null, use: Use = {}): Promise<Opened> {
  return inTurns(directorySteps(code, roots, note, today, seen, use));
}

function* directorySteps(code: string, roots: readonly string[], note: string, today: Day, seen: Seen | null, use: Use): Steps<Opened> {
  // 1, 2, 3. The roots.
  return yield* stepsUnder(yield* rootSteps(code, roots), note, today, seen, use, null);
}

/** Steps 4 to 8, under a root that was verified. */
export function* stepsUnder(root: Root, note: string, today: Day, seen: Seen | null, use: Use, confirmed: Confirmed | null): Steps<Opened> {
  // 4. The note names the same office id.
  const parsed = readNote(note);
  const { office, number, document } = noteParts(parsed, DIRECTORY_LABEL);
  if (office !== root.office) refuse("foreign", "a directory of another office");
  // 5. It carries the last root's threshold. (The root's number stands in the JSON: see 6.)
  const signers = yield* signersUnder(parsed, root);
  if (signers.size < root.threshold) refuse("directory", "the directory lacks its keepers' signatures");
  yield;
  // 6. JSON and shape.
  const json = readCanonical(document);
  yield* recipientsAhead(document);
  yield;
  const content = readDirectory(json);
  if (content.office !== office || content.sequence !== number) refuse("schema", "header and document differ");
  if (content.root !== root.number) refuse("directory", "a directory under another root");
  const longest = root.witnesses.k === 0 ? MOST_DAYS : MOST_DAYS_WITNESSED;
  if (Date.parse(content.expires) - Date.parse(content.issued) > longest * DAY_MS) refuse("directory", "a directory for longer than this office may sign one");
  // 7. Valid today.
  checkDays(content, today, use.alsoLapsed === true ? LAPSED_DAYS : 0);
  yield;
  // 8. Not older than what was seen, and not another one of the same number.
  const hash = b64encode(sha256(parsed.text));
  const older = seen !== null && (number < seen.sequence || (number === seen.sequence && hash !== seen.hash));
  if (older) refuse("older", "the directory is older than one already seen");
  yield;
  const keepers = root.keepers.map(({ id, seat }) => ({ seat, signed: signers.has(id) }));
  return { directory: new VerifiedDirectory(PROOF, content, hash, today, confirmed), keepers };
}

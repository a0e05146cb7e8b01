/** Signed notes of C2SP and the keepers' signatures on them (SPEC §4). */

import { type Bytes, concat, equalBytes, utf8 } from "../framing.js";
import { atStage, refuse } from "../errors.js";
import { sha256 } from "../primitives.js";
import { signatureSteps } from "../signatures.js";
import type { Steps } from "../yielding.js";

export const NOTE_LIMIT = 524_288;
const SIGNATURE_LIMIT = 16;
const DASH = "— ";
/** Key hash and Ed25519 signature: a keeper's line has 68 bytes, a witness's under a root 76, since it tells the second. */
const KEEPER_SIZES = { least: 68, most: 76, step: 8 } as const;

/** How many bytes a signature line may hold, key hash included. */
export interface SignatureSizes {
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

interface SignatureLine {
  readonly keeper: string;
  readonly mark: Bytes;
  readonly signature: Bytes;
}

export interface Note {
  /** The signed bytes. */
  readonly text: Bytes;
  readonly lines: readonly string[];
  readonly signatures: readonly SignatureLine[];
}

function readLine(line: string, sizes: SignatureSizes): SignatureLine {
  const rest = line.startsWith(DASH) ? line.slice(DASH.length) : refuse("schema", "not a signature line");
  const space = rest.indexOf(" ");
  const encoded = rest.slice(space + 1);
  const raw = atStage("schema", "not a signature line", () => atob(encoded));
  const fits = raw.length >= sizes.least && raw.length <= sizes.most && (raw.length - sizes.least) % sizes.step === 0;
  if (space < 1 || !fits || btoa(raw) !== encoded) refuse("schema", "not a signature of this note's kind");
  const bytes = Uint8Array.from(raw, (char) => char.charCodeAt(0));
  return { keeper: rest.slice(0, space), mark: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Standard Base64 with padding, of exactly `size` bytes where given. */
export function base64Line(line: string, size?: number): Bytes {
  const raw = atStage("schema", "not base64", () => atob(line));
  if (btoa(raw) !== line || (size !== undefined && raw.length !== size)) refuse("schema", "not base64 of this length");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

/** Parses a note whose signature lines have such sizes; refused at `schema`. */
export function readNote(note: string | Uint8Array, sizes: SignatureSizes = KEEPER_SIZES): Note {
  const bytes = typeof note === "string" ? utf8(note) : note;
  if (bytes.length > NOTE_LIMIT) refuse("schema", "the note is too long");
  const whole = atStage("schema", "not UTF-8", () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0 || !whole.endsWith("\n") || /\p{Surrogate}/u.test(whole)) refuse("schema", "not a signed note");
  const signatures = whole.slice(gap + 2, -1).split("\n");
  if (signatures.length > SIGNATURE_LIMIT) refuse("schema", "too many signature lines");
  const text = whole.slice(0, gap + 1);
  return { text: utf8(text), lines: text.split("\n"), signatures: signatures.map((line) => readLine(line, sizes)) };
}

/** The 4 bytes that say which key signed a line; `kind` 1 is Ed25519, 4 a timestamped cosignature. */
export function keyHash(name: string, key: Uint8Array, kind = 1): Bytes {
  return sha256(concat(utf8(name), Uint8Array.of(10, kind), key)).slice(0, 4);
}

/** Which keepers (id → public key) signed the note, a step for each signature; others are ignored. */
export function* signersOf(note: Note, keys: ReadonlyMap<string, Uint8Array>): Steps<ReadonlySet<string>> {
  const signers = new Set<string>();
  for (const line of note.signatures) {
    const key = keys.get(line.keeper);
    if (key === undefined || signers.has(line.keeper)) continue;
    if (equalBytes(keyHash(line.keeper, key), line.mark) && (yield* signatureSteps(key, note.text, line.signature))) signers.add(line.keeper);
  }
  return signers;
}

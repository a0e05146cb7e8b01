/** Recovery shares, checked as `yanlu recovery drill` does: each alone by the keepers' list, and a quorum by the directory's key. */

import slip39 from "slip39";
import { type B64, b64encode, frame, b64decode } from "../../../crypto/framing.js";
import { type VerifiedDirectory, isSignedBy, verifyDirectory, verifyRoots } from "../../../crypto/office/directory.js";
import { CryptoError, refuse } from "../../../crypto/errors.js";
import { readNote } from "../../../crypto/office/signednotes.js";
import { Secret, sha256 } from "../../../crypto/primitives.js";
import { base64, day, flag, list, name, ordered, text, version } from "../../../crypto/shape.js";
import { readCanonical } from "../../../crypto/text.js";
import { Identity } from "../../../crypto/sealing/xwing.js";

const LABEL = "yanlu/v1/recovery-shares";
const SHARES = 32;
const FEWEST_WORDS = 20;
const RECIPIENT_LIMIT = 4096;
const KEY_SIZE = 32;

const sheetShape = ordered({ v: version, recipient: text(RECIPIENT_LIMIT), made: day, shares: list(ordered({ id: name, outside: flag, proof: base64(KEY_SIZE) }), SHARES) });

/** A share as the keepers' list knows it. */
export interface NamedShare {
  readonly id: string;
  readonly outside: boolean;
}

/** What a copy of the office folder holds: the texts of all roots, of the directory and of the list of shares. */
export interface Folder {
  readonly roots: readonly string[];
  readonly directory: string;
  readonly sheet: string;
}

/** Why words are no share of the key in force. */
export type ShareFault = "no-share" | "another-key";

/** The shares of the recovery key that the verified directory names. */
export class Shares {
  private constructor(private readonly directory: VerifiedDirectory, private readonly named: ReadonlyMap<B64, NamedShare>) {}

  /** Verifies code, roots, directory and list; refused as `verifyDirectory` does, and at `directory` for a list that is not the keepers', or of another key. */
  static read(code: string, folder: Folder, today: string): Shares {
    const directory = verifyDirectory(code, folder.roots, folder.directory, today);
    const note = readNote(folder.sheet);
    const [label, office, document = "", end, ...more] = note.lines;
    if (label !== LABEL || office !== directory.office || end !== "" || more.length > 0) refuse("schema", "no list of this office's shares");
    // Anyone who was a keeper when it was signed still counts.
    const roots = folder.roots.map((_, n) => verifyRoots(code, folder.roots.slice(0, n + 1)));
    if (!roots.some((root) => isSignedBy(note, root))) refuse("directory", "the list lacks the keepers' signatures");
    const sheet = sheetShape(readCanonical(document));
    if (sheet.recipient !== directory.content.recovery) refuse("directory", "a list of another key than the directory names");
    return new Shares(directory, new Map(sheet.shares.map(({ id, outside, proof }) => [proof, { id, outside }])));
  }

  /** The share of these words, or why they are none; the key is not put together. */
  prove(words: string): NamedShare | ShareFault {
    const normal = normalWords(words);
    if (!slip39.validateMnemonic(normal)) return "no-share";
    const proof = b64encode(sha256(frame(LABEL, b64decode(this.directory.office), new TextEncoder().encode(normal))));
    return this.named.get(proof) ?? "another-key";
  }

  /** Puts the key together: true where its public half is the one that the directory names; too few or mixed shares give false. */
  bringBack(words: readonly string[]): boolean {
    let seed: number[];
    try {
      seed = slip39.recoverSecret(words.map(normalWords), "");
    } catch {
      return false;
    }
    const key = new Secret(Uint8Array.from(seed));
    seed.fill(0);
    try {
      return key.reveal().length === KEY_SIZE && new Identity(key).recipient === this.directory.content.recovery;
    } finally {
      key.reveal().fill(0);
    }
  }
}

function normalWords(words: string): string {
  return words.toLowerCase().split(/\s+/).filter((word) => word !== "").join(" ");
}

/** The lines of a text that are long enough to be a share: what a printed share says besides is passed over. */
export function sharesIn(typed: string): string[] {
  return typed.split("\n").map((line) => line.trim()).filter((line) => /^[a-zA-Z\s]+$/.test(line) && line.split(/\s+/).length >= FEWEST_WORDS);
}

/** Sorts the files of an office folder by what they say they are; refused at `schema` where one is missing. */
export function folderOf(texts: readonly string[]): Folder {
  const of = (label: string): string[] => texts.filter((one) => one.startsWith(`${label}\n`));
  const number = (root: string): number => Number(root.split("\n")[2]);
  const roots = of("yanlu/v1/root").sort((one, other) => number(one) - number(other));
  const [directory, sheet] = [of("yanlu/v1/directory")[0], of(LABEL)[0]];
  if (roots.length === 0 || directory === undefined || sheet === undefined) throw new CryptoError("schema", "a file is missing");
  return { roots, directory, sheet };
}

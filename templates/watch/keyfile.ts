/** The officer's key file, and what this browser remembers of it: never the passphrase. */

import type { Seen } from "../../crypto/office/directory.js";
import { refuse } from "../../crypto/errors.js";
import { readJsonText } from "../../crypto/index.js";
import { type Read, anything, hash32, integer, maybe, name, record, text, version } from "../../crypto/shape.js";
import { codeAlone } from "../shared/officecode.js";
import { wrappedShape } from "../../crypto/keys/staff.js";

const LARGEST = 16_384;
const KEPT = "yanlu.watch.key";
const SEEN = "yanlu.watch.seen";

const seenShape = record({ sequence: integer(), hash: hash32 });
/** As `yanlu desk pull` writes `profile.json`, and as the desk saves it. */
const keyFile = record({ v: version, desk: text(2048), office_key: text(128), member: name, wrapped_key: wrappedShape, seen: maybe(seenShape) });
export type KeyFile = Read<typeof keyFile>;

const keptShape = record({ file: anything, secret: text(64) });
const seenHere = record({ office_key: text(128), seen: seenShape });

/** A key file together with the device secret that this browser remembers. */
export interface StoredKeyFile {
  readonly file: KeyFile;
  readonly secret: string;
}

/** Reads a key file; a CryptoError (`json`, `schema`) when it is none. */
export async function readKeyFile(file: Blob): Promise<KeyFile> {
  if (file.size > LARGEST) refuse("schema", "too large for a key file");
  return keyFile(readJsonText(await file.text()));
}

/** What this browser remembers from an earlier sitting. */
export const device = {
  kept: (): StoredKeyFile | null => {
    const found = read(KEPT, keptShape);
    return found === null ? null : orNothing(() => ({ file: keyFile(found.file), secret: found.secret }));
  },
  keep: (kept: StoredKeyFile | null): void => write(KEPT, kept),
  /** The newest directory of this office that was accepted here. */
  seen: (code: string): Seen | null => {
    const found = read(SEEN, seenHere);
    return found !== null && codeAlone(found.office_key) === codeAlone(code) ? found.seen : null;
  },
  keepSeen: (code: string, seen: Seen): void => write(SEEN, { office_key: code, seen }),
};

function read<T>(place: string, shape: (value: unknown) => T): T | null {
  return orNothing(() => {
    const found = localStorage.getItem(place);
    return found === null ? null : shape(JSON.parse(found));
  });
}

function orNothing<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function write(place: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // Without storage the file is only asked for each time.
  }
}

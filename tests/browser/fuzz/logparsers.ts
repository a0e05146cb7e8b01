// The parsers of the log, as tests/fuzz/log_parsers.py has them.

import { b64decode, b64encode } from "../../../crypto/index.js";
import { SIGNATURE_SIZES, cosignersOf } from "../../../crypto/office/witnesses.js";
import { atOnce } from "../../../crypto/yielding.js";
import { readNote } from "../../../crypto/office/signednotes.js";
import { officeLine, originOf, readCheckpoint, verifyLog } from "../../../crypto/transparency_log/checkpoint.js";
import { openFiling, verifyFiling, writeProof } from "../../../crypto/transparency_log/filing.js";
import { verifyOffice } from "../../../crypto/transparency_log/officedocument.js";
import { sha256 } from "../../../crypto/primitives.js";
import { readTilePath, tilePath } from "../../../crypto/transparency_log/tlog.js";

interface LogWorld {
  readonly code: string;
  readonly roots: readonly string[];
  readonly note: string;
  readonly office: string;
  readonly key: string;
  readonly token: string;
  readonly witness: Readonly<Record<string, string>>;
  readonly witnessed: { readonly code: string; readonly seconds: number; readonly today: string };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Each by its name; `textOf` refuses what is no text. */
export function logParsers(log: LogWorld, textOf: (content: Bytes) => string): Record<string, (content: Bytes) => unknown> {
  const keys = new Map(Object.entries(log.witness).map(([name, key]) => [name, b64decode(key, 32)]));
  return {
    "tile-path": (content) => tilePath(readTilePath(textOf(content))),
    checkpoint: (content) => {
      const note = textOf(content);
      const { size, root, hour, office } = readCheckpoint({ office: log.office, number: 1, key: log.key }, note);
      const cosigned = Object.fromEntries(atOnce(cosignersOf(readNote(note, SIGNATURE_SIZES), keys)));
      return { size, root: b64encode(root), hour, office: officeLine(office), cosigned };
    },
    "log-note": (content) => {
      const found = verifyLog(log.code, log.roots, textOf(content));
      return { origin: originOf(found), key: found.key };
    },
    filing: (content) => {
      const found = openFiling(b64decode(log.token, 32), content);
      return found === null ? null : b64encode(sha256(writeProof(log.roots, log.note, found)));
    },
    "proof-of-filing": (content) => {
      const found = verifyFiling(log.code, content);
      return { origin: originOf(found.log), size: found.checkpoint.size, item: found.item };
    },
    "office-document": (content) => {
      const { code, seconds, today } = log.witnessed;
      const found = verifyOffice(code, textOf(content), { seconds, day: today }, null);
      return { sequence: found.sequence, hash: found.hash, lapsed: found.lapsed, confirmed: found.confirmed?.at ?? null };
    },
  };
}

/** What this browser can say of the log by itself: whose it is, whether its newest checkpoint is signed, and whether the one seen before still stands. */

import { b64decode, b64encode } from "../../../crypto/framing.js";
import { type Checkpoint, readCheckpoint, verifyLog } from "../../../crypto/transparency_log/checkpoint.js";
import { CryptoError } from "../../../crypto/staff.js";
import { checkConsistency } from "../../../crypto/transparency_log/tlog.js";
import { consistencyPath } from "./tiles.js";

/** A checkpoint that this browser has accepted before. */
export interface SeenLog {
  readonly size: number;
  readonly root: string;
}

/** Where the log's files come from; null for a file that is not there. */
export interface LogFiles {
  readonly roots: () => Promise<string[]>;
  readonly name: () => Promise<string | null>;
  readonly newest: () => Promise<string | null>;
  readonly tile: (path: string) => Promise<Uint8Array>;
  readonly sizes: () => Promise<number[]>;
}

export interface LogState {
  readonly newest: Checkpoint;
  readonly checkpoints: number;
  readonly seen: SeenLog;
  /** What is wrong with it; null when all that can be looked at here holds. */
  readonly wrong: "shrunk" | "rewritten" | null;
}

/** The state of the log; null while an office has none. Refused at the stages of `verifyLog` and `readCheckpoint`. */
export async function stateOfLog(code: string, files: LogFiles, before: SeenLog | null): Promise<LogState | null> {
  const name = await files.name();
  if (name === null) return null;
  // 1. The keepers name the log's key.
  const log = verifyLog(code, await files.roots(), name);
  const note = await files.newest();
  if (note === null) return null;
  // 2. The newest checkpoint carries that key's signature.
  const newest = readCheckpoint(log, note);
  const sizes = await files.sizes();
  // 3. It is not smaller than the one seen before, and its tree only adds to that one.
  const wrong = before === null ? null : await compared(files, newest, before);
  const seen = wrong === null ? { size: newest.size, root: b64encode(newest.root) } : (before ?? { size: 0, root: "" });
  return { newest, checkpoints: sizes.length, seen, wrong };
}

async function compared(files: LogFiles, newest: Checkpoint, before: SeenLog): Promise<LogState["wrong"]> {
  if (newest.size < before.size) return "shrunk";
  try {
    const oldRoot = b64decode(before.root, 32);
    // That the older checkpoint is still served says nothing: the newer tree has to be shown to go on from it.
    const path = before.size === newest.size ? [] : await consistencyPath(files.tile, before.size, newest.size);
    checkConsistency({ old: before.size, now: newest.size, oldRoot, newRoot: newest.root, path });
    return null;
  } catch (error) {
    if (error instanceof CryptoError) return "rewritten";
    throw error;
  }
}

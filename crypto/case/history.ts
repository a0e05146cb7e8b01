/** The keys of a case's earlier epochs: one sealed document, kept with the case and named by its grant (SPEC §5). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64decode, b64encode, concat, frame, u64 } from "../framing.js";
import { EPOCH_LIMIT } from "./documents.js";
import { type EpochKeys, type GrantBody, keysShape } from "./grantbody.js";
import { atStage, refuse } from "../errors.js";
import { padExactly } from "../padding.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { list, record, version } from "../shape.js";
import { readJson, writeJson } from "../text.js";

const TEXT_SIZES: readonly number[] = [4096, 8192, 16_384, 32_768, 65_536, 131_072];
const NONCE_SIZE = 12;
const TAG_SIZE = 16;
const SPACE = 0x20;
/** The length of the largest history document, with the keys of 255 epochs. */
export const HISTORY_LIMIT = NONCE_SIZE + 131_072 + TAG_SIZE;
const historyShape = record({ v: version, epochs: list(keysShape, EPOCH_LIMIT) });

/** Whether a history document can have so many bytes. */
export function isHistorySize(length: number): boolean {
  return TEXT_SIZES.includes(length - NONCE_SIZE - TAG_SIZE);
}

/** The history document as sealed, and what a grant names it by. */
export interface SealedHistory {
  readonly name: { readonly hash: B64; readonly key: B64 };
  readonly sealed: Bytes;
}

function boundTo(caseId: B64, epoch: number): Bytes {
  return frame("yanlu/v1/history", b64decode(caseId), u64(epoch));
}

function paddedSize(length: number): number {
  return TEXT_SIZES.find((size) => length <= size) ?? refuse("padding", "more keys than a history document holds");
}

/** The keys of epochs 0…n − 1 for the grant of epoch n, under a new key. */
export function sealHistory(past: readonly EpochKeys[], caseId: B64, rng: Rng): SealedHistory {
  const text = { v: 1, epochs: past };
  const padded = padExactly(text, paddedSize(writeJson(text).length));
  const [key, nonce] = [rng(32), rng(NONCE_SIZE)];
  const sealed = concat(nonce, chacha20poly1305(key, nonce, boundTo(caseId, past.length)).encrypt(padded));
  return { name: { hash: b64encode(sha256(sealed)), key: b64encode(key) }, sealed };
}

/**
 * The keys of epochs 0…epoch − 1, by the document that a grant names; null and nothing for a first grant. Refused at `schema` for a
 * length that none has, at `successor` for another document than the one named, then at `payload`, `padding`, `json`, `schema`.
 */
export function openHistory(body: GrantBody, sealed: Uint8Array | null): EpochKeys[] {
  const { history } = body;
  if (history === null && sealed === null) return [];
  if (history === null || sealed === null) return refuse("successor", "a re-grant has a history document, a first grant none");
  if (!isHistorySize(sealed.length)) refuse("schema", "not the size of a history document");
  if (b64encode(sha256(sealed)) !== history.hash) refuse("successor", "another history document than the one that the grant names");
  const cipher = chacha20poly1305(b64decode(history.key), sealed.subarray(0, NONCE_SIZE), boundTo(body.case, body.epoch));
  const text = atStage("payload", "the history of another case or epoch, or a damaged one", () => cipher.decrypt(sealed.subarray(NONCE_SIZE)));
  const end = text.findLastIndex((byte) => byte !== SPACE) + 1;
  if (text.length !== paddedSize(end)) refuse("padding", "filled up to another size than the smallest that holds the keys");
  const { epochs } = historyShape(readJson(text, text.length));
  if (epochs.length !== body.epoch || epochs.slice(1).some((keys) => keys.office_seed === null)) refuse("schema", "not the keys of every epoch before");
  return epochs;
}

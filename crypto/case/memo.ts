/** Memo and draft: what a page without memory finds again in the mailbox, sealed to the reporter alone (SPEC §6). */

import { type Bytes, b64decode, b64encode, frame, u64 } from "../framing.js";
import { type MemoBody, type SealedMemo, memoBodyShape, memoShape } from "./documents.js";
import { open, seal } from "../sealing/age.js";
import { checkEnvelope } from "../sealing/header.js";
import { DRAFT_SIZE, MEMO_SIZE, padExactly, readPadded } from "../padding.js";
import { checkMac, mac, sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { ReporterKeys } from "../keys/receipt.js";
import type { Json } from "../text.js";

type Kind = "yanlu/v1/memo" | "yanlu/v1/draft";

/** An opened memo and its number. */
export interface Memo {
  readonly seq: number;
  readonly body: MemoBody;
}

/** An opened draft and its number. */
export interface Draft {
  readonly seq: number;
  readonly content: Json;
}

function macInput(kind: Kind, keys: ReporterKeys, seq: number, body: Uint8Array): Bytes {
  return frame(kind, b64decode(keys.office), b64decode(keys.mailboxId), u64(seq), sha256(body));
}

async function sealed(kind: Kind, keys: ReporterKeys, seq: number, text: Bytes, rng: Rng): Promise<SealedMemo> {
  const body = await seal([keys.recipient], text, rng);
  return { v: 1, seq, mac: b64encode(mac(keys.memoKey.reveal(), macInput(kind, keys, seq, body))), body: b64encode(body) };
}

async function opened(kind: Kind, keys: ReporterKeys, document: unknown): Promise<{ seq: number; text: Bytes }> {
  const found = memoShape(document);
  const body = b64decode(found.body);
  checkEnvelope(body, 1);
  checkMac(keys.memoKey.reveal(), macInput(kind, keys, found.seq, body), b64decode(found.mac));
  return { seq: found.seq, text: await open(keys.identity, body, 1) };
}

/** Seals a memo. */
export function sealMemo(keys: ReporterKeys, memo: Memo, rng: Rng): Promise<SealedMemo> {
  return sealed("yanlu/v1/memo", keys, memo.seq, padExactly(memoBodyShape(memo.body), MEMO_SIZE), rng);
}

/** Opens a memo; refused at `schema`, `mac` and the envelope's stages. */
export async function openMemo(keys: ReporterKeys, document: unknown): Promise<Memo> {
  const { seq, text } = await opened("yanlu/v1/memo", keys, document);
  return { seq, body: memoBodyShape(readPadded(text, [MEMO_SIZE])) };
}

/** Seals what a page wants to find again. `seq` is one more than that of the draft before, or 1. */
export function sealDraft(keys: ReporterKeys, content: unknown, seq: number, rng: Rng): Promise<SealedMemo> {
  return sealed("yanlu/v1/draft", keys, seq, padExactly(content, DRAFT_SIZE), rng);
}

/** Opens a draft. */
export async function openDraft(keys: ReporterKeys, document: unknown): Promise<Draft> {
  const { seq, text } = await opened("yanlu/v1/draft", keys, document);
  return { seq, content: readPadded(text, [DRAFT_SIZE]) };
}

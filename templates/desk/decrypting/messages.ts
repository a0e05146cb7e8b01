/** What the page asks of a worker, and what it answers. */

import type { Bytes } from "../../../crypto/framing.js";
import type { CheckStage } from "../../../crypto/errors.js";
import type { Header } from "../../../crypto/sealing/header.js";

/** An envelope to be opened with the key of that number; its seeds, the own one first, where the worker does not hold it yet. */
export interface Task {
  readonly n: number;
  readonly key: number;
  readonly seeds: readonly Bytes[] | null;
  readonly file: Bytes;
  readonly header: Pick<Header, "size" | "lines" | "stanzas">;
}

/** Where an envelope whose header was read is refused. */
export const REFUSED: readonly CheckStage[] = ["no-match", "hpke", "header-mac", "header", "payload"];

/** What the page says when a case has left it: the worker drops every key, and is given again what it still needs. */
export const FORGET = "forget";

/** What a worker says once it can be asked. */
export const READY = "ready";

/** The text of an envelope, or where it is refused; neither where the worker can't tell. */
export interface Answer {
  readonly n: number;
  readonly text: Bytes | null;
  readonly refused: CheckStage | null;
}

/** Answers come together, as the tasks went; null for anything else. */
export function readAnswers(value: unknown): Answer[] | null {
  const answers = Array.isArray(value) ? value.map(readAnswer) : [null];
  return answers.every((one) => one !== null) ? answers : null;
}

/** An answer in its shape, else null. */
function readAnswer(value: unknown): Answer | null {
  if (typeof value !== "object" || value === null) return null;
  const { n, text, refused } = value as Partial<Answer>;
  const fits = typeof n === "number" && (text === null || text instanceof Uint8Array) && (refused === null || REFUSED.some((one) => one === refused));
  return fits && (text === null || refused === null) ? (value as Answer) : null;
}

/** What the page asks of a worker, and what it answers. */

import { type Bytes, concat } from "../../../crypto/framing.js";
import type { CheckStage } from "../../../crypto/errors.js";
import type { Header } from "../../../crypto/sealing/header.js";

/** An envelope to be opened with the key of that number; its seeds, the own one first, where the worker does not hold it yet. Its header was looked at. */
export interface Task {
  readonly n: number;
  readonly key: number;
  readonly seeds: readonly Bytes[] | null;
  readonly file: Uint8Array;
  readonly header: Pick<Header, "stanzas" | "turned">;
}

/** The same where it crosses over: its file is the next `size` of the bytes that come with all of them. */
type SentTask = Omit<Task, "file"> & { readonly size: number };

/** What crosses over at once. One buffer for all files: each further one costs as much as an envelope. */
export interface SentTasks {
  readonly tasks: readonly SentTask[];
  readonly files: Bytes;
}

/** The tasks as they cross over; the buffers of their keys go with them. */
export function packTasks(tasks: readonly Task[]): { readonly sent: SentTasks; readonly transfer: ArrayBuffer[] } {
  const files = concat(...tasks.map(({ file }) => file));
  const sent = tasks.map(({ n, key, seeds, file, header: { stanzas, turned } }) => ({ n, key, seeds, size: file.length, header: { stanzas, turned } }));
  return { sent: { tasks: sent, files }, transfer: [files, ...tasks.flatMap(({ seeds }) => seeds ?? [])].map(({ buffer }) => buffer) };
}

/** The tasks that crossed over, their files in one buffer. */
export function unpackTasks({ tasks, files }: SentTasks): Task[] {
  let at = 0;
  return tasks.map(({ size, ...task }) => ({ ...task, file: files.subarray(at, (at += size)) }));
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

/** What answers are where they cross over: the text of each is the next `size` of the bytes that come with all of them. */
export interface SentAnswers {
  readonly answers: readonly { readonly n: number; readonly size: number | null; readonly refused: CheckStage | null }[];
  readonly texts: Bytes;
}

/** Answers as they cross over; the worker's own copy of each text is overwritten. */
export function packAnswers(answers: readonly Answer[]): SentAnswers {
  const texts = concat(...answers.map(({ text }) => text ?? new Uint8Array()));
  for (const { text } of answers) text?.fill(0);
  return { answers: answers.map(({ n, text, refused }) => ({ n, size: text?.length ?? null, refused })), texts };
}

/** Answers as they were packed; null for anything else. The buffer in which the texts came is overwritten. */
export function readAnswers(value: unknown): Answer[] | null {
  const { answers, texts } = (value ?? {}) as Partial<Record<keyof SentAnswers, unknown>>;
  if (!Array.isArray(answers) || !(texts instanceof Uint8Array)) return null;
  let at = 0;
  const found = (answers as unknown[]).map((one) => readAnswer(one, (size) => texts.slice(at, (at += size))));
  texts.fill(0);
  return at === texts.length && found.every((one) => one !== null) ? found : null;
}

/** An answer in its shape, else null. */
function readAnswer(value: unknown, next: (size: number) => Bytes): Answer | null {
  const { n, size, refused } = (value ?? {}) as { readonly n?: unknown; readonly size?: unknown; readonly refused?: unknown };
  const stage = REFUSED.find((one) => one === refused) ?? null;
  if (typeof n !== "number" || (refused !== null && stage === null)) return null;
  if (size === null) return { n, text: null, refused: stage };
  return typeof size === "number" && Number.isSafeInteger(size) && size >= 0 && stage === null ? { n, text: next(size), refused: null } : null;
}

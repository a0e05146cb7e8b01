/** Proof of work for a busy office: bound to one request and one window of time; nothing is issued (SPEC §10). */

import { type B64, type Bytes, b64decode, b64encode, concat, frame, u32, u64, utf8 } from "../framing.js";
import { refuse } from "../errors.js";
import { type Progress, noProgress, sha256Large } from "../primitives.js";
import type { Rng } from "../randomness.js";

const LABEL = "yanlu/v1/work";
const BLOCK_SIZE = 16_384;
const SEARCHES = 4;
const LEAST_BITS = 8;
const MOST_BITS = 14;
const WINDOW_SECONDS = 300;
const NUMBERS = 2 ** 32;
const HEAD = 40;
// Trials under way at once: the browser hashes elsewhere, and the page stays alive.
const LANES = 4;
// Answers of the hash come before timers and drawing in Chromium: without a pause the page would freeze.
const BREATH = 128 * LANES;
// A server that names a far-away window would be marking whom it tells.
const WINDOW_SKEW = 288;
const ASK = /^1\.([0-9]{1,10})\.([0-9]{1,2})$/;
const PROOF = /^1\.([0-9]{1,10})\.([0-9]{1,2})((?:\.[0-9]{1,10}){4})$/;

/** What a busy office asks of everybody alike: leading zero bits of each search, and the window of time. */
export interface WorkAsked {
  readonly bits: number;
  readonly window: number;
}

/** A proof: the number that each search ended with. */
export interface Work extends WorkAsked {
  readonly numbers: readonly number[];
}

/** The window of a moment, milliseconds since 1970. */
export function windowAt(moment: number): number {
  return Math.floor(moment / 1000 / WINDOW_SECONDS);
}

/** What a proof is bound to: `METHOD /path`, the window, and the hash of what is sent. */
export function workSeed(route: string, window: number, subject: Bytes): Promise<Bytes> {
  return sha256Large(frame(LABEL, utf8(route), u64(window), subject));
}

/** The hash of one trial of a search. */
export function workTrial(seed: Bytes, search: number, number: number): Promise<Bytes> {
  return sha256Large(concat(seed, u32(search), u32(number), new Uint8Array(BLOCK_SIZE - HEAD)));
}

/** Searches until the proof is whole; a search begins at a random number, so that the same request again gets another proof. */
export async function doWork(asked: WorkAsked, route: string, subject: Bytes, rng: Rng, progress: Progress = noProgress): Promise<string> {
  checkBits(asked.bits);
  const seed = await workSeed(route, asked.window, subject);
  const numbers: number[] = [];
  for (let search = 0; search < SEARCHES; search += 1) {
    numbers.push(await find(seed, search, asked.bits, new DataView(rng(4).buffer).getUint32(0)));
    progress(numbers.length / SEARCHES);
  }
  return ["1", asked.window, asked.bits, ...numbers].join(".");
}

async function find(seed: Bytes, search: number, bits: number, start: number): Promise<number> {
  const blocks = Array.from({ length: LANES }, () => concat(seed, u32(search), new Uint8Array(BLOCK_SIZE - HEAD + 4)));
  for (let at = start; ; at += LANES) {
    if ((at - start) % BREATH === 0) await breathe();
    const tried = blocks.map(async (block, lane) => {
      const number = (at + lane) % NUMBERS;
      new DataView(block.buffer).setUint32(HEAD - 4, number);
      return holds(await sha256Large(block), bits) ? number : null;
    });
    const found = (await Promise.all(tried)).find((number) => number !== null);
    if (found !== undefined && found !== null) return found;
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Reads what an answer asks; refuses what no office may ask, and a window that is not of today's clock. */
export function readAsked(text: string, moment: number): WorkAsked {
  const [, window, bits] = ASK.exec(text) ?? refuse("work", "not what an office asks");
  const asked = { bits: checkBits(Number(bits)), window: Number(window) };
  if (Math.abs(asked.window - windowAt(moment)) > WINDOW_SKEW) refuse("work", "a window of another day");
  return asked;
}

/** Reads a proof; whether it holds is for `checkWork` to say. */
export function readWork(text: string): Work {
  const [, window, bits, rest] = PROOF.exec(text) ?? refuse("work", "not a proof of work");
  const numbers = (rest as string).slice(1).split(".").map(Number);
  if (numbers.some((number) => number >= NUMBERS)) refuse("work", "a number that no search ends with");
  return { window: Number(window), bits: checkBits(Number(bits)), numbers };
}

/** Refuses unless every search holds; gives the 16 bytes under which the proof is spent. */
export async function checkWork(work: Work, route: string, subject: B64): Promise<B64> {
  const seed = await workSeed(route, work.window, b64decode(subject));
  const found = await Promise.all(work.numbers.map((number, search) => workTrial(seed, search, number)));
  if (!found.every((digest) => holds(digest, work.bits))) refuse("work", "the work is of another request, or not done");
  return b64encode((await sha256Large(concat(...found))).subarray(0, 16));
}

function checkBits(bits: number): number {
  return bits >= LEAST_BITS && bits <= MOST_BITS ? bits : refuse("work", "less or more work than an office may ask");
}

function holds(digest: Bytes, bits: number): boolean {
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) >>> (32 - bits) === 0;
}

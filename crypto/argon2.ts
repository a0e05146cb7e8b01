/**
 * Argon2id (RFC 9106, version 0x13) that gives the page its turn while it runs.
 *
 * The library that we use for everything else awaits a promise between its slices, which lets no browser paint, and lets
 * no button work: on a phone that may not compile scripts the page, its exit too, would stand still for many seconds.
 * A worker would need a Trusted Types policy, and our pages allow none.
 */

import { blake2b } from "@noble/hashes/blake2.js";
import { type Bytes, concat } from "./framing.js";
import { refuse } from "./errors.js";
import { pause } from "./yielding.js";

/** Argon2id: memory in KiB, passes, lanes. */
export interface KdfCost {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

const VERSION = 0x13;
const ARGON2ID = 2;
const SLICES = 4;
const BLOCK = 1024;
/** A block as 128 little-endian pairs of 32 bits, the low one first. */
const WORDS = 256;
const TWO_32 = 4294967296;

function le32(...numbers: readonly number[]): Bytes {
  const out = new Uint8Array(4 * numbers.length);
  const view = new DataView(out.buffer);
  numbers.forEach((number, i) => view.setUint32(4 * i, number, true));
  return out;
}

/** H′ of RFC 9106 §3.3. */
function longHash(size: number, input: Uint8Array): Bytes {
  const first = concat(le32(size), input);
  if (size <= 64) return blake2b(first, { dkLen: size }) as Bytes;
  const out = new Uint8Array(size);
  let piece = blake2b(first, { dkLen: 64 });
  let at = 0;
  for (; size - at > 64; at += 32) {
    out.set(piece.subarray(0, 32), at);
    piece = blake2b(piece, { dkLen: Math.min(64, size - at - 32) });
  }
  out.set(piece, at);
  return out;
}

/**
 * The upper word of x · y, exactly; x and y are words, from 0 to 2^32 - 1, and so is the answer; `low` is the lower word of
 * the product, of either sign.
 *
 * A number rounds so large a product, by 2^10 at most. Less its lower word, and rounded once more, it is still next to a
 * multiple of 2^32, and after the division next to a whole number: half of one on top, and the fraction goes.
 */
export function upperWord(x: number, y: number, low = Math.imul(x, y)): number {
  return ((x * y - (low >>> 0)) / TWO_32 + 0.5) >>> 0;
}

/** The upper word of x + y + 2 · x · y, less what it has beyond 32 bits; `low` is the lower word of x · y, of either sign. */
function over(x: number, y: number, low: number): number {
  return ((upperWord(x, y, low) << 1) | (low >>> 31)) + (((x + y + ((low << 1) >>> 0)) / TWO_32) | 0);
}

/** GB of RFC 9106 §3.6 on the pairs at a, b, c and d: four times x += y + 2 · low(x) · low(y) modulo 2^64, and an xor turned. */
function mix(v: Int32Array, a: number, b: number, c: number, d: number): void {
  let al = v[a] as number, ah = v[a + 1] as number;
  let bl = v[b] as number, bh = v[b + 1] as number;
  let cl = v[c] as number, ch = v[c + 1] as number;
  let dl = v[d] as number, dh = v[d + 1] as number;
  let low = Math.imul(al, bl);
  ah = (ah + bh + over(al >>> 0, bl >>> 0, low)) | 0;
  al = (al + bl + 2 * low) | 0;
  low = dl ^ al;
  dl = dh ^ ah;
  dh = low;
  low = Math.imul(cl, dl);
  ch = (ch + dh + over(cl >>> 0, dl >>> 0, low)) | 0;
  cl = (cl + dl + 2 * low) | 0;
  low = bl ^ cl;
  bh ^= ch;
  bl = (low >>> 24) | (bh << 8);
  bh = (bh >>> 24) | (low << 8);
  low = Math.imul(al, bl);
  ah = (ah + bh + over(al >>> 0, bl >>> 0, low)) | 0;
  al = (al + bl + 2 * low) | 0;
  low = dl ^ al;
  dh ^= ah;
  dl = (low >>> 16) | (dh << 16);
  dh = (dh >>> 16) | (low << 16);
  low = Math.imul(cl, dl);
  ch = (ch + dh + over(cl >>> 0, dl >>> 0, low)) | 0;
  cl = (cl + dl + 2 * low) | 0;
  low = bl ^ cl;
  bh ^= ch;
  bl = (low << 1) | (bh >>> 31);
  bh = (bh << 1) | (low >>> 31);
  v[a] = al, v[a + 1] = ah;
  v[b] = bl, v[b + 1] = bh;
  v[c] = cl, v[c + 1] = ch;
  v[d] = dl, v[d + 1] = dh;
}

/** P of RFC 9106 §3.6 over sixteen pairs: two at each step, `step` words apart, from `at` on. */
function permute(v: Int32Array, at: number, step: number): void {
  const [p0, p1, p2, p3] = [at, at + step, at + 2 * step, at + 3 * step] as const;
  const [p4, p5, p6, p7] = [at + 4 * step, at + 5 * step, at + 6 * step, at + 7 * step] as const;
  mix(v, p0, p2, p4, p6);
  mix(v, p0 + 2, p2 + 2, p4 + 2, p6 + 2);
  mix(v, p1, p3, p5, p7);
  mix(v, p1 + 2, p3 + 2, p5 + 2, p7 + 2);
  mix(v, p0, p2 + 2, p5, p7 + 2);
  mix(v, p0 + 2, p3, p5 + 2, p6);
  mix(v, p1, p3 + 2, p4, p6 + 2);
  mix(v, p1 + 2, p2, p4 + 2, p7);
}

/** G of RFC 9106 §3.5: the block at `out` becomes G(previous, reference), mixed with what it was on a later pass. */
function compress(memory: Int32Array, previous: number, reference: number, out: number, again: boolean, v: Int32Array): void {
  for (let i = 0; i < WORDS; i += 1) v[i] = (memory[previous + i] as number) ^ (memory[reference + i] as number);
  for (let i = 0; i < WORDS; i += 1) memory[out + i] = (v[i] as number) ^ (again ? (memory[out + i] as number) : 0);
  for (let row = 0; row < 8; row += 1) permute(v, 32 * row, 4);
  for (let column = 0; column < 8; column += 1) permute(v, 4 * column, 32);
  for (let i = 0; i < WORDS; i += 1) memory[out + i] = (memory[out + i] as number) ^ (v[i] as number);
}

/** Where in the memory the work stands. */
interface Place {
  readonly pass: number;
  readonly slice: number;
  readonly lane: number;
  readonly index: number;
}

class Filling {
  readonly #blocks: number;
  readonly #laneLength: number;
  readonly #segment: number;
  readonly #memory: Int32Array;
  readonly #working = new Int32Array(WORDS);
  /** Three blocks: zeros, the counter of addresses, the addresses. */
  readonly #addresses = new Int32Array(3 * WORDS);

  constructor(private readonly cost: KdfCost) {
    this.#segment = Math.floor(cost.memory / (SLICES * cost.lanes));
    this.#laneLength = SLICES * this.#segment;
    this.#blocks = this.#laneLength * cost.lanes;
    this.#memory = new Int32Array(this.#blocks * WORDS);
  }

  get steps(): number {
    return this.#blocks * this.cost.passes;
  }

  begin(start: Uint8Array): void {
    for (let lane = 0; lane < this.cost.lanes; lane += 1) {
      for (const block of [0, 1]) this.#write(lane * this.#laneLength + block, longHash(BLOCK, concat(start, le32(block, lane))));
    }
  }

  /** Every block in its order; nothing is computed before the next one is asked for. */
  *places(): Generator<Place> {
    for (let pass = 0; pass < this.cost.passes; pass += 1) {
      for (let slice = 0; slice < SLICES; slice += 1) {
        for (let lane = 0; lane < this.cost.lanes; lane += 1) {
          for (let index = 0; index < this.#segment; index += 1) yield { pass, slice, lane, index };
        }
      }
    }
  }

  /** Fills one block; the first two of a lane are there from the beginning. */
  fill(place: Place): void {
    const { pass, slice, lane, index } = place;
    const independent = pass === 0 && slice < SLICES / 2;
    if (independent && index % 128 === 0) this.#nextAddresses(place);
    if (pass === 0 && slice === 0 && index < 2) return;
    const column = slice * this.#segment + index;
    const own = lane * this.#laneLength;
    const before = own + (column === 0 ? this.#laneLength : column) - 1;
    const [low, high] = independent ? this.#pair(this.#addresses, 2 * WORDS + 2 * (index % 128)) : this.#pair(this.#memory, before * WORDS);
    const reference = this.#reference(place, low, high);
    compress(this.#memory, before * WORDS, reference * WORDS, (own + column) * WORDS, pass > 0, this.#working);
  }

  end(): Bytes {
    const last = new Int32Array(WORDS);
    for (let lane = 1; lane <= this.cost.lanes; lane += 1) {
      const at = (lane * this.#laneLength - 1) * WORDS;
      for (let i = 0; i < WORDS; i += 1) last[i] = (last[i] as number) ^ (this.#memory[at + i] as number);
    }
    this.#memory.fill(0);
    return longHash(32, le32(...last));
  }

  #pair(words: Int32Array, at: number): [number, number] {
    return [(words[at] as number) >>> 0, (words[at + 1] as number) >>> 0];
  }

  #write(block: number, bytes: Bytes): void {
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < WORDS; i += 1) this.#memory[block * WORDS + i] = view.getInt32(4 * i, true);
  }

  /** RFC 9106 §3.4.1.2: addresses that follow from the place alone, 128 at a time. */
  #nextAddresses({ pass, slice, lane, index }: Place): void {
    const counted = [pass, lane, slice, this.#blocks, this.cost.passes, ARGON2ID, index / 128 + 1];
    counted.forEach((value, i) => { this.#addresses[WORDS + 2 * i] = value; });
    compress(this.#addresses, 0, WORDS, 2 * WORDS, false, this.#working);
    compress(this.#addresses, 0, 2 * WORDS, 2 * WORDS, false, this.#working);
  }

  /** RFC 9106 §3.4.2: which block two words point to. */
  #reference({ pass, slice, lane, index }: Place, low: number, high: number): number {
    const other = pass === 0 && slice === 0 ? lane : high % this.cost.lanes;
    const finished = pass === 0 ? slice * this.#segment : this.#laneLength - this.#segment;
    const area = other === lane ? finished + index - 1 : finished - (index === 0 ? 1 : 0);
    const back = upperWord(area, upperWord(low, low));
    const start = pass === 0 ? 0 : ((slice + 1) % SLICES) * this.#segment;
    return other * this.#laneLength + ((start + area - 1 - back) % this.#laneLength);
  }
}

const TURN_MS = 12;
const LOOK_EVERY = 8;

/** Argon2id of 32 bytes; told how much is done, from 0 to 1. */
export async function argon2id(password: Uint8Array, salt: Uint8Array, cost: KdfCost, progress: (done: number) => void): Promise<Bytes> {
  const { memory, passes, lanes } = cost;
  if (lanes < 1 || passes < 1 || memory < 8 * lanes) refuse("schema", "not a cost of Argon2id");
  const inputs = concat(le32(lanes, 32, memory, passes, VERSION, ARGON2ID, password.length), password, le32(salt.length), salt, le32(0, 0));
  const filling = new Filling(cost);
  filling.begin(blake2b(inputs, { dkLen: 64 }));
  let step = 0;
  let turnBegan = performance.now();
  for (const place of filling.places()) {
    filling.fill(place);
    step += 1;
    if (step % LOOK_EVERY !== 0 || performance.now() - turnBegan < TURN_MS) continue;
    progress(step / filling.steps);
    await pause();
    turnBegan = performance.now();
  }
  progress(1);
  return filling.end();
}

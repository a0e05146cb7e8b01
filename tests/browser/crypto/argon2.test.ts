// Argon2id: the same as the library's, and the page has its turn meanwhile.

import assert from "node:assert/strict";
import test from "node:test";
import { argon2id as library } from "@noble/hashes/argon2.js";
import { CryptoError, systemRng } from "../../../crypto/index.js";
import { argon2id, upperWord } from "../../../crypto/argon2.js";

const nobody = (): void => undefined;

test("at every cost it is what the library computes", async () => {
  for (const [memory, passes, lanes] of [[8, 1, 1], [9, 3, 1], [64, 2, 2], [71, 3, 2], [600, 1, 1], [1100, 2, 1], [1111, 3, 3], [40, 4, 4]] as const) {
    const [password, salt] = [systemRng(28), systemRng(16)];
    const found = await argon2id(password, salt, { memory, passes, lanes }, nobody);
    assert.deepEqual(found, library(password, salt, { m: memory, t: passes, p: lanes, dkLen: 32 }), `${memory} KiB, ${passes} passes, ${lanes} lanes`);
  }
});

test("words that a careless product would round are blended exactly", async () => {
  for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
    const [password, salt] = [new Uint8Array(64).fill(byte), new Uint8Array(16).fill(byte)];
    const found = await argon2id(password, salt, { memory: 256, passes: 3, lanes: 1 }, nobody);
    assert.deepEqual(found, library(password, salt, { m: 256, t: 3, p: 1, dkLen: 32 }));
  }
});

test("the upper word of a product is exact beside powers of two, where a number rounds it below one, and anywhere", () => {
  const draws = new Uint32Array(systemRng(4 * 8000).buffer);
  const pairs = [...draws].flatMap((x, i): (readonly [number, number])[] => {
    const beside = Math.ceil(2 ** (52 + (i % 12)) / x);
    return [[x, draws[(i + 1) % draws.length] as number], [x, beside - 1], [x, beside], [x, beside + 1]];
  });
  for (const edge of [0, 1, 2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) pairs.push(...[...draws.subarray(0, 99), edge].map((x) => [x, edge] as const));
  const words = pairs.filter((pair) => pair.every((word) => Number.isSafeInteger(word) && word >= 0 && word < 2 ** 32));
  assert.ok(words.length > 20_000);
  assert.deepEqual(words.filter(([x, y]) => upperWord(x, y) !== Number((BigInt(x) * BigInt(y)) >> 32n)), []);
});

test("no turn of the page is missed while it runs, and progress only grows, up to the end", async () => {
  let [turns, told] = [0, 0];
  const heard: number[] = [];
  const tick = setInterval(() => { turns += 1; }, 1);
  await argon2id(systemRng(28), systemRng(16), { memory: 19_456, passes: 1, lanes: 1 }, (done) => {
    assert.ok(done >= told);
    told = done;
    heard.push(done);
  });
  clearInterval(tick);
  assert.equal(told, 1);
  // Every pause is a task of its own, between which a timer of the page comes round too.
  assert.ok(heard.length > 3 && turns >= 2, `${heard.length} pauses, ${turns} turns`);
});

test("a cost that Argon2id does not have is refused", async () => {
  for (const cost of [{ memory: 7, passes: 1, lanes: 1 }, { memory: 64, passes: 0, lanes: 1 }, { memory: 64, passes: 1, lanes: 0 }, { memory: 15, passes: 1, lanes: 2 }]) {
    await assert.rejects(argon2id(systemRng(1), systemRng(16), cost, nobody), CryptoError);
  }
});

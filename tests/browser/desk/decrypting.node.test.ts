// The workers that open envelopes beside the desk's page: what crosses over, and that the page goes on without them.

import assert from "node:assert/strict";
import test from "node:test";
import { shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { CryptoError } from "../../../crypto/errors.js";
import { Secret } from "../../../crypto/primitives.js";
import { systemRng } from "../../../crypto/randomness.js";
import { open, seal } from "../../../crypto/sealing/age.js";
import { readHeader } from "../../../crypto/sealing/header.js";
import { openBeside } from "../../../crypto/sealing/whole.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import { Answering } from "../../../templates/desk/decrypting/answering.js";
import { FORGET, READY, type SentTasks, type Task, packAnswers, readAnswers, unpackTasks } from "../../../templates/desk/decrypting/messages.js";
import { RecentKeys } from "../../../templates/desk/decrypting/recentkeys.js";
import { unshelve } from "../../../templates/desk/opened/unshelving.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { DecryptPool, type WorkerLike } from "../../../templates/desk/decrypting/pool.js";

type Hear = (event: { data: unknown }) => void;
/** What a worker says in place of its own answer to a task; undefined where that never comes. */
type Instead = (task: Task) => unknown;

/** A worker in this very thread, by the code that the real one runs, over the same way of copying. */
class Near {
  readonly tasks: Task[] = [];
  readonly crossed: Uint8Array[] = [];
  ended = false;
  forgotten = 0;
  messages = 0;
  readonly #hear: Hear[] = [];
  readonly #fail: Hear[] = [];
  readonly #answering = new Answering();

  constructor(private readonly instead: Instead | null = null, private readonly ready = true) {}

  addEventListener(kind: string, hear: unknown): void {
    (kind === "message" ? this.#hear : this.#fail).push(hear as Hear);
    if (kind === "message" && this.ready) queueMicrotask(() => this.say(READY));
  }

  postMessage(task: unknown, transfer: Transferable[]): void {
    if (task === FORGET) {
      this.forgotten += 1;
      return this.#answering.forget();
    }
    const there = unpackTasks(structuredClone(task as SentTasks, { transfer }));
    this.tasks.push(...there);
    this.crossed.push(...there.flatMap(({ seeds }) => seeds ?? []));
    this.messages += 1;
    const { instead } = this;
    if (instead === null) void Promise.all(there.map((one) => this.#answering.answer(one))).then((answers) => this.say(structuredClone(packAnswers(answers))));
    else queueMicrotask(() => there.map(instead).filter((one) => one !== undefined).forEach((one) => this.say(structuredClone(one))));
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: unknown): void {
    if (data !== undefined) for (const hear of this.#hear) hear({ data });
  }

  die(): void {
    for (const hear of this.#fail) hear({ data: null });
  }
}

async function poolOf(...workers: Near[]): Promise<DecryptPool> {
  const rest = [...workers];
  const pool = new DecryptPool(() => rest.shift() as unknown as WorkerLike, workers.length);
  openBeside(pool.open);
  await new Promise((resolve) => setTimeout(resolve));
  return pool;
}

const text = new TextEncoder().encode("What a colleague saw.");
const [mine, other, former] = [Identity.draw(systemRng), Identity.draw(systemRng), Identity.draw(systemRng)];
const toMine = await seal([mine.recipient], text, systemRng);
const toOther = await seal([other.recipient], text, systemRng);

const stageOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => null, (error: unknown) => (error instanceof CryptoError ? error.stage : error));

test("envelopes that are asked for together are one message to each worker, and a key crosses over to a worker once", async () => {
  const [a, b] = [new Near(), new Near()];
  const pool = await poolOf(a, b);
  const opened = await Promise.all([toMine, toOther, toMine, toOther, toMine, toOther].map((file, n) => open(n % 2 ? other : mine, file, 1)));
  for (const one of opened) assert.deepEqual(one, text);
  assert.deepEqual([a, b].map(({ tasks, messages }) => [tasks.length, messages]), [[3, 1], [3, 1]]);
  assert.deepEqual([a, b].map(({ tasks }) => tasks.filter(({ seeds }) => seeds !== null).length), [1, 1]);
  pool.end();
});

test("a worker that owes much hands over, with the key", async () => {
  const [a, b] = [new Near(() => undefined), new Near()];
  const pool = await poolOf(a, b);
  void Promise.all(Array.from({ length: 17 }, () => open(mine, toMine, 1)));
  await Promise.resolve();
  assert.deepEqual([a, b].map(({ tasks }) => tasks.length), [17, 0]);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual([a, b].map(({ crossed }) => crossed.length), [1, 1]);
  pool.end();
});

test("what crosses over is overwritten there, and so is a key that goes for others", async () => {
  const { reveal } = Secret.prototype;
  const held = new Set<Uint8Array>();
  Secret.prototype.reveal = function noted(this: Secret) {
    const bytes = reveal.call(this);
    held.add(bytes);
    return bytes;
  };
  const answering = new Answering();
  const header = readHeader(toMine, [1]);
  const seeds = Array.from({ length: 40 }, () => systemRng(32));
  for (const [n, seed] of seeds.entries()) await answering.answer({ n, key: n, seeds: [seed], file: toMine, header });
  Secret.prototype.reveal = reveal;
  const gone = [...held].filter((bytes) => bytes.every((byte) => byte === 0));
  assert.deepEqual([held.size, gone.length], [40, 8]);
  assert.ok(seeds.every((seed) => seed.every((byte) => byte === 0)));
  assert.deepEqual(await answering.answer({ n: 41, key: 7, seeds: null, file: toMine, header }), { n: 41, text: null, refused: null });
  assert.deepEqual(await answering.answer({ n: 42, key: 8, seeds: null, file: toMine, header }), { n: 42, text: null, refused: "no-match" });
});

/** What is overwritten with zeros while `work` is done, as it stood before; in hex. */
async function overwritten(work: () => Promise<unknown>): Promise<Set<string>> {
  const { fill } = Uint8Array.prototype;
  const found = new Set<string>();
  Uint8Array.prototype.fill = function noted(this: Uint8Array, ...given: Parameters<typeof fill>) {
    if (given[0] === 0 && given.length === 1) found.add(hex(this));
    return fill.apply(this, given);
  };
  await work().finally(() => { Uint8Array.prototype.fill = fill; });
  return found;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** All that is secret of a key and stands in bytes: seed, lattice's half, curve's half; in hex. */
function secretsOf({ seed }: Identity): string[] {
  const all = shake256(seed.reveal(), { dkLen: 96 });
  return [seed.reveal(), ml_kem768.keygen(all.slice(0, 64)).secretKey, all.slice(64)].map(hex);
}

test("with a key goes what was computed of it, of its former keys too", async () => {
  const answering = new Answering();
  const secrets = [...secretsOf(mine), ...secretsOf(former)];
  const task = (n: number, key: number, seeds: Uint8Array<ArrayBuffer>[] | null): Task => ({ n, key, seeds, file: toMine, header: readHeader(toMine, [1]) });
  const crossed = [former, mine].map(({ seed }) => seed.reveal().slice());
  assert.deepEqual((await answering.answer(task(1, 1, crossed))).text, text);
  const gone = await overwritten(async () => answering.forget());
  assert.deepEqual(secrets.map((one) => gone.has(one)), secrets.map(() => true));
  assert.deepEqual(await answering.answer(task(2, 1, null)), { n: 2, text: null, refused: null });
});

test("what is still being opened by a key that goes is refused for nothing else: the page opens it", async () => {
  const answering = new Answering();
  const owed = answering.answer({ n: 1, key: 1, seeds: [mine.seed.reveal().slice()], file: toMine, header: readHeader(toMine, [1]) });
  answering.forget();
  assert.deepEqual(await owed, { n: 1, text: null, refused: null });
});

test("once a case has left the page no worker holds a key, and what is opened next crosses over again", async () => {
  const [a, b] = [new Near(), new Near(() => undefined)];
  const pool = await poolOf(a, b);
  await Promise.all([open(mine, toMine, 1), Promise.race([open(other, toOther, 1), new Promise((resolve) => setTimeout(resolve, 50))])]);
  b.die();
  pool.forget();
  assert.deepEqual([a.forgotten, b.forgotten], [1, 0]);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual(a.crossed.length, 2);
  pool.end();
  pool.forget();
  assert.equal(a.forgotten, 1);
});

test("a pool that was not begun is asked for nothing", async () => {
  const worker = new Near();
  const pool = new DecryptPool(() => worker as unknown as WorkerLike, 1);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.equal(worker.tasks.length, 0);
  pool.begin();
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.equal(worker.tasks.length, 1);
  pool.end();
});

test("a case that leaves the shelf takes its keys from the workers; one that was not there takes none", () => {
  const shelf = new Map([["case", {} as DeskCase]]);
  let forgotten = 0;
  const vault = { workers: { end: () => undefined, forget: () => { forgotten += 1; } } };
  unshelve(shelf, vault, "another");
  assert.deepEqual([shelf.size, forgotten], [1, 0]);
  unshelve(shelf, vault, "case");
  assert.deepEqual([shelf.size, forgotten], [0, 1]);
});

test("a key from before a change opens beside the page too", async () => {
  const worker = new Near();
  const pool = await poolOf(worker);
  const changed = new Identity(former.seed, [mine]);
  assert.deepEqual(await open(changed, toMine, 1), text);
  assert.equal(worker.crossed.length, 2);
  pool.end();
});

test("a refusal has the stage that it has on the page", async () => {
  const worker = new Near();
  const altered = toMine.slice();
  altered[altered.length - 1] = (altered.at(-1) as number) ^ 1;
  const marked = toMine.slice();
  const at = new TextDecoder("latin1").decode(marked).indexOf("\n--- ") + 5;
  marked[at] = marked[at] === 65 ? 66 : 65;
  const here = await Promise.all([stageOf(open(other, toMine, 1)), stageOf(open(mine, altered, 1)), stageOf(open(mine, marked, 1)), stageOf(open(mine, toMine.subarray(0, -40), 1))]);
  const pool = await poolOf(worker);
  const beside = await Promise.all([stageOf(open(other, toMine, 1)), stageOf(open(mine, altered, 1)), stageOf(open(mine, marked, 1)), stageOf(open(mine, toMine.subarray(0, -40), 1))]);
  assert.deepEqual([beside, worker.tasks.length], [here, 4]);
  assert.deepEqual(here, ["no-match", "payload", "header-mac", "header"]);
  pool.end();
});

const NO_TEXT = new Uint8Array();
const STRANGE: Record<string, Instead> = {
  "no object": () => "text",
  "nothing": () => null,
  "no list": ({ n }) => ({ answers: { n }, texts: NO_TEXT }),
  "no bytes": ({ n }) => ({ answers: [{ n, size: null, refused: "no-match" }], texts: null }),
  "a list of nothing": () => ({ answers: [null], texts: NO_TEXT }),
  "another number": ({ n }) => packAnswers([{ n: n + 1, text: null, refused: "no-match" }]),
  "a stage at which nothing is refused here": ({ n }) => ({ answers: [{ n, size: null, refused: "signature" }], texts: NO_TEXT }),
  "text and refusal": ({ n }) => ({ answers: [{ n, size: text.length, refused: "no-match" }], texts: text }),
  "no refusal": ({ n }) => ({ answers: [{ n, size: text.length }], texts: text }),
  "less text than it says": ({ n }) => ({ answers: [{ n, size: text.length + 1, refused: null }], texts: text }),
  "more text than it says": ({ n }) => ({ answers: [{ n, size: text.length - 1, refused: null }], texts: text }),
  "less than no text": ({ n }) => ({ answers: [{ n, size: -1, refused: null }], texts: NO_TEXT }),
  "half a byte": ({ n }) => ({ answers: [{ n, size: 0.5, refused: null }], texts: text }),
};

for (const [what, instead] of Object.entries(STRANGE)) {
  test(`a worker that answers ${what} is ended, and the page opens it`, async () => {
    const worker = new Near(instead);
    const pool = await poolOf(worker);
    assert.deepEqual(await open(mine, toMine, 1), text);
    assert.deepEqual(await open(mine, toMine, 1), text);
    assert.deepEqual([worker.tasks.length, worker.ended], [1, true]);
    pool.end();
  });
}

test("what a worker can't tell, the page opens, and asks it again", async () => {
  const worker = new Near(({ n }) => packAnswers([{ n, text: null, refused: null }]));
  const pool = await poolOf(worker);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual([worker.tasks.length, worker.ended], [2, false]);
  pool.end();
});

test("what a worker owed when it died, the page opens; the others go on", async () => {
  const [a, b] = [new Near(() => undefined), new Near()];
  const pool = await poolOf(a, b);
  const owed = open(mine, toMine, 1);
  await open(other, toOther, 1);
  a.die();
  assert.deepEqual(await owed, text);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual([a, b].map(({ tasks, ended }) => [tasks.length, ended]), [[1, true], [2, false]]);
  pool.end();
});

/** A worker to which nothing can be handed over, and the seeds that were to go there. */
class Shut extends Near {
  readonly refused: Uint8Array[] = [];

  override postMessage(task: unknown): void {
    if (task !== FORGET) this.refused.push(...unpackTasks(task as SentTasks).flatMap(({ seeds }) => seeds ?? []));
    throw new DOMException("no message", "DataCloneError");
  }
}

test("a text that crosses over stands in the page alone: the worker's copy and the buffer that carried it are overwritten", () => {
  const opened = [text.slice(), text.slice()];
  const sent = structuredClone(packAnswers(opened.map((one, n) => ({ n, text: one, refused: null }))));
  assert.ok(opened.every((one) => one.every((byte) => byte === 0)));
  assert.deepEqual(readAnswers(sent)?.map((one) => one.text), [text, text]);
  assert.ok(sent.texts.length === 2 * text.length && sent.texts.every((byte) => byte === 0));
  const strange = { answers: [null], texts: text.slice() };
  assert.equal(readAnswers(strange), null);
  assert.ok(strange.texts.every((byte) => byte === 0));
});

test("what can't be handed over to a worker the next one gets at once, and the key that was to go is overwritten", async (context) => {
  const [shut, next] = [new Shut(), new Near()];
  const pool = await poolOf(shut, next);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const both = await Promise.all([open(mine, toMine, 1), open(mine, toMine, 1)]);
  context.mock.timers.reset();
  for (const one of both) assert.deepEqual(one, text);
  assert.deepEqual([shut.ended, next.tasks.length, next.crossed.length], [true, 2, 1]);
  assert.ok(shut.refused.length === 1 && shut.refused.every((seed) => seed.every((byte) => byte === 0)));
  pool.end();
});

test("where none takes it, or takes the word to forget, the page goes on", async () => {
  const all = [new Shut(), new Shut()];
  const pool = await poolOf(...all);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual(all.map(({ ended }) => ended), [true, true]);
  pool.end();
  const [shut, good] = [new Shut(), new Near()];
  const other = await poolOf(shut, good);
  other.forget();
  assert.deepEqual([shut.ended, good.forgotten], [true, 1]);
  other.end();
});

test("a worker that stays silent for too long is given up", async (context) => {
  const worker = new Near(() => undefined);
  const pool = await poolOf(worker);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const owed = open(mine, toMine, 1);
  context.mock.timers.tick(20_000);
  context.mock.timers.reset();
  assert.deepEqual(await owed, text);
  assert.equal(worker.ended, true);
  pool.end();
});

test("one that answers is watched for what it owes then, and for nothing that it has answered", async (context) => {
  const [answered, silent] = [new Set<number>(), new Set<number>()];
  const worker = new Near(({ n }) => (silent.has(n) ? undefined : (answered.add(n), packAnswers([{ n, text: text.slice(), refused: null }]))));
  const pool = await poolOf(worker);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  await open(mine, toMine, 1);
  silent.add(2);
  const owed = open(mine, toMine, 1);
  context.mock.timers.tick(20_000);
  assert.equal(worker.ended, false);
  context.mock.timers.tick(20_000);
  context.mock.timers.reset();
  assert.deepEqual([await owed, worker.ended, answered.size], [text, true, 1]);
  pool.end();
});

test("one that is not ready yet is not asked", async () => {
  const worker = new Near(null, false);
  const pool = await poolOf(worker);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.equal(worker.tasks.length, 0);
  worker.say(READY);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.equal(worker.tasks.length, 1);
  pool.end();
});

test("where none may start the page opens all", async () => {
  let tried = 0;
  const pool = new DecryptPool(() => { tried += 1; throw new TypeError("Trusted Types"); }, 4);
  openBeside(pool.open);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.equal(tried, 1);
  pool.end();
});

test("the end ends all of them, and what they owed is left to the page", async () => {
  const [a, b] = [new Near(() => undefined), new Near()];
  const pool = await poolOf(a, b);
  const owed = open(mine, toMine, 1);
  await Promise.resolve();
  pool.end();
  assert.deepEqual(await owed, text);
  assert.deepEqual(await open(mine, toMine, 1), text);
  assert.deepEqual([a, b].map(({ tasks, ended }) => [tasks.length, ended]), [[1, true], [0, true]]);
});

test("a key that has not crossed over when a worker ends is overwritten, and never crosses", async () => {
  const kept: Uint8Array[] = [];
  const seen = (identity: Identity): Identity => ({ seed: { reveal: () => ({ slice: () => { const copy = identity.seed.reveal().slice(); kept.push(copy); return copy; } }) }, others: identity.others.map(seen) }) as unknown as Identity;
  const near = new Near();
  const pool = await poolOf(near);
  const asked = pool.open(seen(mine), toMine, readHeader(toMine, [1]));
  assert.deepEqual(kept.map((seed) => seed.some((byte) => byte !== 0)), [true]);
  pool.end();
  assert.equal(await asked, null);
  assert.deepEqual([kept.map((seed) => seed.every((byte) => byte === 0)), near.tasks.length], [[true], 0]);
});

test("of the keys that a worker holds the one goes that was used longest ago", () => {
  const keys = new RecentKeys<string>();
  for (let n = 0; n < 32; n += 1) assert.equal(keys.hold(n, `key ${n}`), undefined);
  assert.equal(keys.use(0), "key 0");
  assert.equal(keys.hold(32, "key 32"), "key 1");
  assert.deepEqual([keys.use(0), keys.use(1)], ["key 0", undefined]);
});

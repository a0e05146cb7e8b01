/** A few workers that open envelopes beside the page. Where none starts, or one dies, the page goes on by itself. */

import type { Bytes } from "../../../crypto/framing.js";
import type { CheckStage } from "../../../crypto/errors.js";
import type { Header } from "../../../crypto/sealing/header.js";
import { type OpenBeside, openBeside } from "../../../crypto/sealing/whole.js";
import type { Identity } from "../../../crypto/sealing/xwing.js";
import { type Answer, FORGET, READY, type Task, packTasks, readAnswers } from "./messages.js";
import { RecentKeys } from "./recentkeys.js";
import { startWorker } from "./script.js";

const MOST = 4;
/** A worker that owes an answer for so long is given up; what was asked for while another was watched may wait twice as long. */
const PATIENCE_MS = 20_000;

/** So many more than another may the worker owe that holds the key: the envelopes of one case stay together. */
const MORE_WITH_KEY = 16;

/** What is used of a worker. */
export type WorkerLike = Pick<Worker, "addEventListener" | "postMessage" | "terminate">;
/** Its text, where it is refused, or null where the page must open it. */
type Opened = Bytes | CheckStage | null;

/** What is told of an envelope that could not be handed over to a worker. */
const UNSENT = Symbol("unsent");

type Tell = (opened: Opened | typeof UNSENT) => void;

/** The bytes of a key as they cross over; the worker overwrites them. */
function seedsOf(identity: Identity): Bytes[] {
  return [identity, ...identity.others].map(({ seed }) => seed.reveal().slice());
}

class Helper {
  readonly #pending = new Map<number, Tell>();
  readonly #keys = new RecentKeys<true>();
  #ready = false;
  #over = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;
  /** Tasks that go together, once everything that asks now has asked. */
  readonly #toGo: Task[] = [];

  constructor(private readonly worker: WorkerLike) {
    worker.addEventListener("message", (event) => this.#hear((event as MessageEvent<unknown>).data));
    for (const kind of ["error", "messageerror"] as const) worker.addEventListener(kind, () => this.end());
  }

  get isOver(): boolean {
    return this.#over;
  }

  get isReady(): boolean {
    return this.#ready && !this.#over;
  }

  /** How many answers it owes. */
  get owes(): number {
    return this.#pending.size;
  }

  open(key: number, identity: Identity, file: Uint8Array, { stanzas, turned }: Header): Promise<Opened | typeof UNSENT> {
    const n = (this.#asked += 1);
    const seeds = this.#keys.use(key) === true ? null : seedsOf(identity);
    if (seeds !== null) this.#keys.hold(key, true);
    this.#toGo.push({ n, key, seeds, file, header: { stanzas, turned } });
    // The envelopes of a case are asked for in one breath, and each message costs as much as the envelope.
    if (this.#toGo.length === 1) queueMicrotask(() => this.#send());
    if (this.#timer === null) this.#watch(n);
    return new Promise((tell) => this.#pending.set(n, tell));
  }

  /** Gives the worker up where it owes this answer for too long, then the one that it owes longest by then. A timer for each answer would cost as much as to ask. */
  #watch(n: number | undefined): void {
    const isOwed = (): boolean => n !== undefined && this.#pending.has(n);
    this.#timer = n === undefined ? null : setTimeout(() => (isOwed() ? this.end() : this.#watch(this.#pending.keys().next().value)), PATIENCE_MS);
  }

  #send(): void {
    const tasks = this.#toGo.splice(0);
    if (tasks.length === 0) return;
    try {
      const { sent, transfer } = packTasks(tasks);
      this.worker.postMessage(sent, transfer);
    } catch {
      this.#toGo.push(...tasks);
      this.end(UNSENT);
    }
  }

  #hear(said: unknown): void {
    if (said === READY) {
      this.#ready = true;
      return;
    }
    const answers = readAnswers(said);
    if (answers === null) return this.end();
    for (const answer of answers) this.#take(answer);
  }

  #take({ n, text, refused }: Answer): void {
    const tell = this.#pending.get(n);
    if (tell === undefined) return this.end();
    this.#pending.delete(n);
    tell(text ?? refused);
  }

  /** Has it overwrite its keys; the messages keep their order, so that both sides agree on which it holds. */
  forget(): void {
    this.#send();
    this.#keys.clear();
    try {
      this.worker.postMessage(FORGET);
    } catch {
      // It would keep them: it goes, and they with it.
      this.end();
    }
  }

  /** Ends it, and leaves to the page what it still owes, or to the next worker what did not reach it. */
  end(unsent: null | typeof UNSENT = null): void {
    this.#over = true;
    this.worker.terminate();
    // Keys that wait to cross over stay here with nobody who would overwrite them.
    const left = this.#toGo.splice(0);
    for (const { seeds } of left) for (const seed of seeds ?? []) seed.fill(0);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const waiting = new Set(left.map(({ n }) => n));
    for (const [n, tell] of this.#pending) tell(waiting.has(n) ? unsent : null);
    this.#pending.clear();
  }
}

export class DecryptPool {
  readonly #helpers: Helper[] = [];
  readonly #keys = new WeakMap<Identity, { readonly key: number; helper: Helper | null }>();
  #known = 0;

  constructor(start: () => WorkerLike = startWorker, number = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency))) {
    try {
      for (let n = 0; n < number; n += 1) this.#helpers.push(new Helper(start()));
    } catch {
      // This browser lets no worker start, or no further one.
    }
  }

  /** Has a worker open it: the one that holds the key, unless it owes more than another. */
  readonly open: OpenBeside = async (identity, file, header) => {
    for (;;) {
      // One that could not take it has ended, so there is an end to the others too.
      const opened = await this.#once(identity, file, header);
      if (opened !== UNSENT) return opened;
    }
  };

  async #once(identity: Identity, file: Uint8Array, header: Header): Promise<Opened | typeof UNSENT> {
    const [least] = this.#helpers.filter((one) => one.isReady).sort((a, b) => a.owes - b.owes);
    if (least === undefined) return null;
    const known = this.#keys.get(identity) ?? { key: (this.#known += 1), helper: null };
    this.#keys.set(identity, known);
    const stays = known.helper?.isReady === true && known.helper.owes <= least.owes + MORE_WITH_KEY;
    if (!stays) known.helper = least;
    return (known.helper ?? least).open(known.key, identity, file, header);
  }

  /** From now on envelopes are opened by them. */
  begin(): void {
    openBeside(this.open);
  }

  /** A case has left the page: no worker keeps any key, and what is opened next crosses over again. */
  forget(): void {
    for (const helper of this.#helpers) if (!helper.isOver) helper.forget();
  }

  /** Ends all of them, and with them every key that they hold. */
  end(): void {
    openBeside(null);
    for (const helper of this.#helpers.splice(0)) helper.end();
  }
}

/** Starts the desk's workers, which open nothing before `begin` is called, and end when the page is left. */
export function startPool(): DecryptPool {
  const pool = new DecryptPool();
  window.addEventListener("pagehide", () => pool.end());
  return pool;
}

/** What a worker does with each task: it opens the envelope, and holds the few keys that it was last asked with. */

import { CryptoError } from "../../../crypto/errors.js";
import type { Bytes } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/primitives.js";
import { forget as forgetExpanded } from "../../../crypto/sealing/expanded.js";
import { type Header, lastFirst, readHeader } from "../../../crypto/sealing/header.js";
import { openHere } from "../../../crypto/sealing/whole.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import type { Answer, Task } from "./messages.js";
import { RecentKeys } from "./recentkeys.js";

function identityOf(seed: Bytes, others: readonly Identity[] = []): Identity {
  const identity = new Identity(new Secret(seed), others);
  seed.fill(0);
  return identity;
}

/** The page has looked at the header and may have turned it; strings that cross over cost more than they do to read. */
function headerOf({ file, header: { stanzas, turned } }: Task): Header {
  const header = readHeader(file, [stanzas]);
  return turned ? lastFirst(header) : header;
}

/** Overwrites what is reached of a key: its seeds, and what was computed of them. */
function overwrite(identity: Identity): void {
  for (const { seed } of [identity, ...identity.others]) {
    forgetExpanded(seed);
    seed.reveal().fill(0);
  }
}

export class Answering {
  readonly #keys = new RecentKeys<Identity>();
  /** Keys that were overwritten: what was still being opened by one is refused for that alone. */
  readonly #gone = new WeakSet<Identity>();

  /** Never throws: what the worker can't tell, the page finds out by itself. */
  async answer(task: Task): Promise<Answer> {
    const nothing = { n: task.n, text: null, refused: null };
    const identity = this.#keyOf(task);
    if (identity === undefined) return nothing;
    try {
      return { ...nothing, text: await openHere(identity, task.file, headerOf(task)) };
    } catch (error) {
      return error instanceof CryptoError && !this.#gone.has(identity) ? { ...nothing, refused: error.stage } : nothing;
    }
  }

  /** The key of a task; what was used longest ago goes for it, and its bytes are overwritten. */
  #keyOf({ key, seeds }: Task): Identity | undefined {
    const [own, ...others] = seeds ?? [];
    if (own === undefined) return this.#keys.use(key);
    const identity = identityOf(own, others.map((one) => identityOf(one)));
    const gone = this.#keys.hold(key, identity);
    if (gone !== undefined) this.#drop(gone);
    return identity;
  }

  /** Overwrites every key that is held. */
  forget(): void {
    for (const identity of this.#keys.clear()) this.#drop(identity);
  }

  #drop(identity: Identity): void {
    this.#gone.add(identity);
    overwrite(identity);
  }
}

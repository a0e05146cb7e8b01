/** What a worker does with each task: it opens the envelope, and holds the few keys that it was last asked with. */

import { CryptoError } from "../../../crypto/errors.js";
import type { Bytes } from "../../../crypto/framing.js";
import { Secret } from "../../../crypto/primitives.js";
import { openHere } from "../../../crypto/sealing/whole.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import type { Answer, Task } from "./messages.js";
import { RecentKeys } from "./recentkeys.js";

function identityOf(seed: Bytes, others: readonly Identity[] = []): Identity {
  const identity = new Identity(new Secret(seed), others);
  seed.fill(0);
  return identity;
}

export class Answering {
  readonly #keys = new RecentKeys<Identity>();

  /** Never throws: what the worker can't tell, the page finds out by itself. */
  async answer(task: Task): Promise<Answer> {
    const nothing = { n: task.n, text: null, refused: null };
    const identity = this.#keyOf(task);
    if (identity === undefined) return nothing;
    try {
      return { ...nothing, text: await openHere(identity, task.file, task.header) };
    } catch (error) {
      return error instanceof CryptoError ? { ...nothing, refused: error.stage } : nothing;
    }
  }

  /** The key of a task; what was used longest ago goes for it, and its bytes are overwritten. */
  #keyOf({ key, seeds }: Task): Identity | undefined {
    const [own, ...others] = seeds ?? [];
    if (own === undefined) return this.#keys.use(key);
    const identity = identityOf(own, others.map((one) => identityOf(one)));
    const gone = this.#keys.hold(key, identity);
    for (const one of gone === undefined ? [] : [gone, ...gone.others]) one.seed.reveal().fill(0);
    return identity;
  }
}

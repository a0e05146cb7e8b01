/** Starts a worker from the one script that the desk has for it: the page's only Trusted Types policy gives that address and no other. */

/** The address of the worker's script, with a hash of its content in it; the build puts it here. */
declare const DECRYPTING_WORKER: string;
/** The hash of its whole content, as pages name it beside their own scripts. */
declare const DECRYPTING_WORKER_HASH: string;

const POLICY = "yanlu-decrypting";

interface Policy {
  readonly createScriptURL: (address: string) => string;
}

// Not in TypeScript's library yet.
const { trustedTypes } = globalThis as { trustedTypes?: { readonly createPolicy: (name: string, rules: Policy) => Policy } };

function onlyOurs(asked: string): string {
  if (asked !== DECRYPTING_WORKER) throw new TypeError("not the script of the desk's workers");
  return DECRYPTING_WORKER;
}

function onlyPolicy(): Policy | undefined {
  try {
    return trustedTypes?.createPolicy(POLICY, { createScriptURL: onlyOurs });
  } catch {
    // The header names none: the browser will start no worker, and the page works without.
    return undefined;
  }
}

// At page load, whether workers are started or not: a name is given out once, so that no later script has it with other rules.
const policy = onlyPolicy();

/**
 * Has the browser fetch the script again, whatever it has stored, and refuses any other than the build's: browsers know no hash for a
 * worker, and what a server once gave in its place would be started for as long as it is stored. Throws where it is another, or away.
 */
export async function refreshScript(): Promise<void> {
  const answer = await fetch(DECRYPTING_WORKER, { cache: "reload", credentials: "omit", integrity: DECRYPTING_WORKER_HASH });
  if (!answer.ok) throw new TypeError("no script for the desk's workers");
  await answer.arrayBuffer();
}

/** One more worker. The call for its script carries no cookie, so that a server can't tell whose it is. Throws where this browser lets none start. */
export function startWorker(): Worker {
  return new Worker(policy?.createScriptURL(DECRYPTING_WORKER) ?? DECRYPTING_WORKER, { type: "module", credentials: "omit" });
}

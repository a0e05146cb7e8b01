/** Starts a worker from the one script that the desk has for it: the page's only Trusted Types policy gives that address and no other. */

/** The address of the worker's script, with a hash of its content in it; the build puts it here. */
declare const DECRYPTING_WORKER: string;

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

/** One more worker. The call for its script carries no cookie, so that a server can't tell whose it is. Throws where this browser lets none start. */
export function startWorker(): Worker {
  return new Worker(policy?.createScriptURL(DECRYPTING_WORKER) ?? DECRYPTING_WORKER, { type: "module", credentials: "omit" });
}

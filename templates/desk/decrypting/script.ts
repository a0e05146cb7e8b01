/** Starts a worker from the one script that the desk has for it: the page's only Trusted Types policy gives that address and no other. */

/** The address of the worker's script, with a hash of its content in it; the build puts it here. */
declare const DECRYPTING_WORKER: string;

const POLICY = "yanlu-decrypting";

interface Policy {
  readonly createScriptURL: (address: string) => string;
}

// Not in TypeScript's library yet.
const { trustedTypes } = globalThis as { trustedTypes?: { readonly createPolicy: (name: string, rules: Policy) => Policy } };
let policy: Policy | undefined;

function onlyOurs(asked: string): string {
  if (asked !== DECRYPTING_WORKER) throw new TypeError("not the script of the desk's workers");
  return DECRYPTING_WORKER;
}

/** One more worker. Throws where this browser lets none start. */
export function startWorker(): Worker {
  policy ??= trustedTypes?.createPolicy(POLICY, { createScriptURL: onlyOurs });
  return new Worker(policy?.createScriptURL(DECRYPTING_WORKER) ?? DECRYPTING_WORKER, { type: "module" });
}

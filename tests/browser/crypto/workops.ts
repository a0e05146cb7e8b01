// The operations of the vectors on proof of work, over the browser twin.

import { b64decode, b64encode } from "../../../crypto/framing.js";
import { checkWork, readWork, workSeed, workTrial } from "../../../crypto/reporter/work.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = any;

export const WORK_OPS: Record<string, (given: Given) => Given> = {
  work_seed: async (g) => ({ seed: b64encode(await workSeed(g.route, g.window, b64decode(g.subject))) }),
  work_trial: async (g) => ({ hash: b64encode(await workTrial(b64decode(g.seed), g.search, g.number)) }),
  check_work: async (g) => {
    const work = readWork(g.proof);
    return { window: work.window, bits: work.bits, spent: await checkWork(work, g.route, g.subject) };
  },
};

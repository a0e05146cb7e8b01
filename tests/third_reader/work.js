// SPEC §10: proof of work.
import { demand, frame, fromB64, sha256, toB64, u32, u64, zeros } from "./ground.js";

const seedOf = (route, window, subject) => sha256(frame("yanlu/v1/work", route, u64(window), subject));
const trial = (seed, search, number) => sha256(seed, u32(search), u32(number), zeros(16384 - 40));

function checkWork(proof, route, subject) {
  const found = /^1(\.[0-9]{1,10}){6}$/.exec(proof);
  demand(found && !proof.endsWith("\n"), "work", "no proof");
  const [, window, bits, ...numbers] = proof.split(".").map(Number);
  demand(bits >= 8 && bits <= 14 && numbers.every((number) => number < 2 ** 32), "work", "out of range");
  const seed = seedOf(route, window, subject);
  const trials = numbers.map((number, search) => trial(seed, search, number));
  demand(trials.every((hash) => hash.readUInt32BE() >>> (32 - bits) === 0), "work", "it does not hold");
  return { window, bits, spent: toB64(sha256(...trials).subarray(0, 16)) };
}

export const WORK = {
  work_seed: ({ route, window, subject }) => ({ seed: toB64(seedOf(route, window, fromB64(subject))) }),
  work_trial: ({ seed, search, number }) => ({ hash: toB64(trial(fromB64(seed), search, number)) }),
  check_work: ({ proof, route, subject }) => checkWork(proof, route, fromB64(subject)),
};

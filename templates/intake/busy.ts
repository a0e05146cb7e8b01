/** A busy office asks for work: the page does it, says so calmly, and sends the same call again with the proof. */

import { type WorkAsked, doWork, readAsked, systemRng } from "../../crypto/browser/index.js";
import type { Bytes } from "../../crypto/browser/bytes.js";

export const WORK_HEADER = "Yanlu-Work";
export const WORK_TRIES = 6;

/** Told how much of the work is done, from 0 to 1, and null when it is over. */
export type Working = (done: number | null) => void;

const state: { asked: WorkAsked | null; told: Working } = { asked: null, told: () => undefined };

/** Who shows the work; one for the whole page. */
export function onWork(told: Working): void {
  state.told = told;
}

/** Learns from any answer whether the next call has to show work; forgotten with the page. */
export function hear(text: string | null): void {
  try {
    state.asked = text === null ? null : readAsked(text, Date.now());
  } catch {
    // What no office may ask is not done for anybody.
    state.asked = null;
  }
}

/** The header that a call carries now: empty while nothing is asked, else a proof for this call alone. */
export async function proofOf(route: string, subject: () => Promise<Bytes>): Promise<Record<string, string>> {
  if (state.asked === null) return {};
  state.told(0);
  try {
    return { [WORK_HEADER]: await doWork(state.asked, route, await subject(), systemRng, state.told) };
  } finally {
    state.told(null);
  }
}

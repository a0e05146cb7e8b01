/** A busy office asks for work: the page does it, says so calmly, and sends the same call again with the proof. */

import type { Bytes } from "../../crypto/framing.js";
import { systemRng } from "../../crypto/randomness.js";
import { type WorkAsked, doWork, readAsked } from "../../crypto/reporter/work.js";
import { h } from "./dom.js";
import { t } from "./strings.js";

export const WORK_HEADER = "Yanlu-Work";
export const WORK_TRIES = 6;

/** Told how much of the work is done, from 0 to 1, and null when it is over. */
type Working = (done: number | null) => void;

const NOTICED_AFTER = 400;

const state: { asked: WorkAsked | null; told: Working } = { asked: null, told: () => undefined };

/** Says on this page that the device is at work for a busy server, once it takes long enough to be noticed. */
export function showWork(): void {
  const bar = h("progress", { max: 1, value: 0, "aria-hidden": "true" });
  const words = h("p");
  const notice = h("div", { class: "notice notice-care stack-small working no-print", role: "status", "data-test": "working" }, words, bar);
  let timer = 0;
  state.told = (done) => {
    bar.value = done ?? 0;
    words.textContent = t("The line to this office is very busy just now. Your device is doing a small calculation so that you get through. Nothing is lost; please keep this page open.");
    if (done === 0) timer = window.setTimeout(() => document.body.append(notice), NOTICED_AFTER);
    if (done !== null) return;
    window.clearTimeout(timer);
    notice.remove();
  };
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

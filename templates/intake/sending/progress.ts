/** The bar that shows how far a sending is, and the words while the line is down. */

import { announce, h } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import type { Waiting } from "../api.js";
import { type Meter, Pace } from "./sending.js";

/** What is said while the line is down. */
export function sayLineDown(seconds: number): string {
  return t("The line is down. Nothing is lost; trying again in {n} s. Keep this page open.", { n: seconds });
}

/** Words that stand there while the line is down, said aloud once, and what to call with the wait. */
export function lineWords(): { element: HTMLElement; waiting: Waiting } {
  const element = h("p", { class: "fault", role: "status", "data-test": "line-down" });
  const waiting: Waiting = (seconds) => {
    const was = element.textContent;
    element.textContent = seconds === null ? "" : sayLineDown(seconds);
    if (!was && element.textContent) announce(element.textContent);
  };
  return { element, waiting };
}

/** A bar with words under it, and the meter that moves both. */
export function meterBar(words: string): { element: HTMLElement; meter: Meter } {
  const bar = h("progress", { max: 1, "aria-label": words, "data-test": "sending-bar" });
  const text = h("p", { "data-test": "sending-words" }, words);
  const line = lineWords();
  const pace = new Pace();
  const meter: Meter = {
    sent: (done, total) => {
      bar.value = total > 0 ? done / total : 1;
      text.textContent = pace.say(done, total);
    },
    waiting: line.waiting,
  };
  return { element: h("div", { class: "stack-small" }, bar, text, line.element), meter };
}

/** The bar that shows how far a sending is. */

import { announce, h } from "../shared/dom.js";
import { t } from "../shared/strings.js";
import { type Meter, Pace } from "./sending.js";

/** A bar with words under it, and the meter that moves both. */
export function meterBar(words: string): { element: HTMLElement; meter: Meter } {
  const bar = h("progress", { max: 1, "aria-label": words, "data-test": "sending-bar" });
  const text = h("p", { "data-test": "sending-words" }, words);
  const line = h("p", { class: "fault", role: "status" });
  const pace = new Pace();
  const meter: Meter = {
    sent: (done, total) => {
      bar.value = total > 0 ? done / total : 1;
      text.textContent = pace.say(done, total);
    },
    waiting: (seconds) => {
      const was = line.textContent;
      line.textContent = seconds === null ? "" : t("The line is down. Nothing is lost; trying again in {n} seconds. Keep this page open.", { n: seconds });
      if (!was && line.textContent) announce(line.textContent);
    },
  };
  return { element: h("div", { class: "stack-small" }, bar, text, line), meter };
}

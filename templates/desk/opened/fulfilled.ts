/** The promises to the reporter that were kept, and when: what is answered leaves what is due, and stays to be seen. */

import { type CaseClock, traitOf } from "../../../casework/index.js";
import { isKeyNotice } from "../../shared/keynotice.js";
import { t } from "../../shared/strings.js";
import { officeText } from "../../shared/officetext.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import { clocksAt, saysOtherwise } from "./casestate.js";
import { type Entry, type OpenedCase, type Ruled, good } from "./model.js";

/** How the clocks of promises are called. */
export const PROMISE = "promise-";
/** Items in which the office says something of the matter; a notice of a request for the identity or of new keys does not. */
const ANSWERS: ReadonlySet<string | null> = new Set(["reply", "letter", "status", "notice"]);

/** One line for each; several are folded behind one. Null where none was kept yet. */
export function fulfilledPromises(opened: OpenedCase, words: OfficeWords, now: Date): Child {
  const { ruled, row } = opened;
  if (ruled === null) return null;
  const kept = clocksAt(ruled, now).filter((one) => one.clock.id.startsWith(PROMISE) && typeof one.state?.stopped === "string" && isFulfilled(one, ruled, opened));
  const lines = kept.map((one) => fulfilledLine(one, words, row.entity));
  if (lines.length === 0) return null;
  const list = h("ul", { class: "kept" }, lines);
  const late = kept.filter(({ state }) => state?.status === "late").length;
  const summary = late === 0 ? t("Promises kept: {count}", { count: kept.length }) : t("Promises kept: {count}, of which late: {late}", { count: kept.length, late });
  return kept.length === 1 ? list : h("details", { "data-test": "promises-kept" }, h("summary", {}, summary), list);
}

/**
 * The clock stops with whatever is written to the reporter: here it was kept only where that is an answer which verified. A step that
 * needs no words to the reporter, as a call by telephone, keeps it by itself, unless it names an item that does not hold.
 */
function isFulfilled({ clock }: CaseClock, { found }: Ruled, { events, entries }: OpenedCase): boolean {
  const stop = found.events.find(({ act, n }) => n > 0 && clock.stop.includes(act) && !found.uncounted.has(n));
  const event = events.find(({ n }) => n === stop?.n);
  if (stop === undefined || event === undefined || event.wrong !== null) return false;
  const bound = traitOf(stop.act).item === "to-reporter";
  if (event.item === null) return !bound;
  const entry = entries.find((one) => one.hash === event.item && good(one));
  const holds = entry !== undefined && entry.signer === event.actor && !saysOtherwise(event, entry);
  return holds && (isAnswer(entry) || (!bound && entry.dir === "office-only"));
}

function isAnswer({ type, payload }: Entry): boolean {
  return ANSWERS.has(type) && !(type === "reply" && isKeyNotice(payload["text"]));
}

function fulfilledLine({ clock, state }: CaseClock, words: OfficeWords, entity: string): Child {
  const stopped = state?.stopped ?? "";
  const day = words.day(stopped, entity);
  const done = state?.status === "late" ? t("kept late on {day}", { day }) : t("kept on {day}", { day });
  return h("li", { "data-test": "promise-kept", "data-clock": clock.id, "data-day": stopped }, h("span", { class: "due-what" }, officeText(clock.name)), h("span", { class: "soft" }, done));
}

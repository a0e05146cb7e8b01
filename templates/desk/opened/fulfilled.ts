/** The promises to the reporter that were kept, and when: what is answered leaves what is due, and stays to be seen. */

import { type Act, type CaseClock, isAct, traitOf } from "../../../casework/index.js";
import { isKeyNotice } from "../../shared/keynotice.js";
import { t } from "../../shared/strings.js";
import { officeText, voicedName } from "../../shared/officetext.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import { clocksAt, saysOtherwise } from "./casestate.js";
import { stepFault } from "./stepfaults.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "./model.js";

/** How the clocks of promises are called. */
export const PROMISE = "promise-";
/** Items in which the office says something of the matter; a notice of a request for the identity or of new keys does not. */
const ANSWERS: ReadonlySet<string | null> = new Set(["reply", "letter", "status", "notice"]);

/** Whether a step keeps a promise to the reporter under these rules. */
export function keepsPromise(act: Act, { clocks }: Ruled["rules"]): boolean {
  return clocks.some(({ id, stop }) => id.startsWith(PROMISE) && stop.includes(act));
}

/** Whether a promise that the step keeps was not kept by then. */
export function isStillPromised(act: Act, ruled: Ruled, now: Date): boolean {
  return clocksAt(ruled, now).some(({ clock: { id, stop }, state }) => id.startsWith(PROMISE) && stop.includes(act) && typeof state?.stopped !== "string");
}

/** Steps in which the reporter is told something by voice or not at all: of the rest, one without a message tells nothing. */
const BY_VOICE: ReadonlySet<Act> = new Set<Act>(["contacted", "contacted-on-site", "contacted-again", "followed-up"]);

/** Whether the step itself tells the reporter something only where it sends a message. */
export function tellsByMessage(act: Act): boolean {
  return traitOf(act).item === "optional" && !BY_VOICE.has(act);
}

/** One line for each; several are folded behind one. Null where none was kept yet. */
export function fulfilledPromises(opened: OpenedCase, words: OfficeWords, now: Date): Child {
  const { ruled, row } = opened;
  if (ruled === null) return null;
  const met = clocksAt(ruled, now).filter((one) => one.clock.id.startsWith(PROMISE) && typeof one.state?.stopped === "string");
  const silent = met.map((one) => silentLine(one, unsentBy(one, ruled, opened), words, row.entity)).filter((line) => line !== null);
  const kept = met.filter((one) => isFulfilled(one, ruled, opened));
  const unsent = silent.length > 0 && h("ul", { class: "kept" }, silent);
  if (kept.length === 0) return unsent === false ? null : unsent;
  const list = h("ul", { class: "kept" }, kept.map((one) => fulfilledLine(one, words, row.entity)));
  const late = kept.filter(({ state }) => state?.status === "late").length;
  const summary = late === 0 ? t("Promises kept: {count}", { count: kept.length }) : t("Promises kept: {count}, of which late: {late}", { count: kept.length, late });
  return [unsent, kept.length === 1 ? list : h("details", { "data-test": "promises-kept" }, h("summary", {}, summary), list)];
}

/** What ended the wait, with its entry of the record. */
function stopOf({ clock }: CaseClock, { found }: Ruled, { events }: OpenedCase): Happening | undefined {
  const stop = found.events.find(({ act, n }) => n > 0 && clock.stop.includes(act) && !found.uncounted.has(n));
  return events.find(({ n }) => n === stop?.n);
}

/** How the reporter was told by a step that was to send a message: not at all, or otherwise, as its note says; null where a message was sent. */
function unsentBy(one: CaseClock, ruled: Ruled, opened: OpenedCase): "nothing" | "otherwise" | null {
  const event = stopOf(one, ruled, opened);
  if (event === undefined || event.wrong !== null || !isAct(event.kind) || !tellsByMessage(event.kind)) return null;
  if (event.item === null) return "nothing";
  const note = opened.entries.find((entry) => entry.hash === event.item && good(entry) && entry.dir === "office-only");
  if (note === undefined) return null;
  return note.signer === event.actor && !saysOtherwise(event, note) && stepFault(event, note, opened) === null ? "otherwise" : "nothing";
}

/**
 * The clock stops with whatever is written to the reporter: here it was kept only where that is an answer which verified. A step that
 * needs no words to the reporter, as a call by telephone, keeps it by itself, unless it names an item that does not hold.
 */
function isFulfilled(one: CaseClock, ruled: Ruled, opened: OpenedCase): boolean {
  const event = stopOf(one, ruled, opened);
  if (event === undefined || event.wrong !== null || !isAct(event.kind) || unsentBy(one, ruled, opened) !== null) return false;
  const { entries } = opened;
  const bound = traitOf(event.kind).item === "to-reporter";
  if (event.item === null) return !bound;
  const entry = entries.find((one) => one.hash === event.item && good(one));
  const holds = entry !== undefined && entry.signer === event.actor && !saysOtherwise(event, entry) && stepFault(event, entry, opened) === null;
  return holds && (isAnswer(entry) || (!bound && entry.dir === "office-only"));
}

function isAnswer({ type, payload }: Entry): boolean {
  return ANSWERS.has(type) && !(type === "reply" && isKeyNotice(payload["text"]));
}

/** What nothing was sent for is a fault; what the reporter was told otherwise is none, and no message kept it. */
function silentLine({ clock, state }: CaseClock, unsent: "nothing" | "otherwise" | null, words: OfficeWords, entity: string): HTMLElement | null {
  if (unsent === null) return null;
  const day = words.day(state?.stopped ?? "", entity);
  const done = unsent === "otherwise" ? t("told otherwise on {day}; the note of the step says how", { day }) : t("step taken on {day}; nothing was sent to the reporter", { day });
  return h("li", { "data-test": unsent === "otherwise" ? "promise-otherwise" : "promise-unsent", "data-clock": clock.id }, h("span", { class: "due-what" }, officeText(voicedName(clock.name))), h("span", { class: unsent === "otherwise" ? "soft" : "wrong" }, done));
}

function fulfilledLine({ clock, state }: CaseClock, words: OfficeWords, entity: string): Child {
  const stopped = state?.stopped ?? "";
  const day = words.day(stopped, entity);
  const done = state?.status === "late" ? t("kept late on {day}", { day }) : t("kept on {day}", { day });
  return h("li", { "data-test": "promise-kept", "data-clock": clock.id, "data-day": stopped }, h("span", { class: "due-what" }, officeText(voicedName(clock.name))), h("span", { class: "soft" }, done));
}

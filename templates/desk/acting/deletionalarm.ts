/** Who could not read a case and signed for its deletion: the deleting command has no key and can't tell who reads it, so the desk says it. */

import { around, blank } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { OpenedCase } from "../opened/model.js";
import { type Child, h } from "../ui.js";

/** What two people sign before a case is deleted by hand. */
const FOR_DELETION: readonly string[] = ["deletion-asked", "deletion-approved"];

/** What stops a deletion: the step that begins it, the one that ends it, and what is signed towards that end. */
const STOPS = [
  { begins: "held", ends: "released", towards: ["release-asked", "released"] },
  { begins: "handed-over", ends: "handed-back", towards: ["handed-back"] },
] as const;

/** The number of the newest step of a kind that counts here; -1 where there is none. */
function last({ events, ruled }: OpenedCase, kind: string): number {
  return events.findLast((event) => event.kind === kind && event.wrong === null && ruled?.found.uncounted.has(event.n) !== true)?.n ?? -1;
}

/** What stops a deletion here; `isUndone` where its end was signed by somebody whom the server may count and this desk does not. */
function stopping(opened: OpenedCase): readonly { readonly since: number; readonly towards: readonly string[]; readonly isUndone: boolean }[] {
  return STOPS.flatMap(({ begins, ends, towards }) => {
    const [since, ended] = [last(opened, begins), last(opened, ends)];
    return since < 0 || ended > since ? [] : [{ since, towards, isUndone: opened.events.some(({ kind, n }) => kind === ends && n > since) }];
  });
}

/** Whether a hold or an authority stops the deletion at the server too. */
export function isDeletionStopped(opened: OpenedCase): boolean {
  return stopping(opened).some(({ isUndone }) => !isUndone);
}

/** Stands from such a signature until a reader sets a hold: an asking has no end of its own, and counts from the day on which somebody agrees. */
export function signedByNonReaders(opened: OpenedCase, words: OfficeWords): Child {
  if (isDeletionStopped(opened)) return null;
  const about = [{ since: last(opened, "held"), towards: FOR_DELETION }, ...stopping(opened)];
  const signed = opened.events.filter(({ n, kind, wrong }) => wrong === "non-reader" && about.some(({ since, towards }) => n > since && towards.includes(kind)));
  if (signed.length === 0) return null;
  const people = words.namedAll([...new Set(signed.flatMap(({ actor }) => actor ?? []))]);
  return h("div", { class: "notice notice-alarm", "data-test": "deletion-by-non-readers", role: "alert" }, h("p", {},
    around(t("{people} could not read this case and signed all the same, for its deletion or to end what stops one. This desk does not count that. The server cannot tell: the administrator may be able to delete the case ({command}). A legal hold that somebody who reads this case sets now stops that.", { people: blank("people"), command: "yanlu case delete" }), { people })));
}

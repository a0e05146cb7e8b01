/** The names of a case as its verified thread tells them: given, sealed, taken back, and what the reporter was told of requests. */

import type { Named, UnsealingNotice } from "../../../crypto/staff.js";
import { type Sentence, msg } from "../../shared/strings.js";
import { type Entry, type OpenedCase, good } from "../opened/model.js";

export const WHOSE: Readonly<Record<Named["about"], Sentence>> = {
  reporter: msg("The reporter"),
  witness: msg("A witness"),
  concerned: msg("The person concerned"),
};

/** A name that lies with the custodians; anyone who sealed it is told of requests: the reporter by the mailbox, the office in the case. */
export interface SealedName {
  readonly about: Named["about"];
  readonly by: "reporter" | "office";
  readonly seal: NonNullable<Named["seal"]>;
  readonly text: string;
  /** Taken back, or replaced by a later one of the reporter. */
  readonly withdrawn: boolean;
}

function namings(opened: OpenedCase): { entry: Entry; named: Named }[] {
  return opened.entries.flatMap((entry) =>
    good(entry) && (entry.type === "identity" || entry.type === "custody") ? [{ entry, named: entry.payload as unknown as Named }] : []);
}

/** Sealed names in the order in which they came; the reporter's own later one takes the place of the earlier. */
export function sealedNames(opened: OpenedCase): SealedName[] {
  const back = new Set(opened.entries.flatMap((entry) => (good(entry) && entry.type === "identity-withdrawn" ? [String(entry.payload["handle"])] : [])));
  const found = namings(opened).flatMap(({ entry, named }) => {
    const by = entry.type === "custody" ? ("office" as const) : ("reporter" as const);
    return named.seal === null ? [] : [{ about: named.about, by, seal: named.seal, text: named.text }];
  });
  const last = found.findLastIndex(({ about }) => about === "reporter");
  return found.map((one, at) => ({ ...one, withdrawn: back.has(one.seal.handle) || (one.about === "reporter" && at < last) }));
}

/** Names that were given to the office itself. */
export function givenNames(opened: OpenedCase): Named[] {
  return namings(opened).flatMap(({ named }) => (named.seal === null ? [named] : []));
}

/** The reporter's level now: what the report said first, and what was given or taken back since. */
export function levelOf(opened: OpenedCase): string {
  if (givenNames(opened).some(({ about }) => about === "reporter")) return "named";
  const own = sealedNames(opened).filter(({ about }) => about === "reporter");
  if (own.some(({ withdrawn }) => !withdrawn)) return "sealed";
  return own.length > 0 ? "anonymous" : (opened.report?.level ?? "anonymous");
}

/** What the reporter was told last of a request for such a name; null where nothing was. */
export function lastNoticeOf(opened: OpenedCase, about: Named["about"]): UnsealingNotice | null {
  const last = opened.entries.filter((entry) => good(entry) && entry.type === "unsealing" && entry.payload["about"] === about).at(-1);
  return last === undefined ? null : (last.payload as unknown as UnsealingNotice);
}

/** What the reporter has declared and nobody has put on the record yet, and what putting it there would leave. */

import { type Act, type Event, type Refusal, decideRead, isNoticeUnread, isRead, meantBy } from "../../../casework/index.js";
import { rulingOf } from "./casestate.js";
import { type Entry, type OpenedCase, type Ruled, good } from "./model.js";

/** A verified declaration with the event of its arrival; `n` is that event's number. */
export interface Declared {
  readonly entry: Entry;
  readonly act: Act;
  readonly n: number;
}

/** The declarations that wait, in the order in which they came. */
export function waitingDeclarations(opened: OpenedCase): Declared[] {
  const { ruled } = opened;
  if (ruled === null) return [];
  return opened.events.flatMap((event) => {
    const entry = event.kind === "message-received" && event.actor === null ? opened.entries.find((one) => one.type === "act" && good(one) && one.hash === event.item) : undefined;
    const act = entry === undefined ? null : meantBy(entry.payload["act"]);
    return entry === undefined || act === null || isRead(ruled.entries, event.n) || saysNothingNew(ruled, act) ? [] : [{ entry, act, n: event.n }];
  });
}

/** That a notice was read is told once; anyone who appeals tells it again. */
function saysNothingNew({ found }: Ruled, act: Act): boolean {
  return act === "notice-received" && !isNoticeUnread(found) && found.events.some((event) => event.act === act && !found.uncounted.has(event.n));
}

/** What putting it on the record would leave; `to` where the policy leaves a choice. */
export function decideDeclared(ruled: Ruled, declared: Declared, now: Date, to: string | null = null): Event | Refusal {
  const message = ruled.entries[declared.n]?.event;
  if (message === undefined) throw new Error("no such event");
  return decideRead(rulingOf(ruled, now), ruled.found, declared.act, message, to);
}

/** What the signed `act-read` names. */
export function readNames(declared: Declared, event: Event): { readonly [name: string]: string | number } {
  return { item: declared.entry.hash, n: declared.n, act: declared.act, ...(event.to === null ? {} : { to: event.to }) };
}

/** What the policy of a case publishes of it to whom, why not yet, and what was published, by the signed record. */

import { type Act, type Publication, type Withheld, publicationIn, recordedAs, rolesOf, stageOf, withheld } from "../../../casework/index.js";
import { listed } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { PolicyRefused, SILENT, attempt } from "../acting/precheck.js";
import { refusalText, said } from "../acting/words.js";
import type { OfficeWords } from "../context.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "../opened/model.js";

/** A publication of the policy in this case, and the act that records it; `why` says in words what stands against it now. */
export interface Offer {
  readonly rule: Publication;
  readonly act: Act;
  readonly withheld: Withheld | null;
  readonly why: string | null;
}

/** A text that went out, as its signer sealed it. */
export interface Sent {
  readonly event: Happening;
  readonly text: string;
}

const WHY: Readonly<Record<Withheld, Sentence>> = {
  "not-in-policy": msg("The policy does not publish this to these readers."),
  "not-ended": msg("A case is published as an example only after it has ended."),
  frozen: msg("An authority is handling this case: nothing of it is published."),
  "no-result": msg("The reporter is told the result first. Nothing is published before that."),
};

/** A rule of the policy that publishes cases or their results; figures have a page of their own. */
const ofCases = ({ what }: Publication): boolean => what !== "figures";

/** Nothing where the policy publishes no case, or there are no rules to judge by. */
export function offersOf(opened: OpenedCase, words: OfficeWords, me: string, now: Date): Offer[] {
  const { ruled } = opened;
  if (ruled === null) return [];
  return ruled.rules.publications.filter(ofCases).map((rule) => {
    const { rules, found } = ruled;
    const act = recordedAs(rules, found, rule.audience);
    const held = withheld(rules, found, rule.what, rule.audience);
    return { rule, act, withheld: held, why: held === null ? whyNotThey(ruled, opened, words, me, now, rule, act) : t(WHY[held]) };
  });
}

/** Why this member may not record it: their role, or what the policy wants first. */
function whyNotThey(ruled: Ruled, opened: OpenedCase, words: OfficeWords, me: string, now: Date, { by }: Publication, act: Act): string | null {
  const { rules, found } = ruled;
  const stage = stageOf(rules, found.stage);
  // Where the policy has no act for it, anyone who publishes by the rule, else anyone who has the stage.
  const may = by !== null ? [by] : act === "noted" ? (stage?.actors ?? []) : [];
  const held = rolesOf(rules, found.codes, me);
  if (may.length > 0 && !may.some((role) => held.has(role))) return t("The policy has this published by: {roles}.", { roles: listed(may.map((role) => said(rules, role))) });
  if (act === "noted") return null;
  try {
    attempt(ruled, opened, me, { ...SILENT, act, audience: "office" }, now, "-");
    return null;
  } catch (error) {
    if (error instanceof PolicyRefused) return refusalText(rules, error.refused, words);
    throw error;
  }
}

/** Whether the button of a step opens the form of publication: a text is signed with it, never the bare step. */
export function isPublishing(act: Act, offers: readonly Offer[]): boolean {
  return offers.some((one) => one.act === act && act === "published" && one.withheld !== "not-ended");
}

/** What the item of an event publishes; null for any other step. */
export function sentWith(event: Happening | null, entry: Entry | null): string | null {
  const text = event?.wrong === null && entry !== null && good(entry) && entry.dir === "office-only" && entry.signer === event.actor ? entry.payload["text"] : null;
  if (typeof text !== "string" || text === "") return null;
  return event?.kind === "published" || publicationIn(text) !== null ? text : null;
}

/** Every text that was signed as published, in the order of the record. */
export function sentTexts({ events, entries }: OpenedCase): Sent[] {
  return events.flatMap((event) => {
    const entry = event.item === null ? undefined : entries.find(({ hash }) => hash === event.item);
    const text = sentWith(event, entry ?? null);
    return text === null ? [] : [{ event, text }];
  });
}

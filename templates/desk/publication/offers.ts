/** What the policy of a case publishes of it to whom, why not yet, and what was published, by the signed record. */

import { type Act, type Publication, type Withheld, askedWords, publication, publicationIn, recordedAs, rolesOf, stageOf, withheld } from "../../../casework/index.js";
import { listed } from "../../shared/officetext.js";
import { sayLimit } from "../../shared/amounts.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { PolicyRefused, SILENT, attempt } from "../acting/precheck.js";
import { actName, refusalText, said } from "../acting/words.js";
import type { OfficeWords } from "../context.js";
import { caseBefore, hasEnded, rulingOf } from "../opened/casestate.js";
import { type Entry, type Happening, type OpenedCase, type Ruled, good } from "../opened/model.js";

/** A publication of the policy in this case, and the act that records it; `why` says in words what stands against it now. */
export interface Offer {
  readonly rule: Publication;
  readonly act: Act;
  readonly withheld: Withheld | null;
  readonly why: string | null;
}

/** A text that was signed as published; `against` says in words why it is no publication under the policy. */
export interface Sent {
  readonly event: Happening;
  readonly text: string;
  readonly against: string | null;
}

const WHY: Readonly<Record<Withheld, Sentence>> = {
  "not-in-policy": msg("The policy does not publish this to these readers."),
  "not-ended": msg("A case is published as an example only after it has ended."),
  frozen: msg("An authority is handling this case: nothing of it is published."),
  "no-result": msg("The reporter is told the result first. Nothing is published before that."),
};

/** Why something is not published, in words. */
export const withheldWords = (why: Withheld): string => t(WHY[why]);

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
    return { rule, act, withheld: held, why: held === null ? whyNotThey(ruled, opened, words, me, now, rule, act) : withheldWords(held) };
  });
}

/** That the result may still change: an appeal is open to the reporter, or is being handled. No policy that ships has a publication wait for it. */
export function appealWords({ ruled, row }: OpenedCase, words: OfficeWords, now: Date): string {
  if (ruled === null) return "";
  const counted = ruled.found.events.filter(({ n }) => !ruled.found.uncounted.has(n));
  const last = counted.findLast(({ act }) => act === "appealed" || act === "appeal-decided");
  if (last?.act === "appealed" && !hasEnded(ruled)) return t("The reporter has appealed and the appeal is not decided: the result may still change. The policy does not have the publication wait for that.");
  const { asks, until } = askedWords(rulingOf(ruled, now), ruled.found);
  if (!asks.includes("appeal")) return "";
  return until === null ? t("An appeal can still be made: the result may still change. The policy does not have the publication wait for that.")
    : asks.includes("seen") ? t("An appeal can still be made. Its period of {limit} begins when the reporter reads the notice: until then, and on to its end, the result may still change. The policy does not have the publication wait for that.", { limit: sayLimit(until.limit) })
    : t("An appeal can be made until {day}: the result may still change. The policy does not have the publication wait for that.", { day: words.day(until.day, row.entity) });
}

/** Why this member may not record it: their role, or what the policy wants first. */
function whyNotThey(ruled: Ruled, opened: OpenedCase, words: OfficeWords, me: string, now: Date, { by }: Publication, act: Act): string | null {
  const { rules, found } = ruled;
  const others = byOthers(ruled, by, act, rolesOf(rules, found.codes, me));
  if (others !== null || act === "noted") return others;
  try {
    attempt(ruled, opened, me, { ...SILENT, act, audience: "office" }, now, "-");
    return null;
  } catch (error) {
    if (error instanceof PolicyRefused) return refusalText(ruled, error.refused, words);
    throw error;
  }
}

/** What has become of an offer in the case as it stands now; one that is no longer there is against the policy. */
export function offerNow(offers: readonly Offer[], { rule, act }: Offer): Pick<Offer, "act" | "why"> {
  const found = offers.find((one) => one.rule.what === rule.what && one.rule.audience === rule.audience);
  return found ?? { act, why: withheldWords("not-in-policy") };
}

/** Who publishes by the policy, where none of these roles does. */
function byOthers({ rules, found }: Pick<Ruled, "rules" | "found">, by: string | null, act: Act, held: ReadonlySet<string>): string | null {
  // Where the policy has no act for it, anyone who publishes by the rule, else anyone who has the stage.
  const may = by !== null ? [by] : act === "noted" ? (stageOf(rules, found.stage)?.actors ?? []) : [];
  return may.length === 0 || may.some((role) => held.has(role)) ? null : t("The policy has this published by: {roles}.", { roles: listed(may.map((role) => said(rules, role))) });
}

/** Whether the button of a step opens the form of publication: a text is signed with it, never the bare step. */
export function isPublishing(act: Act, offers: readonly Offer[]): boolean {
  return act === "published" && offers.some((one) => one.act === act);
}

/** The text that an event signs as published; null for any other step. Only the form and the command seal such an item: words that begin like one are none. */
export function sentWith(event: Happening | null, entry: Entry | null, { ruled }: OpenedCase): Sent | null {
  if (event === null || event.wrong !== null || entry?.type !== "publication" || !good(entry) || entry.signer !== event.actor) return null;
  const text = entry.payload["text"];
  return typeof text !== "string" ? null : { event, text, against: against(event, text, ruled) };
}

/** Why a step is no publication under the policy, though it says that it is; null for any other. */
export function notPublished(event: Happening, entry: Entry | null, opened: OpenedCase): string | null {
  const sent = sentWith(event, entry, opened);
  if (sent !== null) return sent.against;
  return event.kind === "published" && opened.ruled?.rules.publications.some(ofCases) === true ? t("No text was signed as published with it.") : null;
}

/** Judged by the case as it stood before the event. */
function against(event: Happening, text: string, ruled: Ruled | null): string | null {
  const kind = publicationIn(text);
  const before = ruled === null ? null : caseBefore(ruled, event.n);
  if (kind === null) return t("It does not say what of the case is published to whom.");
  if (ruled === null || before === null) return t("There are no rules here to judge it by.");
  const { rules, found } = before;
  const held = withheld(rules, found, kind.what, kind.audience);
  if (held !== null) return withheldWords(held);
  const act = recordedAs(rules, found, kind.audience);
  if (act !== event.kind) return t("The policy records this as “{act}”.", { act: actName(act) });
  if (ruled.found.uncounted.has(event.n)) return t("The step does not fit the policy.");
  const role = event.data["role"];
  // As the offer was: a step names one role of its actor, which publishes in any.
  const roles = new Set([...(typeof role === "string" ? [role] : []), ...rolesOf(rules, found.codes, event.actor ?? "")]);
  return byOthers(before, publication(rules, kind.what, kind.audience)?.by ?? null, act, roles);
}

/** Every text that was signed as published, in the order of the record. */
export function sentTexts(opened: OpenedCase): Sent[] {
  return opened.events.flatMap((event) => {
    // A replayed copy may stand before the item itself.
    const entry = event.item === null ? undefined : opened.entries.find((one) => one.hash === event.item && good(one));
    return sentWith(event, entry ?? null, opened) ?? [];
  });
}

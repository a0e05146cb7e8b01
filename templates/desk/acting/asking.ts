/** What a first person asked for or signed, and a second one must answer: who, when and why, and who does not agree. */

import { type Act, type ActRule, BY_TWO, DESTINATIONS, type Event, answers, asked, askingMeant, declines, mayAgree, mayDo, openAskings, rolesOf, sinceEntry, stageOf } from "../../../casework/index.js";
import { around, blank, textOr } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { sealedSide } from "../opened/casestate.js";
import { type OpenedCase, type Ruled, good } from "../opened/model.js";
import { type Child, h } from "../ui.js";
import { actTitle } from "./words.js";

const ASKED: { readonly [act in Act]?: Sentence } = {
  "release-asked": msg("{person} asked on {day} to end the legal hold."),
  "export-asked": msg("{person} asked on {day} to export the case. Recipient: {recipient}."),
  "deletion-asked": msg("{person} asked on {day} to delete the case."),
};

/** Who does not agree, and when; `item` is the note with the reason. */
export interface Declined {
  readonly by: string;
  readonly day: string;
  readonly item: string | null;
}

/** Those who could agree to what waits for this answer and do not. */
export function declinedBy({ rules, found, entries }: Ruled, answer: Act, asking: Event | null): readonly Declined[] {
  return declines(rules, found, entries, answer, asking).map(({ actor, day, data }) => ({ by: actor, day, item: typeof data["item"] === "string" ? data["item"] : null }));
}

/** The readers whose agreement it waits for, those who declined among them. */
export function mayAgreeAmong({ rules, found }: Ruled, { holders }: Pick<OpenedCase, "holders">, answer: Act, asking: Event): readonly string[] {
  return holders.filter((id) => mayAgree(rules, found, answer, id, asking));
}

/** What an asking says, in one line: who, when, what. */
export function askedLine(event: Pick<Event, "act" | "by" | "day" | "codes">, words: OfficeWords, entity: string): Child {
  const recipient = textOr(DESTINATIONS[event.codes.destination ?? ""], event.codes.destination ?? "");
  const facts = { person: blank("person"), day: words.day(event.day, entity), recipient, act: actTitle(event.act) };
  return around(t(ASKED[event.act] ?? msg("{person} took the step “{act}” on {day}."), facts), { person: words.named(event.by) });
}

/** The words beside an event, as its readers see them; null where there are none, or they can't be relied on. */
export function wordsBeside(item: string | null, by: string | null, { entries }: Pick<OpenedCase, "entries">): string | null {
  const text = item === null ? undefined : entries.find((entry) => entry.hash === item && good(entry) && entry.signer === by)?.payload["text"];
  return typeof text === "string" && text !== "" ? text : null;
}

/** What somebody said, under who said it and when. */
export function quoted(caption: Child, text: string | null, name: string): HTMLElement {
  const reason = text === null ? h("p", { class: "hint" }, t("The reason cannot be read here.")) : h("blockquote", { tabindex: "0" }, text);
  return h("figure", { class: "quoted", "data-test": name }, h("figcaption", {}, caption), reason);
}

/** The asking, and every refusal of it, each with its reason. */
export function askedQuotes(event: Event, answer: Act, opened: OpenedCase, ruled: Ruled, words: OfficeWords): HTMLElement {
  const { entity } = opened.row;
  const refusals = declinedBy(ruled, answer, event).map(({ by, day, item }) =>
    quoted(around(t("{person} declined on {day}.", { person: blank("person"), day: words.day(day, entity) }), { person: words.named(by) }), wordsBeside(item, by, opened), "declined-quoted"));
  return h("div", { class: "stack-small" }, quoted(askedLine(event, words, entity), wordsBeside(event.item, event.by, opened), "asked-quoted"), refusals);
}

/** The request that an act under this rule means where this member does it: the newest that they may answer, and the newest of all where there is none. */
export function requestFor({ rules, found }: Ruled, rule: ActRule, me: string): Event | null {
  const stage = stageOf(rules, found.stage);
  if (stage === null || !BY_TWO.has(rule.act)) return asked(found, rule);
  return askingMeant(found, rule, mayDo(rule, stage), { by: me, roles: rolesOf(rules, found.codes, me) });
}

/** The number of the request that a form for this act answers, as it was shown; null where the act answers none. */
export function answeredBy(act: Act, rules: readonly ActRule[], ruled: Ruled, me: string): number | null {
  return BY_TWO.has(act) ? (firstAsked(rules, ruled, me)?.n ?? null) : null;
}

function firstAsked(rules: readonly ActRule[], ruled: Ruled, me: string): Event | null {
  return rules.filter(answers).map((rule) => requestFor(ruled, rule, me)).find((event) => event !== null) ?? null;
}

/** Whether the request that a form was opened for waits no more, by another hand than this member's. */
export function isPast(answer: Act, n: number, { found }: Ruled, me: string): boolean {
  return !openAskings(found.events, found.uncounted, answer).some((one) => one.n === n) && !found.events.some((event) => event.n > n && event.act === answer && event.by === me);
}

/** What the second person's form quotes of the first; null where the step follows nobody's. */
export function firstQuoted(act: Act, rules: readonly ActRule[], opened: OpenedCase, ruled: Ruled, words: OfficeWords, me: string): Child {
  const asking = firstAsked(rules, ruled, me);
  if (asking !== null) return askedQuotes(asking, act, opened, ruled, words);
  const first = firstSigned(act, rules, opened, ruled);
  return first === null ? null : quoted(askedLine(first, words, opened.row.entity), wordsBeside(first.item, first.by, opened), "asked-quoted");
}

/** The step of the first of several roles that all sign, or the proposal under seal that an approval answers. */
function firstSigned(act: Act, rules: readonly ActRule[], opened: OpenedCase, ruled: Ruled): Event | null {
  if (act === "malice-approved") {
    const proposed = sealedSide(ruled, opened).steps.findLast(({ step, refused }) => refused === null && step.act === "malice-proposed");
    const event = proposed === undefined ? undefined : ruled.found.events[proposed.n];
    return event === undefined ? null : { ...event, act: "malice-proposed" };
  }
  return rules.some(({ every }) => every) ? (sinceEntry(ruled.found).findLast((event) => event.act === act) ?? null) : null;
}

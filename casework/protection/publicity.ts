/** What of a case is told to posts, to the company, or to everybody whom the policy serves, and what is taken out (twin of `casework/protection/publicity.py`). */

import table from "./publicity.json";
import type { Act } from "../rules/acts.js";
import type { Case } from "../engine/case.js";
import { type Publication, type Rules, actsIn, stageOf } from "../policy/document.js";
import type { Words } from "../words.js";
import { withoutNames } from "./blanking.js";

export type Published = Publication["what"];
export type Readers = Publication["audience"];
/** Why something is not published. */
export type Withheld = "not-in-policy" | "not-ended" | "frozen" | "no-result";
export type PublicPart = keyof typeof table.parts;
/** What an account may show, in the order of the text. */
export const PUBLIC_PARTS = Object.keys(table.parts) as readonly PublicPart[];
/** The parts of an account by their name; any but these could point to somebody. */
export type Account = Readonly<Record<string, string>>;
export type PublicLanguage = keyof Words;
/** In which languages a text is published. */
export const PUBLIC_LANGUAGES = Object.keys(table.parts.matter) as readonly PublicLanguage[];

const READERS: readonly Readers[] = ["posts", "company", "constituency"];
/** After each of these the reporter is to hear of it before anybody else does. */
const DECISIONS: ReadonlySet<string> = new Set(["decided", "appeal-decided", "reopened"]);

/** What a part is called. */
export const partWords = (part: PublicPart): Words => table.parts[part];

/** The rule by which this may be shown to these readers; anyone whom the text does not name is shown nothing. */
export function publication(rules: Rules, what: Published, audience: Readers): Publication | null {
  return rules.publications.find((rule) => rule.what === what && rule.audience === audience) ?? null;
}

/** Why nothing of a case is shown to these readers now; null where its account may be. */
export function withheld(rules: Rules, found: Case, what: Published, audience: Readers): Withheld | null {
  if (publication(rules, what, audience) === null) return "not-in-policy";
  if (what === "cases" && stageOf(rules, found.stage)?.end !== true) return "not-ended";
  if (found.frozen) return "frozen";
  return reporterHeard(found) ? null : "no-result";
}

/** What is shown of an account: no part that points to somebody, no name. */
export function publicParts(parts: Account, names: Iterable<string>): Partial<Record<PublicPart, string>> {
  const listed = [...names];
  return Object.fromEntries(PUBLIC_PARTS.flatMap((name) => (Object.hasOwn(parts, name) ? [[name, withoutNames(parts[name] ?? "", listed)]] : [])));
}

/** Whether the reporter was notified, and of the last decision. */
function reporterHeard({ events, uncounted }: Case): boolean {
  const counted = events.filter(({ n }) => !uncounted.has(n));
  const decided = Math.max(-1, ...counted.filter(({ act }) => DECISIONS.has(act)).map(({ n }) => n));
  return counted.some(({ act, n }) => act === "notified" && n > decided);
}

/** The text as it goes up: title, readers, then each part under its heading; no line ends it. */
export function publicText(what: Published, audience: Readers, parts: Account, language: PublicLanguage): string {
  const shown = PUBLIC_PARTS.map((name) => [name, linesOf(parts[name] ?? "")] as const).filter(([, text]) => text !== "");
  return [heading(what, audience, language), ...shown.map(([name, text]) => `${partWords(name)[language]}\n${text}`)].join("\n\n");
}

/** The first two lines of a text: what it is, and for whom. */
function heading(what: Published, audience: Readers, language: PublicLanguage): string {
  const titles: Readonly<Record<string, Words>> = table.titles;
  const title = titles[what === "result" && audience === "posts" ? "result-posts" : what];
  return `${title?.[language] ?? what}\n${table.audiences[audience][language]}`;
}

function linesOf(text: string): string {
  return text.replace(/\r\n?/gu, "\n").replace(/^[ \t\n\u3000]+|[ \t\n\u3000]+$/gu, "");
}

/** What a text of a case publishes to whom, by its first two lines; null for any other text. */
export function publicationIn(text: string): { readonly what: Published; readonly audience: Readers } | null {
  const first = text.split("\n", 2).join("\n");
  const kinds = (["result", "cases"] as const).flatMap((what) => READERS.map((audience) => ({ what, audience })));
  return kinds.find(({ what, audience }) => PUBLIC_LANGUAGES.some((language) => first === heading(what, audience, language))) ?? null;
}

/** By which act of the stage it is signed that a text went out; `noted`, where the policy has none there. */
export function recordedAs(rules: Rules, found: Case, audience: Readers): Act {
  const act: Act = audience === "posts" ? "posts-notified" : "published";
  const stage = stageOf(rules, found.stage);
  return stage !== null && actsIn(rules, stage).some((one) => one.act === act) ? act : "noted";
}

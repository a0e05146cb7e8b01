/** What the form of publication begins with, from what this browser has opened: the matter, the outcome and the measures by the policy's names, no result, and names to be blanked. */

import type { PublicLanguage, PublicPart } from "../../../casework/index.js";
import { joinIn, namesIn } from "../../../casework/index.js";
import type { IdentityText } from "../../../crypto/staff.js";
import { textFor } from "../../shared/officetext.js";
import { givenNames, sealedNames } from "../custody/names.js";
import type { OfficeWords } from "../context.js";
import { sealedSide } from "../opened/casestate.js";
import { type OpenedCase, good } from "../opened/model.js";
import { nameIn, textOf } from "../trusted/policy.js";

/** The question under which the policies ask who is concerned. */
const CONCERNED = "persons";
/** A run of the reporter's words that stands out, each letter of a script without spaces counted threefold. */
const NOTABLE = 30;
const DENSE_WEIGHT = 3;
const DENSE = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/u;

/** A part that the policy has words for. A measure against the person who reported is in none: it would tell a reader who that was. What a decision says was written for the readers of the case alone, and no result begins with it. */
export function partsOf(opened: OpenedCase, words: OfficeWords, language: PublicLanguage): Readonly<Record<PublicPart, string>> {
  const { report, ruled } = opened;
  const none = { matter: "", finding: "", result: "", measures: "" };
  if (ruled === null) return none;
  const { rules, found } = ruled;
  const { outcomes, measures } = sealedSide(ruled, opened).sealed;
  const names = (list: typeof rules.outcomes | typeof rules.measures, ids: readonly string[]): string => joinIn([...new Set(ids)].map((id) => textFor(list.find((one) => one.id === id)?.name, language, id)), language);
  const kind = found.codes.classification;
  const classified = kind === undefined ? "" : textFor(rules.classifications.find(({ id }) => id === kind)?.name, language, "");
  return {
    matter: classified !== "" ? classified : report === null ? "" : nameIn(textOf(words.policies, opened.row)?.categories, report.category, language),
    finding: names(rules.outcomes, outcomes), result: "", measures: names(rules.measures, measures.filter((id) => rules.measures.find((one) => one.id === id)?.on !== "reporter")),
  };
}

/** Runs of this many letters or characters are compared. */
const SHINGLE = 10;
/** Of what the reporter wrote this much is compared, the beginning first: a form that opens must not stand still. */
const COMPARED = 300_000;

/** What the reporter wrote, in every run of a few letters: built once, asked often. */
export class Said {
  private readonly runs = new Set<string>();

  constructor(texts: Iterable<string>) {
    let left = COMPARED;
    for (const text of texts) {
      const plain = text.slice(0, left);
      left -= plain.length;
      for (let at = 0; at + SHINGLE <= plain.length; at += 1) this.runs.add(plain.slice(at, at + SHINGLE));
    }
  }

  /** The first run of words in a text that the reporter wrote and that stands out; null where there is none. */
  repeated(text: string): string | null {
    let begin = 0;
    for (let at = 0; at + SHINGLE <= text.length; at += 1) {
      if (!this.runs.has(text.slice(at, at + SHINGLE))) begin = at + 1;
      else if (weight(text.slice(begin, at + SHINGLE)) >= NOTABLE) return text.slice(begin, at + SHINGLE);
    }
    return null;
  }
}

function weight(run: string): number {
  return [...run].reduce((sum, one) => sum + (DENSE.test(one) ? DENSE_WEIGHT : 1), 0);
}

/** What the reporter wrote in a case: the account, messages, and answers in their own words. */
export function saidIn({ entries, report }: OpenedCase): Said {
  const written = entries.filter((one) => one.dir === "to-office" && good(one)).flatMap(({ payload }) => [payload["account"], payload["text"]]);
  const answers = report?.answers.map(({ value }) => value) ?? [];
  return new Said([...answers, ...written].filter((one) => typeof one === "string"));
}

/** Names known on the case, each once: of those complained of, of the reporter where this browser has it, and of members. */
export function namesOn(opened: OpenedCase, words: OfficeWords, read: (handle: string) => IdentityText | null): string[] {
  const { report, holders, excluded, events, ruled } = opened;
  const answer = report?.answers.find(({ id }) => id === CONCERNED)?.value;
  const persons = typeof answer === "string" ? namesIn(answer) : [];
  const unsealed = sealedNames(opened).flatMap(({ seal }) => read(seal.handle)?.name ?? []);
  const { handler = "", deputy = "" } = ruled?.found.codes ?? {};
  const ids = [...(report?.excluded ?? []), ...excluded, ...holders, ...events.map(({ actor }) => actor ?? ""), handler, deputy, ...(ruled?.found.recused ?? [])];
  const members = [...new Set(ids)].flatMap((id) => Object.values(words.directory.member(id)?.name.texts ?? {}));
  const all = [...persons, ...givenNames(opened).map(({ name }) => name), ...unsealed, ...members].map((name) => name.trim());
  return [...new Set(all)].filter((name) => name !== "");
}

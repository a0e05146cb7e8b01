/** Whose words the desk's own sentences use: under a policy about complaints nobody who complained is called somebody who reported. */

import type { Rules } from "../../../casework/index.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Voice, msg, speakAs, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { DeskCase } from "./model.js";
import { textOf } from "../trusted/policy.js";

/** In a language that needs them: pairs of a word and what stands for it, the longer one first (`a=b c=d`). */
const VOICES = [msg("Words of an appeal"), msg("Words of a complaint")];

interface Pairs {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

function pairsOf(text: string): Pairs {
  const pairs = text.split(" ").map((one) => one.split("=")).filter(({ length }) => length === 2);
  return { from: pairs.map(([from = ""]) => from), to: pairs.map(([, to = ""]) => to) };
}

/** What a report is called in this voice: the pair of the word itself is the last. */
function wordOf({ to }: Pairs): string {
  return to.at(-1) ?? "";
}

/** One voice for all cases of a kind: rows are drawn by the dozen. */
const known = new Map<string, Voice>();

/** Each word where it stands, none twice: what was put in is not looked at again. */
function voiceWith({ from, to }: Pairs): Voice {
  const name = to.join(" ");
  const any = new RegExp(from.join("|"), "gu");
  const made = known.get(name) ?? ((said) => said.replace(any, (word) => to[from.indexOf(word)] ?? word));
  known.set(name, made);
  return made;
}

/** The pairs of each voice as the catalogue has them: read in a voice, they would put its own word in the place of the one they name. */
function pairsOfVoices(): Pairs[] {
  const before = speakAs(null);
  const voices = VOICES.map((one) => pairsOf(t(one))).filter(({ from }) => from.length > 0);
  speakAs(before);
  return voices;
}

/** The voice of a case of that kind: by what its kind is called, else by what all kinds are, else by the title; null where it is a report or may be one. */
export function voiceOf(rules: { readonly kinds: readonly Pick<Rules["kinds"][number], "id" | "name">[] } | null, kind: string | undefined, title: string): Voice | null {
  const voices = pairsOfVoices();
  const report = voices[0]?.from.at(-1);
  if (report === undefined) return null;
  const kinds = rules?.kinds ?? [];
  const names = [kinds.filter(({ id }) => id === kind), kinds].map((some) => some.map(({ name }) => inLanguage(name)).join(" "));
  const says = [...names, title].find((one) => [report, ...voices.map(wordOf)].some((word) => one.includes(word))) ?? "";
  // A kind may be called an appeal under a policy whose title, and so its text, speaks of complaints.
  const found = says === "" || says.includes(report) ? undefined : [title, says].map((one) => voices.find((voice) => one.includes(wordOf(voice)))).find((one) => one !== undefined);
  return found === undefined ? null : voiceWith(found);
}

/** The voice of a case; where it is not opened its policy's title says it. */
function ofCase({ row, opened }: DeskCase, words: OfficeWords): Voice | null {
  const title = textOf(words.policies, row)?.title;
  const ruled = opened?.ruled ?? null;
  const kind = ruled?.found.codes.kind ?? ruled?.rules.categories.find(({ id }) => id === opened?.report?.category)?.kind ?? undefined;
  return voiceOf(ruled?.rules ?? null, kind, title === undefined ? "" : inLanguage(title));
}

/** From now on the desk speaks of this case, or of no one in particular. */
export function speakOf(shelved: DeskCase | undefined, words: OfficeWords): void {
  speakAs(shelved === undefined ? null : ofCase(shelved, words));
}

/** Draws something about this case, or about none, and goes back to what is spoken of. */
export function speakingOf<T>(shelved: DeskCase | undefined, words: OfficeWords, draw: () => T): T {
  return speakingAs(shelved === undefined ? null : ofCase(shelved, words), draw);
}

/** Draws something in this voice, and goes back to the one before. */
export function speakingAs<T>(voice: Voice | null, draw: () => T): T {
  const before = speakAs(voice);
  try {
    return draw();
  } finally {
    speakAs(before);
  }
}

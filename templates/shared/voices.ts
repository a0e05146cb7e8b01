/** Whose words the sentences of a page use: under a policy about complaints nobody who complained is called somebody who reported. */

import { type OfficeText, inLanguage } from "./officetext.js";
import { type Voice, msg, speakAs, t } from "./strings.js";

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

/** One voice for all reports of a kind: a desk draws rows by the dozen. */
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

/** What a report may be called under a policy. */
interface Kinds {
  readonly kinds: readonly { readonly id: string; readonly name: OfficeText }[];
}

/** The voice of a report of that kind: by what its kind is called, else by what all kinds are, else by the policy's title, or what it is about; null where it is a report or may be one. */
export function voiceOf(policy: Kinds | null, kind: string | undefined, title: string, about = ""): Voice | null {
  const voices = pairsOfVoices();
  const report = voices[0]?.from.at(-1);
  if (report === undefined) return null;
  const kinds = policy?.kinds ?? [];
  const names = [kinds.filter(({ id }) => id === kind), kinds].map((some) => some.map(({ name }) => inLanguage(name)).join(" "));
  const says = [...names, title, about].find((one) => [report, ...voices.map(wordOf)].some((word) => one.includes(word))) ?? "";
  // A kind may be called an appeal under a policy whose title, and so its text, speaks of complaints.
  const found = says === "" || says.includes(report) ? undefined : [title, says].map((one) => voices.find((voice) => one.includes(wordOf(voice)))).find((one) => one !== undefined);
  return found === undefined ? null : voiceWith(found);
}

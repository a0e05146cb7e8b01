/** Whose words the sentences of a page use: under a policy about complaints nobody who complained is called somebody who reported. */

import { type Pairs, pairsOf, spokenWith, voiceAmong } from "../../casework/voices.js";
import { type OfficeText, inLanguage } from "./officetext.js";
import { type Voice, msg, speakAs, t } from "./strings.js";

/** In a language that needs them: pairs of a word and what stands for it, the longer one first (`a=b c=d`). */
const VOICES = [msg("Words of an appeal"), msg("Words of a complaint")];

/** One voice for all reports of a kind: a desk draws rows by the dozen. */
const known = new Map<string, Voice>();

function voiceWith(pairs: Pairs): Voice {
  const name = pairs.to.join(" ");
  const made = known.get(name) ?? spokenWith(pairs);
  known.set(name, made);
  return made;
}

/** The pairs of each voice as the catalogue has them: read in a voice, they would put its own word in the place of the one they name. */
function pairsOfVoices(): Pairs[] {
  const before = speakAs(null);
  const voices = VOICES.map((one) => pairsOf(t(one)));
  speakAs(before);
  return voices;
}

/** What a report may be called under a policy. */
interface Kinds {
  readonly kinds: readonly { readonly id: string; readonly name: OfficeText }[];
}

/** The voice of a report of that kind: by what its kind is called, else by what all kinds are, else by the policy's title, or what it is about; null where it is a report or may be one. */
export function voiceOf(policy: Kinds | null, kind: string | undefined, title: string, about = ""): Voice | null {
  const kinds = policy?.kinds ?? [];
  const names = [kinds.filter(({ id }) => id === kind), kinds].map((some) => some.map(({ name }) => inLanguage(name)).join(" "));
  const found = voiceAmong(pairsOfVoices(), [...names, title, about], title);
  return found === null ? null : voiceWith(found);
}

/** Passphrases are drawn, not chosen: seven English words, or eight Chinese characters, from the BIP-39 lists. */

import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as chinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { refuse } from "../errors.js";
import { type Rng, drawBelow } from "../randomness.js";

/** Seven of 2,048 are 77 bits, eight are 88; with the device secret of 128 bits beside them. */
const LENGTHS = { en: 7, zh: 8 } as const;
const LISTS = { en: english, zh: chinese } as const;
const WORDS = 2048;

/** Draws a passphrase of single-space separated words, each uniform in its list. */
export function drawPassphrase(language: "en" | "zh", rng: Rng): string {
  const list = LISTS[language];
  if (new Set(list).size !== WORDS) refuse("schema", "the word list is not whole");
  return Array.from({ length: LENGTHS[language] }, () => list[drawBelow(rng, WORDS)] as string).join(" ");
}

/** Words that stand in neither list, so that a page can say which one is mistyped. */
export function unknownWords(normalised: string): string[] {
  const known = new Set([...english, ...chinese]);
  return normalised.split(" ").filter((word) => !known.has(word));
}

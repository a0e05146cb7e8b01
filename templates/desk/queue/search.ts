/** Search in what this browser has opened; no word of it ever leaves the page. */

import { digitsOf } from "../opened/number.js";

/** Characters from which on a part of a number is looked for: fewer stand in too many numbers by chance. */
const LEAST_DIGITS = 4;
/** Characters of a number behind other words, as in “No. …”, from which on it is one. */
const LEAST_BEHIND = 6;
/** Characters of the id from which on its beginning is looked for, as the register spells it. */
const LEAST_OF_ID = 8;

interface Page {
  /** The case's number without its hyphens. */
  readonly number: string;
  /** Folded; empty of a case that is not opened. A word of it is a run of it, so that it need not be cut into words. */
  readonly text: string;
}

type Segment = (text: string) => string[];

/** Cuts text into words; Chinese by the browser's dictionary, or by single characters where it has none. */
export function segmenter(locale: string): Segment {
  if (typeof Intl.Segmenter !== "function") return (text) => text.match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? [];
  const words = new Intl.Segmenter(locale, { granularity: "word" });
  return (text) => [...words.segment(text)].filter((piece) => piece.isWordLike === true).map((piece) => piece.segment);
}

/** A text as the index compares it. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** The words of all opened cases, in memory only. */
export class SearchIndex {
  readonly #pages = new Map<string, Page>();
  readonly #cut: Segment;

  constructor(locale: string) {
    this.#cut = segmenter(locale);
  }

  put(id: string, number: string, text: string): void {
    this.#pages.set(id, { number: digitsOf(number) ?? "", text: fold(text) });
  }

  /** Knows a case by its number alone, which is asked for once; words that were known of it go. */
  putNumber(id: string, numberOf: (id: string) => string): void {
    if (this.#pages.get(id)?.text !== "") this.put(id, numberOf(id), "");
  }

  /** Forgets all other cases. */
  keepOnly(isListed: (id: string) => boolean): void {
    for (const id of this.#pages.keys()) if (!isListed(id)) this.#pages.delete(id);
  }

  clear(): void {
    this.#pages.clear();
  }

  /**
   * Ids of the cases that hold every word of the query, as a word, the beginning of one, or a run of text; and those of this
   * number or id. `facts` says what else the list knows of a case now (its company, who handles it), folded.
   */
  find(query: string, facts: (id: string) => string = () => ""): Set<string> {
    const wanted = this.#cut(fold(query));
    const [digits, beginning] = [digitsIn(query), query.trim()];
    const found = new Set<string>();
    if (wanted.length === 0) return found;
    for (const [id, page] of this.#pages) {
      if (isNamed(id, page, digits, beginning) || holdsAll(page, wanted, () => facts(id))) found.add(id);
    }
    return found;
  }
}

/** The number in a query: all of it, or what stands behind the words with which the page prints one; empty where there is none. */
function digitsIn(query: string): string {
  const whole = digitsOf(query);
  if (whole !== null) return whole;
  const last = digitsOf(query.trim().split(/\s+/u).at(-1) ?? "") ?? "";
  return last.length >= LEAST_BEHIND ? last : "";
}

function isNamed(id: string, { number }: Page, digits: string, beginning: string): boolean {
  return (digits.length >= LEAST_DIGITS && number.includes(digits)) || (beginning.length >= LEAST_OF_ID && id.startsWith(beginning));
}

/** A dictionary cuts a query and a text differently, so any run of the text counts. */
function holdsAll(page: Page, words: readonly string[], facts: () => string): boolean {
  return words.every((word) => page.text.includes(word) || facts().includes(word));
}

/** What was found in a file about the people behind it: kinds of traces, and their words as far as this page can read them. */

import { shownFileName } from "../../../crypto/sealing/filenames.js";

/** In the order in which they are named; `unread` stands for what this page could not look into. */
export const TRACES = [
  "title", "author", "editor", "company", "subject", "keywords", "program", "dates", "comments", "further",
  "office-properties", "xmp", "exif", "sound-tags", "old-office", "unread",
] as const;
export type Trace = (typeof TRACES)[number];

/** The words of a trace, in the file's own spelling. */
export type Words = Readonly<Partial<Record<Trace, readonly string[]>>>;

/** How long one of them is shown, and how many of a kind; where there are more, "…" follows. */
export const [LONGEST_WORDS, MOST_WORDS] = [80, 3];
/** More is not looked at, whatever it holds. */
const LOOKED_AT = 2000;
const DATE = /^(?:D:)?(\d{4})-?(\d\d)-?(\d\d)(?:T?(\d\d):?(\d\d)(?::?\d\d(?:\.\d{1,9})?)?(?:(Z|[+-]00'?:?00)|([+-]\d\d)'?:?(\d\d)?)?)?/;

/** One line of at most so many characters, with what can't be seen as its code point. */
export function shortened(text: string): string {
  const line = text.slice(0, LOOKED_AT).toWellFormed().replace(/\s+/gu, " ").trim();
  const shown = [...shownFileName(line)];
  return shown.length > LONGEST_WORDS ? `${shown.slice(0, LONGEST_WORDS).join("")}…` : shown.join("");
}

/** A moment as PDF or XML writes it, with its zone, which is a trace too; anything else as it stands. */
export function moment(written: string): string {
  const found = DATE.exec(written.trim());
  if (!found) return written;
  const [, year, month, day, hour, minute, utc, zone, zoneMinutes] = found;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  const place = utc !== undefined ? " UTC" : zone === undefined ? "" : ` UTC${zone}:${zoneMinutes ?? "00"}`;
  return `${date} ${hour}:${minute}${place}`;
}

/** Collects what is found. */
export class Findings {
  readonly #found = new Map<Trace, Set<string>>();

  mark(trace: Trace): Set<string> {
    const words = this.#found.get(trace) ?? new Set();
    this.#found.set(trace, words);
    return words;
  }

  add(trace: Trace, text: string): void {
    const full = (this.#found.get(trace)?.size ?? 0) > MOST_WORDS;
    const line = full ? "" : shortened(trace === "dates" ? moment(text) : text);
    if (line === "") return;
    const words = this.mark(trace);
    if (!words.has(line)) words.add(words.size < MOST_WORDS ? line : "…");
  }

  get traces(): Trace[] {
    return TRACES.filter((one) => this.#found.has(one));
  }

  get words(): Words {
    const said = this.traces.map((one): [Trace, string[]] => [one, [...this.#found.get(one) ?? []]]);
    return Object.fromEntries(said.filter(([, lines]) => lines.length > 0));
  }
}

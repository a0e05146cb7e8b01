/** The page's sentences: English in the source, the page's language on the screen. */

const block = typeof document === "undefined" ? null : document.getElementById("strings");
let sentences: Record<string, string> = JSON.parse(block?.textContent || "{}") as Record<string, string>;

/** What a page makes of its own sentences before names are filled in. */
export type Voice = (said: string) => string;
let voice: Voice | null = null;

/** The sentences of another language take the place of those that the page came with, in no voice. */
export function takeSentences(text: string): void {
  voice = null;
  sentences = JSON.parse(text) as Record<string, string>;
}

/** A sentence that is named now and said later with `t`. */
export type Sentence = string & { readonly __sentence: true };

/** Names a sentence without saying it, for tables; the build finds it here. */
export function msg(sentence: string): Sentence {
  return sentence as Sentence;
}

const NAMES = 36 ** 4;

/** The short name of a sentence in the page's block (FNV-1a over its UTF-16, four digits of base 36): the sentence itself stands in the script already. */
export function nameOf(sentence: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < sentence.length; at++) value = Math.imul(value ^ sentence.charCodeAt(at), 0x01000193);
  return ((value >>> 0) % NAMES).toString(36);
}

/** Of each table of sentences in a voice the one that it was made from. */
const plainOf = new WeakMap<Record<string, string>, Record<string, string>>();
const tables = new WeakMap<Voice, Record<string, string>>();

/** Sets the voice, null for none, and gives that of before. The table is exchanged, so that pages without voices carry nothing of them. */
export function speakAs(next: Voice | null): Voice | null {
  const before = voice;
  const plain = plainOf.get(sentences) ?? sentences;
  voice = next;
  sentences = next === null ? plain : tableOf(next, plain);
  return before;
}

function tableOf(spoken: Voice, plain: Record<string, string>): Record<string, string> {
  const known = tables.get(spoken);
  if (known !== undefined && plainOf.get(known) === plain) return known;
  const made = Object.fromEntries(Object.entries(plain).map(([name, text]) => [name, spoken(text)]));
  plainOf.set(made, plain);
  tables.set(spoken, made);
  return made;
}

/** Words of the page's own, in its voice. */
export function voiced(said: string): string {
  return voice === null ? said : voice(said);
}

/** Says a sentence in the page's language, with `{name}` places filled in. */
export function t(sentence: string, places: Record<string, string | number> = {}): string {
  const said = sentences[nameOf(sentence)] || sentence;
  return said.replace(/\{([a-z_]+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

/** A language tag of `templates/locale`. */
export type Language = string;

/** What the code itself says in both languages that it is written in, and a document in these two among others. */
export interface Both {
  zh: string;
  en: string;
}

/** The language that the page was rendered in: its sentences name it where it is not their source's. */
export function pageLanguage(): Language {
  return sentences[""] || "en";
}

/** The locale in which the page writes days and sorts names. */
export function pageLocale(): string {
  return sentences["-"] || "en-GB";
}

/** Sentences in a row, empty ones left out; a mark of Chinese or Japanese carries its space in itself. */
export function inARow(...given: string[]): string {
  return given.reduce((row, next) => row + (row && next && row.slice(-1) < "\u3000" ? " " : "") + next, "");
}

/** A day as people read it: `2026年12月8日`, `8 December 2026`; the day is `YYYY-MM-DD`. */
export function sayDay(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  const moment = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, date ?? 1));
  return new Intl.DateTimeFormat(pageLocale(), { dateStyle: "long", timeZone: "UTC" }).format(moment);
}

/** An hour at Greenwich as people read it; the hour is `YYYY-MM-DDTHH:00:00Z`. */
export function sayHour(hour: string): string {
  return `${sayDay(hour.slice(0, 10))} ${hour.slice(11, 16)} UTC`;
}

/** A size as people read it, from bytes. */
export function saySize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

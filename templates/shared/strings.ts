/** The page's sentences: English in the source, the page's language on the screen. */

const block = typeof document === "undefined" ? null : document.getElementById("strings");
let sentences: Record<string, string> = JSON.parse(block?.textContent || "{}") as Record<string, string>;

/** The sentences of another language take the place of those that the page came with. */
export function takeSentences(text: string): void {
  sentences = JSON.parse(text) as Record<string, string>;
}

/** A sentence that is named now and said later with `t`. */
export type Sentence = string & { readonly __sentence: true };

/** Names a sentence without saying it, for tables; the build finds it here. */
export function msg(sentence: string): Sentence {
  return sentence as Sentence;
}

const NAMES = 36 ** 5;

/** The short name of a sentence in the page's block (FNV-1a over its UTF-16, five digits of base 36): the sentence itself stands in the script already. */
export function nameOf(sentence: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < sentence.length; at++) value = Math.imul(value ^ sentence.charCodeAt(at), 0x01000193);
  return ((value >>> 0) % NAMES).toString(36);
}

/** Says a sentence in the page's language, with `{name}` places filled in. */
export function t(sentence: string, places: Record<string, string | number> = {}): string {
  const said = sentences[nameOf(sentence)] || sentence;
  return said.replace(/\{([a-z_]+)\}/g, (whole, name: string) => String(places[name] ?? whole));
}

export type Language = "zh" | "en";

/** A text of the office in both languages, as the signed documents carry it. */
export interface Both {
  zh: string;
  en: string;
}

/** The language that the page was rendered in; English, as in the source, where there is no page. */
export function pageLanguage(): Language {
  if (typeof document === "undefined") return "en";
  return document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

/** Sentences in a row, empty ones left out; Chinese sets no space between them. */
export function inARow(...sentences: string[]): string {
  return sentences.filter((sentence) => sentence !== "").join(pageLanguage() === "zh" ? "" : " ");
}

/** The office's own words in the page's language. */
export function inLanguage(text: Both): string {
  return text[pageLanguage()];
}

/** A day as people read it: `2026年12月8日`, `8 December 2026`; the day is `YYYY-MM-DD`. */
export function sayDay(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  const moment = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, date ?? 1));
  const locale = pageLanguage() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(moment);
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

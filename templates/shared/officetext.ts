/** Texts of the office's documents on a page: where one is not in the page's language it says in which it is. */

import { type LocalizedText, type Words, tagFor, textIn } from "../../crypto/localized.js";
import { type Child, h } from "./dom.js";
import { type Language, pageLanguage, t, voiced } from "./strings.js";

/** A text of a document, or words of the software's own: these a page in a third language translates from English. */
export type OfficeText = Words & Partial<Pick<LocalizedText, "texts" | "language">>;

/** A text in the page's language. */
export function inLanguage(text: OfficeText): string {
  const page = pageLanguage();
  return text.texts ? textIn(text as LocalizedText, page) : (text as unknown as Partial<Record<Language, string>>)[page] ?? t(text.en);
}

/** A name that the software composes, in the page's voice. */
export function voicedName<Name extends OfficeText>(name: Name): Name {
  const texts = name.texts && Object.fromEntries(Object.entries(name.texts).map(([tag, text]) => [tag, voiced(String(text))]));
  return { ...name, zh: voiced(name.zh), en: voiced(name.en), ...(texts && { texts }) };
}

/** The same of something that may not be there; then its id or whatever else stands for it. */
export const textOr = (text: OfficeText | null | undefined, other: string): string => text ? inLanguage(text) : other;

/** The language of what the page shows of a text, where it is another than the page's. */
export function langOf({ texts, language }: OfficeText): { readonly lang: string | null } {
  const page = pageLanguage();
  const tag = texts === undefined || language === undefined ? page : tagFor({ texts, language }, page);
  return { lang: tag === page ? null : tag };
}

/** A text of a document in another language than the page's, where there is one. */
export const textFor = (text: LocalizedText | null | undefined, language: Language, other: string): string => text ? textIn(text, language) : other;

/** A text as a child of an element: screen readers speak it in its own language. */
export function officeText(text: OfficeText): Child {
  const { lang } = langOf(text);
  const said = inLanguage(text);
  return lang === null ? said : h("span", { lang, dir: "auto" }, said);
}

/** What stands in a place of a sentence until `around` puts an element there. */
export const blank = (name: string): string => `\0${name}\0`;

/** A sentence of the page around elements, each in the place that holds the blank of its name. */
export function around(sentence: string, parts: Readonly<Record<string, Child>>): Child {
  return sentence.split("\0").map((piece, at) => at % 2 === 1 && Object.hasOwn(parts, piece) ? parts[piece] : piece);
}

/** Texts one after the other, as the page's language joins them. */
export function listedTexts(texts: readonly Child[]): Child {
  return texts.flatMap((one, at) => at === 0 ? [one] : [t(", "), one]);
}

/** Names one after the other, as the page's language joins them. */
export const listed = (names: readonly string[]): string => names.join(t(", "));

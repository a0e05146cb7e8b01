/** Texts of the office's documents on a page: where one is not in the page's language it says in which it is. */

import { type LocalizedText, tagFor } from "../../crypto/browser/localized.js";
import { type Child, h } from "./dom.js";
import { type Both, pageLanguage } from "./strings.js";

/** A text of a document; words of the software's own are in the page's language always. */
export type OfficeText = Both & Partial<Pick<LocalizedText, "texts" | "language">>;

/** The language of what the page shows of a text, where it is another than the page's. */
export function langOf({ texts, language }: OfficeText): { readonly lang: string | null } {
  const page = pageLanguage();
  const tag = texts === undefined || language === undefined ? page : tagFor({ texts, language }, page);
  return { lang: tag === page ? null : tag };
}

/** A text as a child of an element: screen readers speak it in its own language. */
export function officeText(text: OfficeText): Child {
  const { lang } = langOf(text);
  const said = text[pageLanguage()];
  return lang === null ? said : h("span", { lang }, said);
}

/** What stands in a place of a sentence until `around` puts an element there. */
export const blank = (name: string): string => `\0${name}\0`;

/** A sentence of the page around elements, each in the place that holds the blank of its name. */
export function around(sentence: string, parts: Readonly<Record<string, Child>>): Child {
  return sentence.split("\0").map((piece, at) => at % 2 === 1 && Object.hasOwn(parts, piece) ? parts[piece] : piece);
}

/** Texts one after the other, as the page's language joins them. */
export function listedTexts(texts: readonly Child[]): Child {
  return texts.flatMap((one, at) => at === 0 ? [one] : [pageLanguage() === "zh" ? "、" : ", ", one]);
}

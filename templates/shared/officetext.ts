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

/** A sentence of the page around a text of the office: `around("Goes to {name}.", …)`, its place left as a NUL. */
export function around(sentence: string, text: OfficeText): Child {
  const [before = "", after = ""] = sentence.split("\0");
  return [before, officeText(text), after];
}

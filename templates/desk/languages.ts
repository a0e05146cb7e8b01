/** The languages that there are, as the page's own links to them name them: no script lists any. */

import { tagFor } from "../../crypto/localized.js";
import { type Language, pageLanguage } from "../shared/strings.js";

const SOURCE: Language = "en";

export interface Offered {
  readonly tag: Language;
  readonly lang: string;
  readonly name: string;
}

/** As the links named them while they were there: they go with the sign-in. */
let seen: readonly Offered[] = [];

/** Every language of the desk; only the page's own where no link names one. */
export function pageLanguages(): readonly Offered[] {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("header nav a[hreflang]")];
  // The sign-in has them, and the head of the work.
  const found = [...new Map(links.map(({ pathname, lang, text }) => [pathname, { tag: pathname.split("/", 2)[1] ?? "", lang, name: text }])).values()];
  if (found.length > 0) seen = found;
  return seen.length > 0 ? seen : [{ tag: pageLanguage(), lang: document.documentElement.lang, name: pageLanguage() }];
}

/** The one of them in which somebody is answered who wrote in a language; English for a language that there is not. */
export function spokenOf(language: string): Language {
  const texts = Object.fromEntries(pageLanguages().map(({ tag, name }) => [tag, name]));
  return tagFor({ texts, language: SOURCE }, language);
}

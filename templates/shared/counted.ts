/** Sentences about a number of things, in the form that the page's language has for that number. */

import { type Sentence, pageLocale, t } from "./strings.js";

/** `1 day left`, `2 days left`: the first sentence where the language takes the singular, with the number in its place `{count}`. */
export function counted(one: Sentence, more: Sentence, count: number, places: Record<string, string | number> = {}): string {
  return t(new Intl.PluralRules(pageLocale()).select(count) === "one" ? one : more, { count, ...places });
}

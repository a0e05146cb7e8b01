/** The texts of a document, each in the languages that its authors wrote (SPEC §1). */

import { refuse } from "./errors.js";
import { type Shape, type Tag, text } from "./shape.js";

const MOST_LANGUAGES = 16;
const TAG = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;

/** One text as pages in Chinese and in English show it. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** One text of a document by language tag; `zh` and `en` are what pages in these languages show of it. */
export interface LocalizedText extends Words {
  readonly texts: Readonly<Record<Tag, string>>;
  /** The document's default, in which every text of it is there. */
  readonly language: Tag;
}

/** A language tag: `language[-Script][-REGION]` of BCP 47 in its canonical case. */
export const languageTag: Shape<Tag> = (value) =>
  typeof value === "string" && TAG.test(value) ? value : refuse("schema", "not a language tag");

const first = (tag: Tag): string => tag.split("-", 1)[0] ?? tag;

/** The tag of the text that a page in the language `wanted` shows: RFC 4647 lookup, then the first of the same language, then the default. */
export function tagFor({ texts, language }: Pick<LocalizedText, "texts" | "language">, wanted: Tag): Tag {
  for (let tried = wanted; tried !== ""; tried = tried.slice(0, Math.max(0, tried.lastIndexOf("-")))) {
    if (Object.hasOwn(texts, tried)) return tried;
  }
  return Object.keys(texts).find((tag) => first(tag) === first(wanted)) ?? language;
}

/** The text that a page in the language `wanted` shows. */
export function textIn(found: Pick<LocalizedText, "texts" | "language">, wanted: Tag): string {
  return found.texts[tagFor(found, wanted)] ?? "";
}

/** `{tag: text}` of a document whose default language is known; a text has at most `limit` bytes. */
export function localized(limit?: number): Shape<LocalizedText> {
  const one = text(limit);
  return (value, language) => {
    if (language === undefined) return refuse("schema", "a text without a document's language");
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not a text by language");
    const rows = Object.entries(value).map(([tag, said]) => [languageTag(tag), one(said)] as const);
    if (rows.length === 0 || rows.length > MOST_LANGUAGES) return refuse("schema", "a text in no language, or in too many");
    if (rows.some(([tag], at) => at > 0 && (rows[at - 1]?.[0] ?? "") >= tag)) return refuse("schema", "languages out of order");
    if (rows.some(([, said]) => !/[^ ]/.test(said))) return refuse("schema", "an empty text");
    const texts = Object.fromEntries(rows);
    if (!Object.hasOwn(texts, language)) return refuse("schema", "no text in the document's language");
    return { texts, language, zh: textIn({ texts, language }, "zh"), en: textIn({ texts, language }, "en") };
  };
}

/** Reads a document that declares its default language: every text in it must be there in that one. */
export function withLanguage<T>(shape: Shape<T>): Shape<T> {
  return (value) => {
    const declared = typeof value === "object" && value !== null && "language" in value ? value.language : undefined;
    return shape(value, languageTag(declared));
  };
}

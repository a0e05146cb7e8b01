// SPEC §1: texts by language.
import { compareBytes, demand, utf8 } from "./ground.js";
import { matching, text } from "./shape.js";

export const tag = matching(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/);

/** `{tag: text}` in a document whose default language is given. */
export const tags = (language) => (value) => {
  demand(value !== null && typeof value === "object" && !Array.isArray(value), "schema", "no texts by language");
  const entries = Object.entries(value);
  demand(entries.length >= 1 && entries.length <= 16 && language in value, "schema", "not in the document's language");
  entries.forEach(([key, words], at) => {
    tag(key);
    demand(at === 0 || compareBytes(utf8(entries[at - 1][0]), utf8(key)) < 0, "schema", "tags out of order");
    demand(/[^ ]/.test(text()(words)), "schema", "an empty text");
  });
  return { ...value };
};

const languageOf = (one) => one.split("-")[0];

/** The tag of a text that a page in a language shows. */
function shownTag(texts, language, wanted) {
  for (let cut = wanted; cut !== ""; cut = cut.slice(0, Math.max(0, cut.lastIndexOf("-")))) {
    if (cut in texts) return cut;
  }
  const near = Object.keys(texts).sort((a, b) => compareBytes(utf8(a), utf8(b)));
  return near.find((one) => languageOf(one) === languageOf(wanted)) ?? language;
}

export function localizedText({ texts, language, wanted }) {
  const read = tags(tag(language))(texts);
  const show = (one) => read[shownTag(read, language, one)];
  return { shown: wanted.map((one) => [one, shownTag(read, language, one), show(one)]), zh: show("zh"), en: show("en") };
}

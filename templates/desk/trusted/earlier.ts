/** What an earlier version of a policy said and asked, from its rules document: the labels of reports that came under it. */

import { refuse } from "../../../crypto/errors.js";
import { type Shape, list, name, record } from "../../../crypto/shape.js";
import { localized, withLanguage } from "../../../crypto/localized.js";
import { readJson } from "../../../crypto/text.js";
import type { PolicyPage } from "../../shared/questionnaire.js";

const RULES_LIMIT = 512 * 1024;
const MOST_ROWS = 256;

/** The named members of an object; the hash of the document vouches for the rest. */
function of<T>(shape: Shape<T>, ...keys: string[]): Shape<T> {
  return (value, language) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
    return shape(Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))), language);
  };
}

const MEMBERS = ["title", "categories", "questions", "stages", "outcomes", "measures"] as const;
const words = localized();
const named = of(record({ id: name, name: words }), "id", "name");
const options = list(named, MOST_ROWS);
const question = of(record({ id: name, label: words, choices: options }), "id", "label", "choices");
const read = of(record({ title: words, categories: options, questions: list(question, MOST_ROWS), stages: options, outcomes: options, measures: options }), ...MEMBERS);

/** What a rules document says and asks; throws a refusal at `json` or `schema`. */
export function readEarlier(bytes: Uint8Array): Pick<PolicyPage, (typeof MEMBERS)[number]> {
  const { questions, ...told } = withLanguage(read)(readJson(bytes, RULES_LIMIT));
  return { ...told, questions: questions.map((one) => ({ ...one, kind: "text" as const, hint: null, when: null })) };
}

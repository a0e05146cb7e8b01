/** Policy texts as the directory names them: bytes that do not hash to the named hash are not used. */

import { CryptoError, type VerifiedDirectory, b64encode } from "../../crypto/browser/index.js";
import { sha256Large } from "../../crypto/browser/primitives.js";
import type { Both, Language } from "../shared/strings.js";
import { office } from "./api.js";

interface Named {
  readonly id: string;
  readonly name: Both;
}
interface Question {
  readonly id: string;
  readonly label: Both;
  readonly choices: readonly Named[];
}

export interface PolicyText {
  readonly title: Both;
  readonly promises: { readonly acknowledge_days: number; readonly first_answer_days: number; readonly result_days: number };
  readonly categories: readonly Named[];
  readonly questions: readonly Question[];
  readonly stages: readonly Named[];
}

/** Every policy of the directory, by id; one that cannot be had is left out, another one than was signed is refused at `directory`. */
export async function readPolicies(directory: VerifiedDirectory): Promise<Map<string, PolicyText>> {
  const found = new Map<string, PolicyText>();
  for (const { id, hash } of directory.content.policies) {
    const text = await office.policy(hash).catch(() => null);
    if (text === null) continue;
    const bytes = new Uint8Array(text);
    if (b64encode(await sha256Large(bytes)) !== hash) throw new CryptoError("directory", "a policy that the directory does not name");
    found.set(id, JSON.parse(new TextDecoder().decode(bytes)) as PolicyText);
  }
  return found;
}

/** The name of a category or stage, or its id where the policy does not know it. */
export function nameIn(list: readonly Named[] | undefined, id: string | null, language: Language): string {
  if (id === null) return "";
  return list?.find((one) => one.id === id)?.name[language] ?? id;
}

/** A question and its answer in words. */
export function answerIn(policy: PolicyText | undefined, id: string, value: unknown, language: Language): { label: string; text: string } {
  const question = policy?.questions.find((one) => one.id === id);
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  const words = values.map((one) => nameIn(question?.choices, String(one), language));
  return { label: question?.label[language] ?? id, text: words.join(language === "zh" ? "、" : ", ") };
}

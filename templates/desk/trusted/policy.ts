/** Policy texts as the directory names them, earlier versions with them: bytes that do not hash to the named hash are not used. */

import { CryptoError, type VerifiedDirectory, b64encode } from "../../../crypto/index.js";
import { sha256Large } from "../../../crypto/primitives.js";
import { type Option, type PolicyPage, readPage } from "../../shared/questionnaire.js";
import { listed, textFor } from "../../shared/officetext.js";
import { pageLanguage } from "../../shared/strings.js";
import { office } from "../api.js";
import { readEarlier } from "./earlier.js";

/** What the desk says of a policy: that of the version under which a report came. */
export type PolicyText = Pick<PolicyPage, "title" | "categories" | "questions" | "stages" | "outcomes" | "measures"> & Partial<Pick<PolicyPage, "version" | "account" | "rules" | "earlier" | "kinds" | "applies">> & {
  readonly promises: PolicyPage["promises"];
  /** Null on a page of an older release. */
  readonly says?: PolicyPage["says"];
};
export type PolicyTexts = ReadonlyMap<string, PolicyText>;

async function named(fetched: Promise<Uint8Array<ArrayBuffer>>, hash: string): Promise<Uint8Array | null> {
  const bytes = await fetched.catch(() => null);
  if (bytes !== null && b64encode(await sha256Large(bytes)) !== hash) throw new CryptoError("directory", "a policy that the directory does not name");
  return bytes;
}

/**
 * Every policy of the directory, by id and as `id@version`, and its earlier versions as `id@version`.
 * One that cannot be had is left out, another one than was signed is refused at `directory`.
 */
export async function readPolicies(directory: VerifiedDirectory): Promise<Map<string, PolicyText>> {
  const found = new Map<string, PolicyText>();
  for (const { id, hash } of directory.content.policies) {
    const bytes = await named(office.policy(hash), hash);
    if (bytes === null) continue;
    const page = readPage(bytes);
    const text = page as PolicyText;
    found.set(id, text).set(`${id}@${page.version}`, text);
    for (const { version, rules } of page.earlier) {
      const before = await named(office.rules(rules), rules);
      if (before !== null) found.set(`${id}@${version}`, { ...text, ...readEarlier(before) });
    }
  }
  return found;
}

/** The text of the version under which a report came; that of today where this desk does not have it. */
export function textOf(texts: PolicyTexts, { policy, version }: { readonly policy: string; readonly version: string }): PolicyText | undefined {
  return texts.get(`${policy}@${version}`) ?? texts.get(policy);
}

/** The name of a category or stage, or its id where the policy does not know it. */
export function nameIn(list: readonly Option[] | undefined, id: string | null, language = pageLanguage()): string {
  if (id === null) return "";
  return textFor(list?.find((one) => one.id === id)?.name, language, id);
}

/** A question and its answer in words. */
export function answerIn(policy: PolicyText | undefined, id: string, value: unknown, language = pageLanguage(), join = listed): { label: string; text: string } {
  const question = policy?.questions.find((one) => one.id === id);
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  const words = values.map((one) => nameIn(question?.choices, String(one), language));
  return { label: textFor(question?.label, language, id), text: join(words) };
}

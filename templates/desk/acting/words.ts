/** The names of a policy's acts, stages, roles and codes in the page's language, and its refusals in words. */

import { type Act, type Refusal, type Rules, actWords, isAct, refusalWords, waitingName } from "../../../casework/index.js";
import { inLanguage, officeText, textOr, voicedName } from "../../shared/officetext.js";
import { type Both, voiced } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { Ruled } from "../opened/model.js";
import { outcomeText } from "../opened/outcomes.js";
import type { Child } from "../ui.js";
import { AUTHORITIES } from "./authorities.js";

type Named = { readonly id: string; readonly name: Both };

/** What an act is called. */
export function actName(act: Act): string {
  return voiced(inLanguage(actWords(act)));
}

/** The same as a heading or on a button. */
export function actTitle(act: Act): string {
  const name = actName(act);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/** What an id of a policy is called; itself where it has no name. */
export function nameOf(rules: Rules | null, id: string): Both {
  if (isAct(id)) return voicedName(actWords(id));
  const clock = rules?.clocks.find((one) => one.id === id);
  if (clock !== undefined) return voicedName(clock.name);
  const named: readonly Named[] = rules === null ? [] : [...rules.roles, ...rules.stages, ...rules.grades, ...rules.outcomes, ...rules.measures, ...rules.kinds, ...rules.classifications, ...rules.categories, ...rules.own_departments];
  return named.find((one) => one.id === id)?.name ?? (Object.hasOwn(AUTHORITIES, id) ? AUTHORITIES[id] : undefined) ?? { zh: id, en: id };
}

/** The same in the page's language. */
export function said(rules: Rules | null, id: string): string {
  return inLanguage(nameOf(rules, id));
}

/** The same as a child of an element, in the language of the policy; an outcome also says what it comes to. */
export function saidText(rules: Rules | null, id: string): Child {
  const outcome = rules?.outcomes.find((one) => one.id === id);
  return outcome === undefined ? officeText(nameOf(rules, id)) : outcomeText(outcome);
}

/** A stage of the policy; some stages are called as acts are, by another name. */
export function stageSaid(rules: Rules | null, id: string): string {
  return textOr(rules?.stages.find((one) => one.id === id)?.name, id);
}

/** Why the policy refuses, with members under their names; of what is too early also from when on it may be done, where that is known. */
export function refusalText({ rules, found, office }: Pick<Ruled, "rules" | "found" | "office">, refused: Refusal, words: OfficeWords): string {
  const clock = waitingName(rules, found, refused, office, Date.now());
  if (clock !== null) return inLanguage(refusalWords(refused, () => clock));
  return inLanguage(refusalWords(refused, nameWith(rules, words)));
}

function nameWith(rules: Rules, words: OfficeWords): (id: string) => Both {
  return (id) => {
    const found = nameOf(rules, id);
    const member = found.zh === id ? words.directory.member(id) : null;
    return member?.name ?? found;
  };
}

/** What an opened case tells a letter, in the language of the letter. */

import { type LetterFacts, joinIn, letterWord, ticketNumber } from "../../../casework/index.js";
import { shownFileName } from "../../../crypto/index.js";
import type { Tag } from "../../../crypto/shape.js";
import { textFor } from "../../shared/officetext.js";
import { kindOf } from "../opened/casevoice.js";
import type { OpenedCase } from "../opened/model.js";
import { statedIn } from "./letterstep.js";
import { answerIn, nameIn, textOf } from "../trusted/policy.js";
import type { OfficeWords } from "../context.js";

/** Days, names and the account as the case holds them; nothing where the report cannot be read. */
export function factsOf({ row, report, ruled }: OpenedCase, words: OfficeWords, language: Tag): LetterFacts {
  const policy = textOf(words.policies, row);
  const said = (kind: string, id: string | undefined): string => (id === undefined ? "" : (letterWord(`${kind}-${id}`, language) ?? id));
  const title = textFor(policy?.title, language, row.policy);
  const kinds = ruled?.rules.kinds ?? [];
  const called = [...[kinds.filter(({ id }) => id === kindOf(ruled, report)), kinds].map((some) => some.map(({ name }) => textFor(name, language, "")).join(" ")), title];
  const answers = (report?.answers ?? []).filter(({ id, value }) => id !== "taken-down" && value !== "" && value !== null);
  return {
    office: textFor(words.directory.content.entities.find(({ id }) => id === row.entity)?.name, language, row.entity),
    policy: title, called, states: statedIn(ruled), ticket: ticketNumber(row.case), received: row.day, today: words.today(row.entity),
    channel: said("channel", report?.channel), level: said("level", report?.level), category: nameIn(policy?.categories, report?.category ?? null, language),
    account: report?.account ?? "", attachments: (report?.attachments ?? []).map(({ name }) => shownFileName(name)).join("\n"),
    answers: answers.map(({ id, value }) => {
      const { label, text } = answerIn(policy, id, value, language, (texts) => joinIn(texts, language));
      return [label, text] as const;
    }),
  };
}

/** What a notice asks of the reporter and until when, as the office reads it. */

import type { PayloadOf } from "../../../crypto/index.js";
import { listed } from "../../shared/officetext.js";
import { type Sentence, inARow, msg, t } from "../../shared/strings.js";
import { sayLimit } from "../../shared/amounts.js";
import { waitsForView } from "../../shared/noticeasks.js";
import type { OfficeWords } from "../context.js";

type ReporterActions = Pick<PayloadOf<"notice">, "asks" | "until">;

const DECLARED: Readonly<Record<string, Sentence>> = {
  confirm: msg("confirm the findings"), contest: msg("contest the findings"), agree: msg("agree to the solution"), refuse: msg("not agree to the solution"),
  supply: msg("supply what was asked for"), seen: msg("confirm having read the notice"), appeal: msg("appeal"), withdraw: msg("withdraw the report"),
  satisfied: msg("say that the result satisfies"), unsatisfied: msg("say that the result does not satisfy"),
};

/** What a declaration of the reporter is called. */
export function declaredName(word: string): string {
  return t(DECLARED[word] ?? msg("declare something"));
}

/** What is asked, with the limit and its last day; empty where nothing is. */
export function sayAsks({ asks, until }: ReporterActions, words: OfficeWords, entity: string): string {
  if (asks.length === 0) return "";
  const acts = listed(asks.map(declaredName));
  if (until === null) return t("The reporter can then: {acts}.", { acts });
  const places = { acts, day: words.day(until.day, entity), limit: sayLimit(until.limit) };
  // The limit of a review begins when the notice was read.
  const said = asks.includes("seen") && asks.includes("appeal")
    ? t("The reporter can then: {acts}. The period is {limit} from the day the reporter reads the notice; if that is the day of the notice, it ends on {day}.", places)
    : waitsForView(asks)
      ? t("The reporter can then: {acts}. The office waits for the reporter's view until {day} ({limit}).", places)
      : t("The reporter can then: {acts}, until {day} ({limit}).", places);
  return until.provisional ? inARow(said, t("This date is provisional: the official calendar is not known yet.")) : said;
}

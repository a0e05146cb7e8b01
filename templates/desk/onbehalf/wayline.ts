/** What the policy makes of a report as it stands in the form: to whom it goes, what is beside the text, or why it can't be logged so. */

import { type IntakeReason, type IntakeRefusal, type IntakeRules, type LoggedReport, type Outside, actsFor, intakeRefusalWords } from "../../../casework/index.js";
import { inLanguage } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { roleNames } from "./ways.js";

const OUTSIDE: Readonly<Record<Outside, Sentence>> = {
  subject: msg("The policy does not name such a reporter. The report is registered all the same."),
  imminent: msg("It has not happened yet, and the policy covers only what has. The report is registered all the same."),
  entity: msg("The policy does not apply to this company or department. The report is registered all the same."),
  scope: msg("You marked it as outside the scope of the policy. The office decides."),
};
/** Refusals that the kind or the category brings; the channel brings the others. */
export const OF_CATEGORY: readonly IntakeReason[] = ["no-such-category"];

/** The sentence with the policy's own words for its ids. */
export function refusalLine(rules: IntakeRules, refused: IntakeRefusal): string {
  const rows = [...rules.roles, ...rules.channels, ...rules.kinds, ...rules.categories, ...rules.fields];
  return inLanguage(intakeRefusalWords(refused, (id) => rows.find((one) => one.id === id)?.name ?? { zh: id, en: id }));
}

/** What a member has to know of it before the caller goes on. */
export function wayLines({ rules, intake, beside, onlyOutside }: LoggedReport): string[] {
  const [roles, channel] = [roleNames(rules, intake.addressees), inLanguage(intake.channel.name)];
  return [
    beside ? t("The policy does not list this channel: {channel}. The report is registered all the same.", { channel }) : "",
    onlyOutside ? t("Under the policy nobody is left to receive it.")
      : intake.diverted ? t("Under the policy, reports by {channel} go to those complained of. The next to receive it: {roles}.", { channel, roles }) : t("Under the policy this goes to: {roles}.", { roles }),
    intake.toBeWritten ? t("The policy asks for it in writing: ask the caller to confirm it in the mailbox.") : "",
    ...intake.outside.map((one) => t(OUTSIDE[one])),
  ].filter((line) => line !== "");
}

/** That nobody who will be able to read acts in a role to which the policy sends it; empty where somebody does. */
export function unreadLine({ rules, intake }: LoggedReport, readers: readonly string[]): string {
  return actsFor(rules, intake.addressees, readers) ? "" : t("None of these people acts as {roles}: a reader has to add somebody who does.", { roles: roleNames(rules, intake.addressees) });
}

/** How a report came that somebody took down: what a member signed for, and an alarm where nobody did. */

import { letterWord } from "../../../casework/index.js";
import { type OnBehalfStatement, ON_BEHALF, readOnBehalf } from "../../../crypto/staff.js";
import { CryptoError } from "../../../crypto/errors.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, pageLanguage, t } from "../../shared/strings.js";
import type { OpenedCase } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";

/** By these a reporter brings a report alone: nobody signs for it. */
const ALONE = ["web", "cli", "bundle"];
const CONSENTS: Readonly<Record<NonNullable<OnBehalfStatement["consent"]>, Sentence>> = {
  minutes: msg("The person agreed to minutes."), recording: msg("The person agreed to a recording."), refused: msg("The person agreed to neither minutes nor a recording."),
};
const CHECKED: Readonly<Record<NonNullable<OnBehalfStatement["checked"]>, Sentence>> = {
  agreed: msg("The account was read to the person, who agreed."), corrected: msg("The account was read to the person, corrected, and agreed."), "not-yet": msg("The person has not checked the account yet: ask for it in the mailbox."),
};

export const isOnBehalf = ({ id }: { readonly id: string }): boolean => id === ON_BEHALF;

function sentence(found: OnBehalfStatement, words: OfficeWords, entity: string): Child {
  const channel = letterWord(`channel-${found.channel}`, pageLanguage()) ?? found.channel;
  const told = t("Logged by {person} ({channel}), received {day}.", { person: blank("person"), channel, day: words.day(found.received, entity) });
  const rest = [found.consent === null ? "" : t(CONSENTS[found.consent]), found.checked === null ? "" : t(CHECKED[found.checked])];
  return [around(told, { person: words.named(found.member) }), ...rest.filter((one) => one !== "").map((one) => ` ${one}`)];
}

/** Null for a report that the reporter brought alone. */
export function dictationLine({ row, report }: OpenedCase, words: OfficeWords): Child {
  if (report === null) return null;
  const alarm = (text: string): Child => h("p", { class: "wrong", "data-test": "onbehalf-alarm" }, text);
  try {
    const found = readOnBehalf(words.directory, row.case, report);
    if (found !== null && found.channel === report.channel) return h("p", { class: "hint", "data-test": "onbehalf-line" }, sentence(found, words, row.entity));
    return found === null && ALONE.includes(report.channel) ? null : alarm(t("The report says that a member logged it, but no member signed for that."));
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return alarm(t("The report says that a member logged it, but the signature is not valid."));
  }
}

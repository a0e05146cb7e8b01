/** What follows a report that has arrived: its receipt, the offers, and the page that confirms all of it. */

import type { Mailbox } from "../../../crypto/browser/index.js";
import { sayDay, t } from "../../shared/strings.js";
import { tip } from "../telling/fields.js";
import type { Kept, Telling } from "../telling/telling.js";
import { type Facts, comeBackDays, showConfirmed } from "./ending.js";
import { lostReceipt } from "./lost.js";
import { Offers } from "./offers.js";
import { showReceipt } from "./page.js";

function readersOf(telling: Telling): Pick<Facts, "readers" | "past" | "out"> {
  const chosen = telling.holdersWithout([...telling.excluded]);
  return { readers: chosen?.members ?? [], past: chosen?.escalated ?? false, out: telling.people().filter(({ id }) => telling.excluded.has(id)) };
}

function sayDays(facts: Facts): string {
  const { day, answer } = comeBackDays(facts);
  return answer === null ? t("Come back on {day}.", { day: sayDay(day) })
    : t("Check back from {day}; you will get a first answer by {answer}.", { day: sayDay(day), answer: sayDay(answer) });
}

/** Shows the receipt of a report that was just sent, and from there the rest. */
export function showSent(place: HTMLElement, telling: Telling, kept: Kept, mailbox: Mailbox, again: boolean): void {
  const { office } = telling;
  const facts: Facts = { office, mailbox, files: telling.files.length, urgent: telling.urgent, ...readersOf(telling), arrived: Date.now() };
  const receipt = showReceipt(place, () => ({
    receipt: kept.receipt, title: t("Your report has arrived"), tip: again ? null : tip(telling, "receipt"), extra: null, lost: lostReceipt(),
    again, words: again ? t("It is encrypted and safely stored. With the receipt on your paper you read the answer and write back.")
      : t("It is encrypted and safely stored. Write down this receipt: with it you read the answer and write back."),
    comeBack: sayDays(facts),
    next: () => offers.begin(),
  }));
  const offers = new Offers(place, { office, keys: kept.keys, mailbox }, receipt, (chosen) => showConfirmed(place, facts, chosen));
}

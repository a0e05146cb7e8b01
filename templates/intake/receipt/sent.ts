/** What follows a report that has arrived: its receipt, the offers, and the page that confirms all of it. */

import type { Mailbox } from "../../../crypto/index.js";
import { announce, h } from "../../shared/dom.js";
import { sayDay, t } from "../../shared/strings.js";
import { tip } from "../form/fields.js";
import type { DraftKeys, ReportDraft } from "../form/answers.js";
import { type Facts, comeBackDays, showConfirmed } from "./ending.js";
import { lostReceipt } from "./lost.js";
import { type Chosen, Offers } from "./offers.js";
import { sameReceipt, showReceipt } from "./page.js";

function readersOf(telling: ReportDraft): Pick<Facts, "readers" | "past" | "out"> {
  const chosen = telling.holdersWithout([...telling.excluded]);
  return { readers: chosen?.members ?? [], past: chosen?.escalated ?? false, out: telling.people().filter(({ id }) => telling.excluded.has(id)) };
}

function sayDays(facts: Facts): string {
  const { day, answer } = comeBackDays(facts);
  return answer === null ? t("Come back on {day}.", { day: sayDay(day) })
    : t("Come back on {day} to see that the office has confirmed it, and on {answer} for the first answer.", { day: sayDay(day), answer: sayDay(answer) });
}

/** Under a receipt that was typed to go on with a draft: nobody needs to see it once more. */
function arrivedBefore(): HTMLElement {
  return h("div", { class: "notice", "data-test": "arrived" },
    h("strong", {}, t("Your report has arrived")),
    h("p", {}, t("It is encrypted and safely stored. Use the receipt on your paper to read the reply and to write back.")), sameReceipt(),
    h("p", {}, t("On your paper, cross out the draft's days: they no longer count.")));
}

/** Shows the receipt of a report that was just sent, and from there the rest; `again` where its receipt was typed before. */
export function showSent(place: HTMLElement, telling: ReportDraft, kept: DraftKeys, mailbox: Mailbox, again: boolean): void {
  const { office } = telling;
  const facts: Facts = { office, mailbox, files: telling.files.length, urgent: telling.urgent, ...readersOf(telling), arrived: Date.now() };
  const sent = { office, keys: kept.keys, mailbox };
  const done = (chosen: Chosen): void => showConfirmed(place, facts, chosen);
  if (again) {
    announce(t("Your report has arrived"));
    return new Offers(place, sent, { first: arrivedBefore }, done).begin();
  }
  const receipt = showReceipt(place, () => ({
    receipt: kept.receipt, title: t("Your report has arrived"), tip: tip(telling, "receipt"), extra: null, lost: lostReceipt(),
    words: t("It is encrypted and safely stored. Write down this receipt: use it to read the reply and to write back."),
    comeBack: sayDays(facts),
    next: () => offers.begin(),
  }));
  const offers = new Offers(place, sent, { receipt }, done);
}

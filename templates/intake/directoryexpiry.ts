/** What the pages say once the office's list of key holders has ended: new reports wait, who waits for an answer does not. */

import { CryptoError } from "../../crypto/errors.js";
import { h } from "../shared/dom.js";
import { officeText } from "../shared/officetext.js";
import { sayConfirmed, sayMoment } from "../shared/confirmed.js";
import { type Sentence, msg, pageLanguage, sayDay, t } from "../shared/strings.js";
import { type Office, endOf, keepCode, openOffice, servedEntities } from "./office.js";
import { moveTo } from "./shell.js";

/** Whether the office was refused because its list is not valid today. */
export function isExpired(error: unknown): boolean {
  return error instanceof CryptoError && error.stage === "expired";
}

function said(office: Office): { day: string; last: string; confirmed: string } {
  const { day, last } = endOf(office.directory);
  const { confirmed } = office.directory;
  return { day: sayDay(day), last: sayDay(last), confirmed: confirmed === null ? "" : sayMoment(confirmed.at) };
}

/** Whether it is the witnesses' word that is over, and not the list of key holders. */
function unconfirmed({ directory }: Office): boolean {
  return directory.confirmed?.stale === true && directory.today < directory.content.expires;
}

/** Beside whose page it is, once no witness has confirmed it for three days; else null. */
export function confirmedNotice(office: Office): HTMLElement | null {
  const words = sayConfirmed(office.directory);
  return words === null ? null : h("p", { "data-test": "confirmed" }, words);
}

/** On the first page; null while the list is valid and was confirmed lately. */
export function closedNotice(office: Office): HTMLElement | null {
  if (!office.directory.lapsed) return confirmedNotice(office);
  return h("div", { class: "stack-small", role: "alert", "data-test": "lapsed" },
    h("p", {}, h("strong", {}, t("No new report can be sent here now."))),
    h("p", {}, unconfirmed(office)
      ? t("No witness outside the office has confirmed its list of readers since {confirmed}. Use one of the other ways below. With a receipt you can still read and answer here, until {last}.", said(office))
      : t("The office's list of readers ended on {day}, and its keepers have not signed the next one. Use one of the other ways below. With a receipt you can still read and answer here, until {last}.", said(office))));
}

/** In a mailbox; null while the list is valid and was confirmed lately. */
export function mailboxNotice(office: Office): HTMLElement | null {
  if (!office.directory.lapsed) return confirmedNotice(office);
  return h("p", { "data-test": "lapsed" }, unconfirmed(office)
    ? t("No witness outside the office has confirmed its list of readers since {confirmed}. You can still read and answer here until {last}; new reports, encrypted names and requests for protection wait until one does.", said(office))
    : t("The office's list of readers ended on {day}. You can still read and answer here until {last}; new reports, encrypted names and requests for protection wait until its keepers have signed the next list.", said(office)));
}

function toMailbox(code: string): void {
  keepCode(code);
  moveTo(`/${pageLanguage()}/mailbox/`);
}

/** Public numbers of mainland China, which stand in the jurisdictions' texts too. */
const CHINA: readonly (readonly [Sentence, string])[] = [
  [msg("Labour and social security hotline"), "12333"],
  [msg("Market regulation hotline"), "12315"],
  [msg("Work safety hotline"), "12350"],
  [msg("Discipline inspection and supervision"), "12388"],
  [msg("Government service hotline"), "12345"],
];

/** Where else a report can go, from this page's own texts alone: nothing that a server answered has been verified. */
export function publicContacts(): HTMLElement {
  return h("section", { class: "card stack", "data-test": "own-roads" }, h("h2", {}, t("Other ways to report")),
    h("p", {}, t("Use the telephone number or the letter box on the poster. Take them from the poster itself, never from a page that could not be checked.")),
    h("p", {}, t("Or turn to a public authority. In mainland China:")),
    h("ul", {}, CHINA.map(([name, number]) => h("li", {}, t(name), " ", h("strong", {}, number)))),
    h("p", {}, t("Elsewhere: the external reporting authority of your country.")));
}

/** The roads that the keepers signed, of a list that has ended too. */
export function officeContacts(office: Office): HTMLElement {
  const roads = servedEntities(office).map((entity) => h("div", { class: "stack-small" }, h("h3", {}, officeText(entity.name)),
    h("p", {}, officeText(entity.roads)), h("ul", {}, entity.authorities.map((one) => h("li", {}, officeText(one.name), " ", h("strong", {}, one.contact))))));
  return h("section", { class: "card stack", "data-test": "other-roads" }, h("h2", {}, t("Other ways to report")), roads);
}

/** The same after a refusal, with the way to the mailbox; null where even the list that has ended does not hold. */
export async function contactsAfterRefusal(code: string): Promise<(() => HTMLElement) | null> {
  let office: Office;
  try {
    office = await openOffice(code, null, { alsoLapsed: true });
  } catch {
    return null;
  }
  if (!office.directory.lapsed) return null;
  return () => {
    const roads = officeContacts(office);
    roads.append(h("p", {}, h("button", { type: "button", onclick: () => toMailbox(code), "data-test": "to-mailbox" }, t("With a receipt you can still read and answer, until {last}", { last: said(office).last }))));
    return roads;
  };
}

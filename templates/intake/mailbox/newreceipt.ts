/** A new receipt in place of one that somebody may have seen. Until the move is durable the old one works, then only the new one. */

import { type Mailbox, type Receipt, type ReporterKeys, type SealedPost, deriveReporter, drawReceipt, openMailbox, pollListing, readMailbox, sealReceiptChange, systemRng } from "../../../crypto/index.js";
import { announce, fill, focusOn, h } from "../../shared/dom.js";
import { NotDone, sayError } from "../../shared/refusals.js";
import { t } from "../../shared/strings.js";
import { poll, postPost, untilAnswered } from "../api.js";
import { confirmOffice } from "../office.js";
import type { View } from "../sending/opened.js";
import { showEnded } from "../receipt/ending.js";
import { lostReceipt } from "../receipt/lost.js";
import { showReceipt } from "../receipt/page.js";
import { holdLanguage } from "../language.js";
import { warnOnLeaving } from "../leaving.js";

/** Nothing was sent since the report: anyone who filed it has not come back before, or somebody else filed it. */
export function isFirstVisit(mailbox: Mailbox): boolean {
  return mailbox.sent === 1;
}

/** The offer: in full view on a first visit, folded away afterwards. `written` says that something typed would be lost. */
export function receiptOffer(place: HTMLElement, view: View, written: () => boolean): HTMLElement {
  const fault = h("p", { class: "fault", role: "alert", "data-test": "new-receipt-fault" });
  const begin = (): void => {
    if (written()) fill(fault, t("Please send what you have written first, or clear it: this page will change."));
    else void takeNew(place, view).catch((error: unknown) => fill(fault, sayError(error)));
  };
  const button = h("button", { type: "button", class: isFirstVisit(view.mailbox) ? "primary" : "", onclick: begin, "data-test": "new-receipt" }, t("Get a new receipt"));
  const told = h("p", { class: "small soft" }, t("The old receipt then no longer works. Answers that the office has written so far are not shown under the new one: read them and keep their files first."));
  if (!isFirstVisit(view.mailbox)) {
    return h("details", { class: "card" }, h("summary", { "data-test": "new-receipt-open" }, t("Somebody may have seen my receipt")),
      h("div", { class: "stack" }, h("p", {}, t("Take a new one: it opens the same mailbox, and only you know it.")), told, fault, button));
  }
  return h("section", { class: "notice notice-care stack", "data-test": "new-receipt-offer" },
    h("h2", {}, t("Did somebody else write this report down for you?")),
    h("p", {}, t("By telephone, by letter or at the counter: then that person has seen your receipt. Take a new one now, which only you know. If you filled it in yourself and nobody saw it, you need not.")),
    told, fault, button);
}

async function takeNew(place: HTMLElement, view: View): Promise<void> {
  const heading = h("h1", {}, t("Making a new receipt…"));
  fill(place, h("div", { class: "stack" }, heading, h("p", { class: "soft" }, t("This takes a few seconds."))));
  focusOn(heading);
  const receipt = drawReceipt(systemRng);
  const change = new Change(view, await holdLanguage(() => deriveReporter(receipt, view.office.directory.office)));
  warnOnLeaving(true);
  show(place, view, receipt, change);
}

function show(place: HTMLElement, view: View, receipt: Receipt, change: Change): void {
  const keep = (): void => {
    warnOnLeaving(false);
    void view.reopen().then(() => announce(t("Your old receipt stays valid.")));
  };
  showReceipt(place, () => ({
    receipt, title: t("Your new receipt"), comeBack: null, tip: null,
    words: t("Write it down and type the two groups: at that moment it takes the place of the old one. Until then the old one works as before. Should anything break off in between, try the new one first, then the old one: one of them opens your mailbox."),
    extra: h("p", { class: "no-print" }, h("button", { type: "button", onclick: keep, "data-test": "keep-old-receipt" }, t("Keep the old receipt"))),
    lost: lostReceipt(),
    next: async () => {
      await change.make();
      showEnded(place, () => ({ title: t("Your new receipt is valid"), words: t("The old one no longer works.") }));
    },
  }));
}

/** One change, tried as often as it takes: the same new keys, sealed again only when the mailbox has moved on meanwhile. */
class Change {
  #mailbox: Mailbox;
  #sealed: SealedPost | null = null;

  constructor(private readonly view: View, private readonly fresh: ReporterKeys) {
    this.#mailbox = view.mailbox;
  }

  /** Returns once the new receipt opens the mailbox; throws when the old one is still the one that does. */
  async make(): Promise<void> {
    const { office, kept } = this.view;
    await confirmOffice(office, () => undefined, { alsoLapsed: true });
    this.#sealed ??= await sealReceiptChange(office.directory, kept.keys, this.#mailbox, this.fresh, systemRng);
    const { post } = this.#sealed;
    await untilAnswered(() => postPost(post), () => undefined);
    // The answer is the same whether it fitted or not: only the new mailbox itself shows it.
    if (await this.#read(this.fresh)) return;
    const before = await this.#read(kept.keys);
    if (before === null) throw new NotDone(t("Neither receipt opens the mailbox just now. Keep both, and come back later."));
    [this.#mailbox, this.#sealed] = [before, null];
    throw new NotDone(t("The new receipt was not taken over; the old one still works. Please press the button once more."));
  }

  async #read(keys: ReporterKeys): Promise<Mailbox | null> {
    const opened = await openMailbox(keys, await untilAnswered(() => pollListing(keys.token(), poll), () => undefined));
    return opened.memo === null ? null : readMailbox(this.view.office.directory, keys, opened);
  }
}

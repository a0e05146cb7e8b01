/** What may be added once a report was sent: each offer has a page of its own, and one post of one size follows, whatever was chosen. */

import { type Bond, type Mailbox, type ReporterKeys, type SealedPost, sealNaming, sealReceiptConfirmed, systemRng, watchOf } from "../../../crypto/index.js";
import { type Child, fill, focusOn, h } from "../../shared/dom.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { sayError } from "../../shared/refusals.js";
import { pageLanguage, t } from "../../shared/strings.js";
import { type Waiting, postPost, untilAnswered } from "../api.js";
import { holdLanguage, redrawWith } from "../language.js";
import { askOnBack, offerOnLeaving, warnOnLeaving } from "../leaving.js";
import { type Office, confirmOffice } from "../office.js";
import { meterBar } from "../sending/progress.js";
import { moveTo } from "../shell.js";
import { addPlace, goToPlace, hearMoves, placeNow } from "../screenhistory.js";
import { explained, guardFields, guarded, noPerson, personOf } from "./protection.js";
import { type Level, nameFields, namingOf, noName } from "./naming.js";

/** The report that was sent, and by whom. */
export interface Sent {
  readonly office: Office;
  readonly keys: ReporterKeys;
  readonly mailbox: Mailbox;
}

/** What was chosen in the end; `bond` is undefined where there is no watch to ask. */
export interface Chosen {
  readonly level: Level;
  readonly bond: Bond | null | undefined;
}

interface Fields {
  readonly element: HTMLElement;
  readonly faults: () => Fault[];
}

interface OfferPage {
  readonly id: string;
  readonly title: () => string;
  readonly words: () => Child;
  readonly fields: () => Fields;
}

/** What stands before the first offer: the receipt, which Back shows again; or words above it where no receipt was shown. */
type Before = { readonly receipt: () => void } | { readonly first: () => HTMLElement };

export class Offers {
  readonly #name = noName();
  readonly #person = noPerson();
  readonly #pages: readonly OfferPage[];
  /** The lowest place that can be gone back to: the receipt's, before the first offer, or the first offer's. */
  readonly #lowest: -1 | 0;
  /** The browser's entry before that of the first offer. */
  readonly #first: number;
  #at = -1;
  #reached = -1;
  #sending = false;
  #sealed: SealedPost | null = null;

  /** `done` shows the page after the last offer. */
  constructor(private readonly place: HTMLElement, private readonly sent: Sent, private readonly before: Before, private readonly done: (chosen: Chosen) => void) {
    this.#lowest = "receipt" in before ? -1 : 0;
    this.#first = placeNow() - 1 - this.#lowest;
    const naming: OfferPage = {
      id: "naming", title: () => t("Do you want to give your name?"),
      words: () => h("p", {}, t("You don't have to. You can still do it later, in your mailbox.")),
      fields: () => nameFields(sent.office, this.#name, false),
    };
    const guard: OfferPage = { id: "guard", title: () => t("Do you need protection against retaliation?"), words: explained, fields: () => guardFields(this.#person) };
    this.#pages = this.#watched ? [naming, guard] : [naming];
    hearMoves((place) => this.#arrive(place));
  }

  get #watched(): boolean {
    return watchOf(this.sent.office.directory, this.sent.mailbox.entity) !== null;
  }

  /** Shows the first offer: after the receipt, or in place of what was sent. */
  begin(): void {
    if (this.#lowest < 0) return this.#add(0);
    this.#reached = 0;
    this.#go(0);
  }

  #add(at: number): void {
    addPlace();
    this.#reached = at;
    this.#go(at);
  }

  #go(at: number): void {
    this.#at = at;
    if (at < 0 && "receipt" in this.before) return this.before.receipt();
    warnOnLeaving(true);
    redrawWith(() => this.#show(at));
    offerOnLeaving(() => ({
      words: t("Your report has arrived and your receipt works. What you choose here has not been sent yet."),
      stay: t("Stay on this page"), discard: t("Leave without it"), save: null, discarded: () => this.#leave(),
    }));
    focusOn(this.#show(at));
  }

  #leave(): void {
    moveTo(`/${pageLanguage()}/`);
  }

  #arrive(place: number): void {
    const [at, here] = [place - this.#first - 1, this.#first + 1 + this.#at];
    if (place === here) return;
    if (this.#sending || at > this.#reached) return goToPlace(here);
    if (at < this.#lowest) return askOnBack(here, () => this.#leave());
    this.#go(at);
  }

  /** Gives the heading. */
  #show(at: number): HTMLElement {
    const page = this.#pages[at] as OfferPage;
    const { element, faults } = page.fields();
    const heading = h("h1", { "data-test": "offer-title" }, page.title());
    const say = h("div", { class: "stack-small" });
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      if (!showFaults(form, faults())) return;
      if (at < this.#pages.length - 1) this.#add(at + 1);
      else void this.#finish(form, say);
    };
    const above = "first" in this.before && at === 0 ? this.before.first() : null;
    const form = h("form", { class: "stack-wide", novalidate: true, onsubmit: submit, "data-offer": page.id },
      h("div", { class: "stack" }, above, heading, page.words()), element, say,
      h("div", { class: "onward" },
        at > this.#lowest && h("button", { type: "button", class: "big", onclick: () => goToPlace(this.#first + at), "data-test": "offer-back" }, t("Back")),
        h("button", { class: "primary big", "data-test": "offer-next" }, this.#sealed ? t("Try again") : t("Continue"))));
    fill(this.place, form);
    this.#lock(form);
    return heading;
  }

  /** What was sealed once is sent again as it is when the line breaks: it must be what stands there. */
  #lock(form: HTMLFormElement): void {
    if (this.#sealed) for (const one of form.querySelectorAll("input, textarea")) one.toggleAttribute("disabled", true);
  }

  async #finish(form: HTMLFormElement, say: HTMLElement): Promise<void> {
    const { element, meter } = meterBar(t("Encrypting and sending…"));
    const hold = (held: boolean): void => [...form.elements].forEach((one) => one.toggleAttribute("disabled", held));
    fill(say, element);
    hold(true);
    this.#sending = true;
    try {
      await holdLanguage(() => this.#send(meter.waiting));
      this.done({ level: this.#name.level, bond: this.#watched ? this.#person.bond : undefined });
    } catch (error) {
      hold(false);
      this.#lock(form);
      fill(say, h("p", { class: "fault", role: "alert", "data-test": "finish-fault" }, sayError(error)));
      const again = form.querySelector("[data-test=offer-next]");
      if (again) again.textContent = t("Try again");
    } finally {
      this.#sending = false;
    }
  }

  async #send(waiting: Waiting): Promise<void> {
    await confirmOffice(this.sent.office, waiting);
    this.#sealed ??= await this.#seal();
    const { post } = this.#sealed;
    await untilAnswered(() => postPost(post), waiting);
  }

  /** A name that is given takes the place of the post's content, so that both look alike. */
  async #seal(): Promise<SealedPost> {
    const { office, keys, mailbox } = this.sent;
    const naming = namingOf(this.#name);
    const extras = await guarded(office, keys, mailbox, personOf(this.#person));
    const { directory } = office;
    return naming === null ? sealReceiptConfirmed(directory, keys, mailbox, systemRng, extras) : sealNaming(directory, keys, mailbox, naming, systemRng, extras);
  }
}

/** Sealing something into the mailbox and sending it, with a form that holds still meanwhile. */

import type { SealedPost } from "../../../crypto/index.js";
import { announce, fill, showNote } from "../../shared/dom.js";
import { NoAnswer, sayError } from "../../shared/refusals.js";
import { t } from "../../shared/strings.js";
import { postPost, untilAnswered } from "../api.js";
import { meterBar } from "./progress.js";
import { confirmOffice } from "../office.js";
import type { Just, View } from "./opened.js";
import type { Meter } from "./sending.js";
import { holdLanguage } from "../language.js";
import { warnOnLeaving } from "../leaving.js";

export type Sealing = (meter: Meter) => Promise<SealedPost>;

/** What a form shows while it is sent, and why it was not. */
export interface Sent {
  readonly form: HTMLFormElement;
  readonly place: HTMLElement;
  readonly fault: HTMLElement;
  /** Whether something is sealed to people whom the list of key holders names: that needs a list that is valid today. */
  readonly toPeople?: boolean;
  /** What it is, for the words that confirm it. */
  readonly just: Just;
}

/** Nothing can be changed or sent twice while it is under way: what is sealed is what stands there. */
function hold(form: HTMLFormElement, held: boolean): void {
  for (const one of form.elements) one.toggleAttribute("disabled", held);
}

/** Seals, sends, and reads the mailbox again, so that what is shown is what the server now has. */
export async function send(view: View, { form, place, fault, just, toPeople = false }: Sent, work: Sealing): Promise<void> {
  const { element, meter } = meterBar(t("Encrypting and sending…"));
  fault.textContent = "";
  fill(place, element);
  hold(form, true);
  try {
    await holdLanguage(async () => {
      await confirmOffice(view.office, meter.waiting, { alsoLapsed: !toPeople });
      const { post } = await work(meter);
      await untilAnswered(() => postPost(post), meter.waiting);
      warnOnLeaving(false);
      // It has arrived: a line that breaks now must not look as if it had not.
      await untilAnswered(() => view.reopen(just), meter.waiting, (error) => error instanceof NoAnswer);
    });
    announce(t("Sent."));
  } catch (error) {
    fill(place);
    hold(form, false);
    fault.textContent = sayError(error);
    showNote(fault);
  }
}

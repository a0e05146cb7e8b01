/** Openings in danger to life and the review that is owed for each: written as a signed finding by oversight or a custodian. */

import {
  CryptoError, FINDINGS, type Finding, MAY_ASK, type OpenedReview, type UnsealingReason, type UnsealRequest, mayReview, openReview, readReason, requestShape,
  reviewDue, sealReview, systemRng,
} from "../../../crypto/staff.js";
import { around, blank } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { custody } from "../api.js";
import { type OfficeWords, ReviewedAlready, readingWords, wordsFor } from "../context.js";
import { type Child, byId, field, fill, h } from "../ui.js";
import type { Vault } from "../opened/vault.js";
import { isBeingFilled } from "../queue/poller.js";
import { WHOSE } from "./names.js";
import { sendOnce } from "./sending.js";

/** So much of the reason in writing tells one review that is being written from another. */
const ABOUT = 60;
const FINDING_NAMES: Readonly<Record<Finding, Sentence>> = {
  justified: msg("There was danger to life: it had to be opened at once"),
  unjustified: msg("It could have waited, or there was no danger to life"),
};

/** A request in danger to life as its readers see it; `reviews` are those that hold. */
interface Danger {
  readonly request: UnsealRequest;
  readonly reason: UnsealingReason;
  readonly reviews: readonly OpenedReview[];
}

export type ReviewState = "done" | "overdue" | "owed";

/** Whether a review is there, still has time, or should be there. */
export function stateOf(reviews: number, expires: string, today: string): ReviewState {
  if (reviews > 0) return "done";
  return today > reviewDue(expires) ? "overdue" : "owed";
}

/** What is overdue stands first, then what is owed; what could not be verified before both. */
export function rankOf(card: Pick<HTMLElement, "dataset">): number {
  const states: readonly (string | undefined)[] = [undefined, "overdue", "owed", "done"] satisfies (ReviewState | undefined)[];
  return states.indexOf(card.dataset["state"]);
}

/** Draws the cards again; a form in which somebody writes another review stays as it is. */
export function redraw(place: HTMLElement, cards: readonly HTMLElement[]): void {
  const forms = (within: HTMLElement): HTMLElement[] => [...within.querySelectorAll<HTMLElement>("details[data-request]")];
  const written = new Map(forms(place).filter(isBeingFilled).map((form) => [form.dataset["request"], form]));
  fill(place, cards);
  for (const form of forms(place)) form.replaceWith(written.get(form.dataset["request"]) ?? form);
}

/** The list of reviews of one member, in an element of the page. */
export class Reviewing {
  constructor(private readonly vault: Vault, private readonly words: OfficeWords) {}

  /** Whether this member may see requests at all; the server refuses others. */
  private get concerned(): boolean {
    const { directory, staff } = this.vault;
    return mayReview(directory, staff.member) || MAY_ASK.includes(directory.member(staff.member)?.role ?? "");
  }

  async draw(place: HTMLElement = byId("reviews")): Promise<void> {
    if (!this.concerned) return;
    const rows = (await custody.list()).filter(({ request }) => requestShape(request).ground === "danger-to-life");
    const cards = await Promise.all(rows.map(({ request, reviews }) => this.card(requestShape(request), reviews, place)));
    redraw(place, cards.filter((card) => card !== null).sort((one, other) => rankOf(one) - rankOf(other)));
  }

  private async card(request: UnsealRequest, reviews: readonly string[], place: HTMLElement): Promise<HTMLElement | null> {
    const { staff, directory } = this.vault;
    try {
      const reason = await readReason(staff, directory, request);
      return this.shown({ request, reason, reviews: await this.held(request, reason, reviews) }, place);
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      // Sealed to others: a colleague's request, or one from before this member came to oversee.
      if (error.stage === "no-match") return null;
      return h("li", { class: "notice notice-alarm", "data-test": "review-refused" }, h("p", {}, h("strong", {}, t("A request made because of danger to life could not be verified."))), h("p", {}, readingWords(error)));
    }
  }

  /** Only those that hold: what somebody wrote about the own request is none. */
  private async held(request: UnsealRequest, reason: UnsealingReason, reviews: readonly string[]): Promise<OpenedReview[]> {
    const { staff, directory } = this.vault;
    const read = reviews.map((text) => openReview(staff, directory, request, reason, JSON.parse(text)).catch((error: unknown) => {
      if (error instanceof CryptoError) return null;
      throw error;
    }));
    return (await Promise.all(read)).filter((one) => one !== null);
  }

  /** Whether the server has this very review by this member; throws where it has one in other words. */
  private async isReviewed({ request }: UnsealRequest, finding: string, text: string): Promise<boolean> {
    const row = (await custody.list()).map((one) => ({ ...one, asked: requestShape(one.request) })).find(({ asked }) => asked.request === request);
    if (row === undefined) return false;
    const held = await this.held(row.asked, await readReason(this.vault.staff, this.vault.directory, row.asked), row.reviews);
    const own = held.find(({ reviewer }) => reviewer.id === this.vault.staff.member);
    if (own !== undefined && (own.finding !== finding || own.text !== text)) throw new ReviewedAlready();
    return own !== undefined;
  }

  private shown({ request, reason, reviews }: Danger, place: HTMLElement): HTMLElement {
    const { directory, staff } = this.vault;
    const state = stateOf(reviews.length, request.expires, directory.today);
    const due = this.words.day(reviewDue(request.expires), "");
    const line = (term: string, said: Child): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, said));
    const mine = reviews.some(({ reviewer }) => reviewer.id === staff.member);
    const may = mayReview(directory, staff.member) && reason.requester !== staff.member && !mine;
    return h("li", { class: "card stack", "data-test": "review", "data-state": state },
      h("p", {}, h("strong", {}, t("An identity was requested because of danger to life"))),
      state === "done" ? null : h("p", { class: state === "overdue" ? "notice notice-alarm" : "notice notice-care", role: state === "overdue" ? "alert" : null },
        state === "overdue" ? t("The review has been overdue since {day}.", { day: due }) : t("A review is due by {day}.", { day: due })),
      h("dl", { class: "answers" }, line(t("Asked by"), [this.words.named(reason.requester), ` (${this.words.role(reason.requester)})`]), line(t("Whose name"), t(WHOSE[reason.about])),
        line(t("Reason in writing"), reason.text), reason.delay === null ? null : line(t("Why the reporter was told only afterwards"), reason.delay)),
      reviews.map(({ reviewer, finding, text }) => h("div", { class: "notice", "data-test": "review-found", "data-finding": finding },
        h("p", {}, h("strong", {}, t(FINDING_NAMES[finding]))), h("p", {}, text), h("p", { class: "soft" }, around(t("Signed by {person}", { person: blank("person") }), { person: this.words.named(reviewer.id) })))),
      may ? this.form(request, place, reason.text) : state === "done" ? null : h("p", { class: "hint" }, t("Oversight or a custodian writes it, never the person who asked.")));
  }

  private form(request: UnsealRequest, place: HTMLElement, why: string): HTMLElement {
    const id = request.request;
    const finding = h("select", { id: `finding-${id}`, "data-test": "review-finding" }, h("option", { value: "" }, t("Choose…")), FINDINGS.map((one) => h("option", { value: one }, t(FINDING_NAMES[one]))));
    const text = h("textarea", { id: `finding-text-${id}`, rows: 4, "data-test": "review-text" });
    const fault = h("p", { class: "wrong", role: "alert", "data-test": "review-fault" });
    const go = async (): Promise<void> => {
      const missing = finding.value === "" || text.value.trim() === "";
      fill(fault, missing ? t("Choose a finding, and write why.") : null);
      // A second press signs nothing twice.
      if (missing || whole.getAttribute("aria-busy") === "true") return;
      whole.setAttribute("aria-busy", "true");
      try {
        const [judged, written] = [finding.value as Finding, text.value.trim()];
        await sendOnce(() => this.isReviewed(request, judged, written), () => sealReview(this.vault.staff, this.vault.directory, request, judged, written, systemRng), custody.review);
        text.value = "";
        await this.draw(place);
      } catch (error) {
        fill(fault, wordsFor(error));
      } finally {
        whole.removeAttribute("aria-busy");
      }
    };
    const whole = h("details", { "data-test": "review-open", "data-request": id, "data-about": [...why].slice(0, ABOUT).join("") }, h("summary", {}, t("Write the review")),
      h("div", { class: "stack" }, field(t("Finding"), finding), field(t("Why"), text, t("Custodians, oversight and the person who asked read it. Name nobody and no case.")), fault,
        h("button", { type: "button", class: "primary", "data-test": "review-sign", onclick: () => void go() }, t("Sign the review"))));
    return whole;
  }
}

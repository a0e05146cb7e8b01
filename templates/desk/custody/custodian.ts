/** A custodian's page: requests for identities, each decided alone; no case is seen here. */

import { CryptoError, type OpenedRequest, type UnsealVote, approveRequest, b64encode, openRequest, ownShares, refuseRequest, requestShape, systemRng, withdrawalMark } from "../../../crypto/staff.js";
import { ask } from "../../shared/confirmdialog.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { custody } from "../api.js";
import { OnePane, mayLeavePane } from "../header.js";
import { type OfficeWords, wordsFor } from "../context.js";
import type { Vault } from "../opened/vault.js";
import { byId, fill, h } from "../ui.js";
import { GROUND_NAMES } from "./asking.js";
import { WHOSE } from "./names.js";
import { Reviewing } from "./reviewing.js";
import { sendOnce } from "./sending.js";
import { holdingVotes } from "./votes.js";

const MARK_SIZE = 32;
/** Why a request must not be voted for. */
const REFUSED: Readonly<Record<string, Sentence>> = {
  directory: msg("The office directory does not allow this person to ask, or the key that would receive your share is not theirs. Do not agree. Tell the keepers."),
  signature: msg("The request is not signed by the person it names. Do not agree; tell the keepers."),
  foreign: msg("The packet is not the one that the request names. Do not agree; tell the keepers."),
  hpke: msg("The packet is faulty: your share does not match the packet's commitment. The packet was made that way; no custodian did this. Refuse, and tell the keepers."),
  "no-match": msg("You hold no share of this packet: it predates your appointment as a custodian, or is not valid."),
  withdrawn: msg("The reporter has withdrawn this identity. It must no longer be opened."),
  expired: msg("The request has ended."),
};

function wordsOf(error: unknown): string {
  const sentence = error instanceof CryptoError ? REFUSED[error.stage] : undefined;
  return sentence === undefined ? wordsFor(error) : t(sentence);
}

/** One signed-in custodian. */
export class CustodianDesk {
  private readonly reviewing: Reviewing;
  private readonly pane: OnePane;

  constructor(private readonly vault: Vault, private readonly words: OfficeWords) {
    this.reviewing = new Reviewing(vault, words);
    this.pane = new OnePane(vault, words, (isShown) => this.draw(isShown));
  }

  async start(): Promise<void> {
    await this.pane.start();
  }

  private async draw(isShown: () => boolean): Promise<void> {
    const heading = h("h2", { id: "case-title", tabindex: "-1", "data-test": "custodian-page" }, t("Requests for identities"));
    const reviews = h("ul", { class: "rows stack", "aria-label": t("Reviews of requests made because of danger to life") });
    try {
      // What is over is reviewed, and not voted on.
      const rows = (await custody.list()).filter(({ request }) => requestShape(request).body !== "");
      const cards = await Promise.all(rows.map(({ request, votes }) => this.card(request, votes)));
      if (!isShown()) return;
      fill(byId("case"), h("div", { class: "case stack" }, heading,
        h("p", {}, t("You decide alone. You are not shown what other custodians say. You see who asks, on which ground and why, but no case and no name.")),
        cards.length === 0 ? h("p", { class: "nothing", "data-test": "no-requests" }, t("There are no requests for an identity now.")) : h("ul", { class: "rows stack" }, cards), reviews));
      await this.reviewing.draw(reviews);
    } catch (error) {
      if (isShown()) fill(byId("case"), heading, h("p", { class: "wrong", role: "alert" }, wordsFor(error)));
    }
  }

  private async card(request: unknown, votes: readonly string[]): Promise<HTMLElement> {
    const { staff, directory } = this.vault;
    try {
      const opened = await openRequest(staff, directory, request);
      return this.shown(opened, this.own(opened, votes), await this.fault(opened));
    } catch (error) {
      return h("li", { class: "notice notice-alarm", "data-test": "request-refused" }, h("p", {}, h("strong", {}, t("Could not be verified"))), h("p", {}, wordsOf(error)));
    }
  }

  /** This custodian's vote, where it holds: else a server could say how they voted. */
  private own(opened: OpenedRequest, votes: readonly string[]): UnsealVote | null {
    return holdingVotes(this.vault.directory, opened, votes).find(({ custodian }) => custodian === this.vault.staff.member) ?? null;
  }

  /** What is wrong with this custodian's own shares, looked at before anybody can agree. */
  private async fault(opened: OpenedRequest): Promise<string | null> {
    try {
      await ownShares(this.vault.staff, opened);
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  private shown(opened: OpenedRequest, own: UnsealVote | null, wrong: string | null): HTMLElement {
    const { requester, about, ground, text, delay, expires } = opened;
    const fault = h("p", { class: "wrong", role: "alert", "data-test": "vote-fault" }, wrong);
    const line = (term: string, said: string): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", {}, said));
    const vote = async (approve: boolean, question: string): Promise<void> => {
      if (card.getAttribute("aria-busy") === "true" || !(await mayLeavePane()) || !(await ask(question, { yes: approve ? t("Agree") : t("Refuse") }))) return;
      card.setAttribute("aria-busy", "true");
      await this.cast(opened, approve).then(() => (fault.isConnected ? this.pane.refresh() : undefined), (error: unknown) => fill(fault, wordsOf(error)));
      card.removeAttribute("aria-busy");
    };
    const card = h("li", { class: "card stack", "data-test": "request" },
      h("h3", {}, this.words.named(requester.id), " ", h("span", { class: "soft" }, this.words.role(requester.id))),
      h("dl", { class: "answers" }, line(t("Whose name"), t(WHOSE[about])), line(t("Ground"), t(GROUND_NAMES[ground])), line(t("Reason in writing"), text),
        line(t("When the person who sealed it is told, as the requester says"), delay === null ? t("Before it is opened") : t("Afterwards, because: {why}", { why: delay })),
        line(t("Ends on"), this.words.day(expires, ""))),
      ground === "danger-to-life" ? h("p", { class: "notice notice-care" }, t("Danger to life: decide at once. Oversight reviews this request afterwards.")) : null, fault,
      own === null ? h("div", { class: "actions" },
        wrong !== null ? null : h("button", { type: "button", class: "primary", "data-test": "vote-approve", onclick: () => void vote(true, t("Agree that this identity is opened? Your share goes to {person} and cannot be called back.", { person: this.words.person(requester.id) })) }, t("Agree")),
        h("button", { type: "button", "data-test": "vote-refuse", onclick: () => void vote(false, t("Refuse this request?")) }, t("Refuse")))
        : h("p", { "data-test": "own-vote", "data-vote": own.vote }, own.vote === "approve" ? t("You agreed.") : t("You refused.")));
    return card;
  }

  /** Whether the server has this custodian's vote; the page that is drawn next says which. */
  private async hasVoted(opened: OpenedRequest): Promise<boolean> {
    const row = (await custody.list()).find((one) => requestShape(one.request).request === opened.request);
    return row !== undefined && this.own(opened, row.votes) !== null;
  }

  private async cast(opened: OpenedRequest, approve: boolean): Promise<void> {
    const { staff, directory } = this.vault;
    const sign = async (): Promise<UnsealVote> => (approve ? approveRequest(staff, directory, opened, await marks(opened), systemRng) : refuseRequest(staff, opened));
    await sendOnce(() => this.hasVoted(opened), sign, custody.vote);
  }
}

/** The marks of all that was taken back; that of this request by name too, for it may have been taken back today. */
async function marks(request: OpenedRequest): Promise<ReadonlySet<string>> {
  const raw = await custody.marks(b64encode(withdrawalMark(request.handle)));
  return new Set(Array.from({ length: Math.floor(raw.length / MARK_SIZE) }, (_, at) => b64encode(raw.subarray(at * MARK_SIZE, (at + 1) * MARK_SIZE))));
}

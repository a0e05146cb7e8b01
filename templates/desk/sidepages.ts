/** Pages of the desk that show no case: own figures, the office's recurring duties, and how long cases are kept. */

import { FiguresPage, type FiguresHost } from "./figures/page.js";
import type { Vault } from "./opened/vault.js";
import { signedDuties } from "./recurring/calls.js";
import { type DutyStates, type DutyView, dutyStates, dutiesDue } from "./recurring/dutystates.js";
import { DutiesPage } from "./recurring/page.js";
import { policiesInForce } from "./recurring/policies.js";
import { RetentionPage } from "./retention/page.js";
import { byId, fill, h } from "./ui.js";
import { t } from "../shared/strings.js";
import { DeskRefusal } from "./api.js";
import { isSessionOver } from "./sessionend.js";

/** What the tab's history calls them, and the ids of their buttons; no case has such an id. */
export const SIDE_PAGES = ["figures", "duties", "retention"] as const;
export type SidePage = (typeof SIDE_PAGES)[number];

export function isSidePage(id: string): id is SidePage {
  return SIDE_PAGES.some((page) => page === id);
}

/** What they need of the desk. */
export interface SideHost extends FiguresHost {
  readonly show: (id: string) => void;
}

/** A page that follows what comes in while it stands. */
interface Renewed {
  open(): void;
  renew(): void;
}

export class SidePages {
  private shown: Renewed | null = null;
  private last: SidePage = "figures";
  private readonly ownDuties = new Set<string>();
  /** The recurring duties that are this member's and due or late; null where nobody could say. */
  due: readonly DutyView[] | null = [];

  constructor(private readonly vault: Vault, private readonly host: SideHost) {}

  /** Draws a page in place of a case. */
  open(page: SidePage): void {
    this.last = page;
    byId("work").classList.add("case-open");
    if (page === "duties") new DutiesPage({ vault: this.vault, words: this.host.words, back: this.host.back, own: this.ownDuties, found: (states) => this.countDuties(states) }).open();
    else {
      this.shown = page === "figures" ? new FiguresPage(this.host) : new RetentionPage(this.host);
      this.shown.open();
    }
  }

  /** Asks for the recurring duties: at each sign-in and refresh the same calls for every member and whatever is due. */
  async readDuties(): Promise<void> {
    const { vault, host } = this;
    try {
      const [{ policies, lost }, lines] = await Promise.all([policiesInForce(vault, host.words), signedDuties.list()]);
      this.countDuties(dutyStates(vault.directory, policies, lines, vault.staff.member, true));
      if (lost.length > 0) this.due = null;
    } catch (error) {
      if (!(error instanceof DeskRefusal) || isSessionOver(error)) throw error;
      this.due = null;
    }
  }

  /** Says on the button how many there are. */
  private countDuties(states: DutyStates): void {
    this.due = dutiesDue(states);
    fill(byId("duties"), t("Duties"), this.due.length > 0 && [" ", h("span", { class: "count", "data-test": "duties-due" }, this.due.length)]);
  }

  /** Something may be new. */
  renew(): void {
    this.shown?.renew();
  }

  /** The reading position goes back to the button that opened the last one. */
  focus(): void {
    byId(this.last).focus();
  }
}

/** Pages of the desk that show no case: own figures, the office's recurring duties, and how long cases are kept. */

import { FiguresPage, type FiguresHost } from "./figures/page.js";
import type { Vault } from "./opened/vault.js";
import { DutiesPage } from "./recurring/page.js";
import { RetentionPage } from "./retention/page.js";
import { byId } from "./ui.js";

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

  constructor(private readonly vault: Vault, private readonly host: SideHost) {}

  /** Draws a page in place of a case. */
  open(page: SidePage): void {
    this.last = page;
    byId("work").classList.add("case-open");
    if (page === "duties") new DutiesPage({ vault: this.vault, words: this.host.words, back: this.host.back, own: this.ownDuties }).open();
    else {
      this.shown = page === "figures" ? new FiguresPage(this.host) : new RetentionPage(this.host);
      this.shown.open();
    }
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

/** Pages of the desk that show no case: own figures, and the office's recurring duties. */

import { FiguresPage, type FiguresHost } from "./figures/page.js";
import type { Vault } from "./opened/vault.js";
import { DutiesPage } from "./recurring/page.js";
import { byId } from "./ui.js";

/** What the tab's history calls them, and the ids of their buttons; no case has such an id. */
export const SIDE_PAGES = ["figures", "duties"] as const;
export type SidePage = (typeof SIDE_PAGES)[number];

export function isSidePage(id: string): id is SidePage {
  return SIDE_PAGES.some((page) => page === id);
}

export class SidePages {
  private figures: FiguresPage | null = null;
  private last: SidePage = "figures";
  private readonly ownDuties = new Set<string>();

  constructor(private readonly vault: Vault, private readonly host: FiguresHost) {}

  /** Draws a page in place of a case. */
  open(page: SidePage): void {
    this.last = page;
    byId("work").classList.add("case-open");
    if (page === "duties") new DutiesPage({ vault: this.vault, words: this.host.words, back: this.host.back, own: this.ownDuties }).open();
    else {
      this.figures = new FiguresPage(this.host);
      this.figures.open();
    }
  }

  /** Something may be new. */
  renew(): void {
    this.figures?.renew();
  }

  /** The reading position goes back to the button that opened the last one. */
  focus(): void {
    byId(this.last).focus();
  }
}

/** The pages of the officer's desk and the way between them; each draws itself into one place. */

import { byId, fill, focusOn, h } from "../shared/dom.js";
import { type Sentence, msg, t } from "../shared/strings.js";
import { showAlerts } from "./alerts/list.js";
import type { Draw } from "./drawing.js";
import { showFeeds } from "./feeds/list.js";
import { showLetters } from "./letters/list.js";
import { showProtected } from "./protected/page.js";
import type { OfficerSession } from "./session.js";
import { wordsFor } from "./words.js";

interface Page {
  readonly id: string;
  readonly title: Sentence;
  readonly draw: Draw;
}

/** In the order of the officer's week. A page of another folder comes in here. */
const PAGES: readonly Page[] = [
  { id: "alerts", title: msg("Alerts"), draw: showAlerts },
  { id: "letters", title: msg("Letters to HR"), draw: showLetters },
  { id: "protected", title: msg("Protected people"), draw: showProtected },
  { id: "feeds", title: msg("HR's feed"), draw: showFeeds },
];

/** One sitting: which page is open, and what is drawn in it. */
export class Pages {
  private open = PAGES[0] as Page;
  /** Counts what was begun, so that a slow answer never overwrites a later page. */
  private turn = 0;

  constructor(private readonly room: OfficerSession) {}

  async start(): Promise<void> {
    // The address never names a person or an alert: the way back is kept without it.
    window.addEventListener("popstate", () => void this.show(this.open.draw));
    await this.turnTo(this.open);
  }

  private async turnTo(page: Page): Promise<void> {
    this.open = page;
    fill(byId("pages"), PAGES.map((one) => h("button", {
      type: "button", "data-test": `page-${one.id}`, "aria-current": one === page ? "page" : null, onclick: () => void this.turnTo(one),
    }, t(one.title))));
    await this.show(page.draw);
  }

  private async show(draw: Draw, stays = false): Promise<void> {
    const turn = (this.turn += 1);
    const place = byId("page");
    if (!stays) fill(place, h("p", { class: "soft", role: "status" }, t("Loading…")));
    const drawn = await draw(this.room, (next, way = "forth") => {
      if (way === "forth") history.pushState(null, "", location.pathname);
      void this.show(next, way === "stay");
    }).catch((error: unknown) => h("div", { class: "notice notice-alarm", role: "alert", "data-test": "problem" }, h("p", {}, wordsFor(error)),
      h("button", { type: "button", onclick: () => void this.show(draw) }, t("Try again"))));
    if (turn !== this.turn) return;
    fill(place, drawn);
    // What was changed is where the reader goes on; a new screen begins at its title.
    const title = (stays ? drawn.querySelector<HTMLElement>("[data-changed]") : null) ?? drawn.querySelector("h1");
    if (title !== null) focusOn(title);
  }
}

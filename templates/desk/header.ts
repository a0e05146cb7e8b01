/** The head of the desk after sign-in, and the way out of it. */

import type { Seen } from "../../crypto/staff.js";
import { keyCode } from "../shared/keycode.js";
import { officeText } from "../shared/officetext.js";
import { t } from "../shared/strings.js";
import { giveUpCalls, session } from "./api.js";
import { askBeforeUnload, askToDiscard, unsentOnPane } from "./composer.js";
import { withinTime } from "./cache/disk.js";
import { device } from "./device.js";
import { directoryBanner } from "./directoryexpiry.js";
import { showMyKeys } from "./passkeys/dialog.js";
import type { OfficeWords } from "./context.js";
import type { Vault } from "./opened/vault.js";
import { DutiesPage } from "./recurring/page.js";
import { TabPlace } from "./tabplace.js";
import { byId, fill, h } from "./ui.js";

/** Who is here, at which office, by which directory. */
export function drawHead(vault: Vault, words: OfficeWords): void {
  const { directory, staff } = vault;
  const me = directory.member(staff.member);
  fill(byId("who"), h("strong", {}, words.named(staff.member)), " ", h("span", { class: "soft" }, words.role(staff.member)));
  fill(byId("my-code"), me === null ? "" : keyCode(me));
  fill(byId("office-name"), officeText(directory.content.name));
  byId("office-name").title = words.officeName();
  fill(byId("directory-end"), directoryBanner(directory, words));
  const { sequence }: Seen = directory.seen;
  fill(byId("directory-state"), t("Office directory verified (no. {number}, valid until {day})", { number: sequence, day: words.day(directory.content.expires, "") }));
  byId("my-keys").onclick = () => showMyKeys(vault, words);
}

/** Draws the page of a member who leads no case; nothing is drawn any more once `isShown` says no. */
export type DrawPane = (isShown: () => boolean) => Promise<void>;

/** The page of a member who leads no case: one pane, without queue and search. */
export class OnePane {
  /** What is drawn now; what was begun before it may come late. */
  private turn = 0;
  private readonly own = new Set<string>();

  constructor(private readonly vault: Vault, private readonly words: OfficeWords, private readonly draw: DrawPane) {}

  async start(): Promise<void> {
    const { vault, words } = this;
    drawHead(vault, words);
    askBeforeUnload();
    new TabPlace(() => null, () => null, unsentOnPane).watch();
    for (const id of ["to-today", "log-report", "figures", "search", "help"]) byId(id).hidden = true;
    byId("work").classList.add("case-open", "one-pane");
    document.querySelector<HTMLElement>("nav.queue")?.toggleAttribute("hidden", true);
    const presses = { "sign-out": () => signOutWith(vault, () => undefined), "refresh": () => this.refresh(), "duties": () => this.openDuties() };
    for (const [id, press] of Object.entries(presses)) byId(id).addEventListener("click", () => void mayLeavePane().then((may) => (may ? press() : undefined)));
    await this.refresh();
  }

  async refresh(): Promise<void> {
    this.turn += 1;
    const mine = this.turn;
    await this.draw(() => mine === this.turn);
  }

  private openDuties(): void {
    this.turn += 1;
    new DutiesPage({ vault: this.vault, words: this.words, back: () => void this.refresh(), own: this.own }).open();
  }
}

/** Whether what stands in the pane may go: asks where somebody has written there. */
export async function mayLeavePane(): Promise<boolean> {
  const written = [...byId("case").querySelectorAll("textarea")].some(({ value }) => value.trim() !== "");
  return !written || askToDiscard();
}

/** So long may the disk take while somebody wants to be gone. */
const LEAVING_MS = 5_000;

/** Tells the server, has `leave` write down what stays sealed on the disk and forget the rest, and leaves nothing of the page. */
export async function signOutWith(vault: Vault, leave: () => Promise<void> | void): Promise<void> {
  const kept = device.take();
  giveUpCalls();
  await session.end().catch(() => undefined);
  // The server's Clear-Site-Data took these too; without them the next sign-in could be shown an older directory.
  device.put(kept);
  try {
    // Whatever the disk does, the page is left.
    await withinTime(Promise.resolve(leave()), LEAVING_MS, undefined);
  } finally {
    vault.wipe();
    leavePage();
  }
}

/** The tab's history has steps of this page: what was drawn goes first, whatever a browser keeps of it. */
export function leavePage(): void {
  document.body.replaceChildren();
  location.replace(location.pathname);
}

/** Brings what is new into the open desk by itself, and leaves alone what somebody is filling in. */

import { isAsking } from "../../shared/confirmdialog.js";
import { announce } from "../../shared/dom.js";
import { t } from "../../shared/strings.js";
import { type CaseFile, type CaseRow, type News, news, quietly } from "../api.js";
import { isComposing } from "../composer.js";
import type { CaseCache } from "../cache/casecache.js";
import { type OpenedCase, type DeskCase, rowText, withRow } from "../opened/model.js";
import type { Held } from "../opened/heldcase.js";
import { unshelve } from "../opened/unshelving.js";
import type { Vault } from "../opened/vault.js";
import { isSessionOver } from "../sessionend.js";
import { isAlarm } from "../context.js";
import { breathe, byId } from "../ui.js";
import { waitingIn } from "./attention.js";
import { mapWithConcurrency } from "./concurrency.js";
import { fetchFiles } from "./casefiles.js";
import { beginList, wholeList } from "./fetchlist.js";
import { Poller, isBeingFilled } from "./poller.js";

/** Cases of the list that are opened at once: of each one envelope after the other, and enough to keep every worker busy. */
const OPENED_AT_ONCE = 8;
/** A case that the server does not give is asked for so often, a minute apart, until something is new. */
const MOST_TRIES = 10;

/** What it works on, and how the desk shows it. */
export interface Host {
  readonly shelf: Map<string, DeskCase>;
  readonly state: { readonly open: string | null };
  readonly vault: Vault;
  readonly cache: CaseCache;
  readonly remember: boolean;
  /** Opens a case: by its file where that was fetched. */
  readonly load: (id: string, file?: () => CaseFile) => Promise<void>;
  /** Puts an opened case on the shelf and into the search. */
  readonly take: (opened: OpenedCase) => void;
  readonly draw: () => void;
  readonly renewed: () => void;
  readonly asked: () => Promise<void>;
  /** A look has ended; `whole` where it left nothing out. Days go by without anything new. */
  readonly looked: (whole: boolean) => Promise<void>;
  readonly say: (sentence: string) => void;
  readonly fail: (error: unknown) => void;
}

export class CasePoller {
  /** What the server said when the list was last read; null where something was left for later. */
  private seen: News | null = null;
  /** What the list says of each case that is open here (`rowText`). */
  private readonly rows = new Map<string, string>();
  private said = "";
  private readonly tries = new Map<string, number>();
  private readonly looking = new Poller(() => quietly(() => this.look()), (error) => this.failed(error));

  constructor(private readonly host: Host) {}

  start(): void {
    this.looking.start();
  }

  stop(): void {
    this.looking.stop();
  }

  /** Everything was fetched after the server had said this. */
  know(seen: News): void {
    void this.host.cache.save(this.host.shelf);
    this.seen = this.areMissed() || this.host.vault.leftOver ? null : seen;
  }

  /** Takes up the whole list, what comes first at once; what is not in it any more goes as soon as all of it is known. */
  async putList(list: { readonly now: () => void; readonly soon: () => void }): Promise<void> {
    const { first, rest } = await beginList();
    const whole = rest.then((others) => {
      this.keepOnly([...first, ...others]);
      list.now();
    });
    // Without the others nothing goes; that they did not come is met below.
    whole.catch(() => undefined);
    for (const rows of [first, rest]) await this.putAll(await rows, () => list.soon());
  }

  private keepOnly(rows: readonly CaseRow[]): void {
    const { shelf, vault } = this.host;
    const listed = new Set(rows.map((row) => row.case));
    for (const id of shelf.keys()) if (!listed.has(id)) unshelve(shelf, vault, id);
  }

  /** Takes up all rows of the list, some at once; says of each that it is opened. */
  private putAll(rows: readonly CaseRow[], opened: () => void): Promise<void> {
    // The case on the page is fetched again, and what is open to doubt: under the same row the server may show something else.
    const wanted = rows.filter((row) => row.case === this.host.state.open || !this.isCurrent(row) || this.host.shelf.get(row.case)?.opened?.chainHolds !== true);
    return this.put(wanted, () => true, opened);
  }

  /** Whether the case was taken up by this very row. */
  private isCurrent(row: CaseRow): boolean {
    return this.rows.get(row.case) === rowText(row);
  }

  /** Takes rows of the list up and opens their cases: first what is remembered here, then what must be fetched. `may` is asked of each when its turn comes. */
  private async put(rows: readonly CaseRow[], may: (row: CaseRow) => boolean, opened: () => void): Promise<void> {
    const unknown = new Map<string, CaseRow>();
    for (const row of rows) {
      if (!(await this.remembered(row))) unknown.set(row.case, row);
      else opened();
    }
    await mapWithConcurrency(fetchFiles([...unknown.keys()]), OPENED_AT_ONCE, async ({ id, file }) => {
      const row = unknown.get(id) as CaseRow;
      if (!may(row)) return;
      this.host.shelf.set(id, withRow(row, this.host.shelf.get(id)));
      await this.host.load(id, file);
      opened();
      await breathe();
    });
  }

  /** Shows a case by what is remembered of it under this very row; false where it must be fetched, as a case that is open here already: what is shown of it is what may be written into. */
  private async remembered(row: CaseRow): Promise<boolean> {
    const { shelf, cache } = this.host;
    const known = shelf.get(row.case)?.opened ? null : await cache.find(row).catch(() => null);
    if (known === null) return false;
    this.rows.set(row.case, rowText(row));
    this.host.take(known);
    await breathe();
    return true;
  }

  /** A case was just opened as the server has it now. */
  opened(held: Held): void {
    this.rows.set(held.file.case, rowText(held.file));
    this.host.cache.keep(held);
  }

  /** Fetches what is other than before and nothing else. */
  private async look(): Promise<void> {
    const { host } = this;
    const { shelf, vault } = host;
    const seen = await news.read();
    if (this.seen?.batch === seen.batch && this.seen.cases === seen.cases) {
      this.say("");
      return host.looked(true);
    }
    const before = waitingIn(shelf.values(), vault.staff.member, new Date());
    await vault.renewOffice(new Date());
    host.renewed();
    await vault.collect(new Set(shelf.keys()), () => undefined, host.remember, false);
    const whole = await this.fill();
    this.seen = whole && !this.areMissed() && !vault.leftOver ? seen : null;
    void host.cache.save(shelf);
    if (!isComposing()) await host.asked();
    this.say(whole ? "" : t("Your cases have updates. They will appear when you finish this form."));
    this.tell([...waitingIn(shelf.values(), vault.staff.member, new Date())].filter((id) => !before.has(id)));
    await host.looked(whole);
    vault.pins.report((error) => host.fail(error));
  }

  /** Opens what is new or other in the list; false where something was left because somebody is writing. */
  async fill(): Promise<boolean> {
    const { shelf, state, vault, draw } = this.host;
    const list = await wholeList();
    let whole = true;
    // A step that is being written builds on the case as it is shown: it must not move under it.
    const isFree = (row: CaseRow): boolean => !(shelf.has(row.case) && (isComposing() || isAsking() || (row.case === state.open && isBeingFilled(byId("case")))));
    const may = (row: CaseRow): boolean => {
      const free = isFree(row);
      whole &&= free;
      return free;
    };
    const other = list.filter((row) => !(shelf.get(row.case)?.refused === null && this.isCurrent(row)));
    const unsigned = vault.openings.due(list.map((row) => row.case));
    await this.put(other.filter(may), may, () => undefined);
    await this.put(list.filter((row) => unsigned.has(row.case) && isFree(row)), isFree, () => undefined);
    await vault.pins.keepLeft();
    const left = new Set(list.map((row) => row.case));
    for (const id of shelf.keys()) if (!left.has(id) && !((isComposing() || isAsking()) && id === state.open)) unshelve(shelf, vault, id);
    draw();
    return whole;
  }

  /** Whether the server did not give a case, and it is asked for again though nothing is new. Counts the tries of each. */
  private areMissed(): boolean {
    let again = false;
    for (const { row, missed } of this.host.shelf.values()) {
      const tries = missed === true ? (this.tries.get(row.case) ?? 0) + 1 : 0;
      this.tries.set(row.case, tries);
      again ||= tries > 0 && tries < MOST_TRIES;
    }
    return again;
  }

  private tell(fresh: readonly string[]): void {
    if (fresh.length === 0) return;
    const urgent = fresh.some((id) => this.host.shelf.get(id)?.row.urgent === true);
    announce(urgent ? t("An urgent case has come in.") : t("Cases with something new: {count}.", { count: fresh.length }));
  }

  /** Says how the list is; nothing over a sentence of somebody's own act, unless there is something to say. */
  private say(sentence: string): void {
    if (sentence !== "") this.host.say(sentence);
    else if (this.said !== "" && byId("notice").textContent === this.said) this.host.say(t("Up to date."));
    this.said = sentence;
  }

  private failed(error: unknown): void {
    void this.host.looked(false);
    if (isAlarm(error) || isSessionOver(error)) this.host.fail(error);
    else this.say(t("The server is not responding. This list may be out of date. Trying again…"));
  }
}

/** The desk after sign-in: the queue on one side, the case on the other, one command for each key. */

import { ExclusionMissing } from "../../crypto/staff.js";
import { ask, isAsking } from "../shared/confirmdialog.js";
import { t } from "../shared/strings.js";
import { type CaseFile, DeskRefusal, cases, news } from "./api.js";
import type { CaseActions } from "./actions.js";
import { saveExport } from "./acting/exporting.js";
import { PolicyRefused } from "./acting/precheck.js";
import { drawWithFolds } from "./casepage/folds.js";
import { answersThePast, casePage, renewHead, stopPast } from "./casepage/page.js";
import { type How, changeButton, changeQuestion, changedWords } from "./casepage/readerprompts.js";
import { declinedWords } from "./casepage/proposal.js";
import type { CaseCache } from "./cache/casecache.js";
import { NameRequests } from "./custody/asking.js";
import { Reviewing } from "./custody/reviewing.js";
import { CaseForms, type FormHost } from "./caseforms.js";
import { askBeforeUnload, closeComposer, isComposing, mayLeaveForm, watchWriting } from "./composer.js";
import { device } from "./device.js";
import { drawHead, leavePage, signOutWith } from "./header.js";
import { showHelp } from "./help.js";
import { type Command, listen } from "./shortcuts.js";
import { renderKey, pressTake, sayDone, showAlarm } from "./casepage/pagestate.js";
import { mergingOf } from "./merging/mergehost.js";
import { type OpenedCase, type Proposed, type DeskCase, withRow } from "./opened/model.js";
import { unshelve } from "./opened/unshelving.js";
import type { View } from "./queue/views.js";
import { openTakingDown } from "./onbehalf/form.js";
import { drawSignaturesAndRemovals } from "./queue/signaturesandremovals.js";
import { readIn } from "./queue/attention.js";
import { CasePoller } from "./queue/casepoller.js";
import { Pane } from "./queue/pane.js";
import type { CaseListState } from "./queue/caselist.js";
import { isSessionOver, keepsWriting } from "./sessionend.js";
import { OfficeWords, OtherProposal, unopened } from "./context.js";
import { type SidePage, SidePages, isSidePage } from "./sidepages.js";
import { TabPlace } from "./tabplace.js";
import { Steps } from "./steps.js";
import { TabHistory, browserHistory } from "./tabhistory.js";
import type { Vault } from "./opened/vault.js";
import { Today } from "./today/page.js";
import { byId, fill } from "./ui.js";

const now = (): Date => new Date();

/** One signed-in session; it ends with the page. */
export class Work {
  private readonly shelf = new Map<string, DeskCase>();
  private readonly list: Pane;
  private readonly today: Today;
  private readonly steps: Steps;
  private readonly asking: NameRequests;
  private readonly state: CaseListState;
  private drawn = "";
  private readonly casePoller: CasePoller;
  private readonly room: FormHost;
  private readonly forms: CaseForms;
  private readonly sides: SidePages;
  /** The list is on its way because somebody asked for the first page. */
  private forToday = false;
  private reviewsKnown = false;
  private readonly place = new TabPlace(() => this.state.open, () => this.state.open ?? this.tabHistory.side(isSidePage));
  private readonly tabHistory = new TabHistory(browserHistory(), { show: (id) => this.showStep(id), leave: (again) => this.leave(again) });

  constructor(private readonly vault: Vault, private words: OfficeWords, private readonly remember: boolean, private readonly cache: CaseCache) {
    this.list = new Pane(this.shelf, vault.staff.member, now, words, (id) => void this.show(id), () => this.today.renew());
    this.today = new Today({ shelf: this.shelf, me: vault.staff.member, words, now, open: (id) => void this.show(id), view: (view) => this.list.goTo(view), isSeen: (id) => this.list.seen.has(id), dueDuties: () => this.sides.due, duties: () => void this.openSide("duties") });
    this.state = this.list.state;
    this.steps = new Steps(vault, now);
    this.room = {
      shelf: this.shelf, steps: this.steps, me: vault.staff.member, now, words, load: (id) => this.load(id), show: (id) => void this.show(id),
      mayLeave: mayLeaveForm, fail: (error) => this.fail(error), left: () => this.leftForm(),
      done: (id, sentence) => this.sent(id, sentence),
    };
    this.forms = new CaseForms(this.room);
    this.casePoller = new CasePoller({
      shelf: this.shelf, state: this.state, vault, cache, remember, load: (id, file) => this.load(id, file), take: (opened) => this.take(opened), say: (sentence) => this.say(sentence), fail: (error) => this.fail(error),
      draw: () => this.leftForm(), renewed: () => { this.words.directory = vault.directory; }, asked: () => this.showAsked(), looked: (whole) => this.looked(whole),
    });
    this.asking = new NameRequests(vault, this.steps);
    this.sides = new SidePages(vault, { shelf: this.shelf, me: this.state.me, words, now, back: () => void this.back(), show: (id) => void this.show(id) });
  }

  async start(): Promise<void> {
    drawHead(this.vault, this.words);
    const buttons = { "to-today": () => this.back(true), "log-report": () => this.logReport(), "figures": () => this.openSide("figures"), "duties": () => this.openSide("duties"), "retention": () => this.openSide("retention"), "refresh": () => this.refresh(), "help": showHelp, "sign-out": () => this.signOut() };
    for (const [id, press] of Object.entries(buttons)) byId(id).addEventListener("click", () => void press());
    listen((command) => this.obey(command), () => !device.keysOff());
    askBeforeUnload();
    watchWriting();
    this.tabHistory.start();
    this.place.watch();
    this.today.open();
    await this.refresh();
    this.casePoller.start();
  }

  /** The list and its cases first; then the batch, which takes its time, and what is new by it. Keepers may have signed a leaving since. */
  private async refresh(): Promise<void> {
    this.say(t("Looking for new cases…"));
    try {
      const seen = await news.read();
      await this.vault.renewOffice(now());
      this.words.directory = this.vault.directory;
      drawHead(this.vault, this.words);
      await this.casePoller.putList(this.list);
      this.list.now();
      this.leftForm();
      await this.place.restore(async (id) => (isSidePage(id) ? this.openSide(id) : this.shelf.has(id) ? this.show(id) : undefined));
      await this.vault.pins.keepLeft();
      const accepted = await this.vault.collect(new Set(this.shelf.keys()), (done, total) => this.say(t("Checking for cases newly shared with you: {done} of {total}", { done, total })), this.remember);
      if (accepted > 0) await this.casePoller.fill();
      this.casePoller.know(seen);
      await this.showAsked();
      this.reviewsKnown = await this.drawReviews();
      await this.sides.readDuties();
      this.today.looked(true);
      this.say(accepted > 0 ? t("Up to date.") : t("Up to date. No new cases."));
      this.vault.pins.report((error) => this.fail(error));
    } catch (error) {
      this.today.looked(false);
      this.fail(error);
    }
    this.list.complete();
  }

  private readonly drawReviews = (): Promise<boolean> => new Reviewing(this.vault, this.words).draw().then(() => true);

  /** What came by itself; where signing in could not draw the reviews they are drawn now, never under somebody who writes one. */
  private async looked(whole: boolean): Promise<void> {
    if (whole && !this.reviewsKnown) this.reviewsKnown = await this.drawReviews();
    this.today.looked(whole);
  }

  private showAsked(): Promise<void> {
    return drawSignaturesAndRemovals(this.vault, this.words, readIn(this.shelf.values()), (file, proposal, sign) => void this.answer(file, proposal, sign));
  }

  private async answer(file: CaseFile, proposal: Proposed, sign: boolean): Promise<void> {
    try {
      await (sign ? this.steps.signAsked(file) : this.steps.declineAsked(file));
    } catch (error) {
      this.fail(error);
      return this.refresh();
    }
    await this.refresh();
    this.say(sign ? t("Signed. The change is in effect, and the case is now in your list.") : declinedWords(proposal, this.state.me));
  }

  /** Draws the open case again only where it has changed: a redraw under the pointer or the focus loses a click. */
  private redrawChanged(): void {
    const shelved = this.state.open === null ? undefined : this.shelf.get(this.state.open);
    if (this.state.open === null || renderKey(shelved, this.state) === this.drawn) return;
    if (shelved !== undefined && answersThePast(shelved, this.state.me)) stopPast();
    if (!isComposing()) this.drawCase(false);
    else if (shelved !== undefined) renewHead(shelved, this.words, this.actions(shelved.row.case));
  }

  /** Some of what a form did may show in the list and on the page. */
  private leftForm(): void {
    this.list.now();
    this.redrawChanged();
    this.sides.renew();
  }

  private take(opened: OpenedCase): void {
    this.shelf.set(opened.row.case, { row: opened.row, opened, refused: null });
    this.list.put(opened.row.case, opened);
  }

  private async load(id: string, file?: () => CaseFile): Promise<void> {
    const shelved = this.shelf.get(id);
    if (shelved === undefined) return;
    try {
      const opened = await this.steps.open(shelved.row, file?.());
      if (this.vault.closed) return;
      this.take(opened);
      this.casePoller.opened(this.vault.held(id));
    } catch (error) {
      if (isSessionOver(error)) throw error;
      // Anyone who let this member in broke the exclusion; the member learns nothing, not even that there is a case.
      if (error instanceof ExclusionMissing && error.excluded.includes(this.vault.staff.member)) return unshelve(this.shelf, this.vault, id);
      this.shelf.set(id, unopened(shelved.row, error));
    }
  }

  private async show(id: string): Promise<void> {
    if (!(await mayLeaveForm())) return;
    this.tabHistory.add(id);
    await this.showCase(id);
  }

  private async showCase(id: string): Promise<void> {
    this.state.open = id;
    this.list.mark();
    this.drawCase(true);
    if (this.shelf.get(id)?.opened === null) {
      await this.load(id);
      if (this.state.open === id && !isComposing()) this.drawCase(true);
    }
  }

  /** What Back and Forward lead to; a form that somebody writes in is closed first, and that is all. */
  private showStep(id: string | null): boolean {
    if (isAsking()) return false;
    const writing = isComposing();
    if (writing) void this.back();
    else if (id === null) this.showList();
    else if (isSidePage(id)) this.showSide(id);
    else void this.showCase(id);
    return !writing;
  }

  /** One Back too many signs nobody out, two do. */
  private leave(again: boolean): void {
    if (isComposing() || isAsking()) this.showStep(null);
    else if (again) void this.signOut();
    else this.say(t("Press Back again right away to sign out."));
  }

  private showList(): void {
    const before = this.state.open;
    this.state.open = null;
    this.list.mark();
    this.drawCase(false);
    if (this.forToday) this.today.focus();
    else if (before === null) this.sides.focus();
    else document.getElementById(`row-${before}`)?.focus();
    this.forToday = false;
  }

  private closeForm(): void {
    closeComposer();
    this.leftForm();
  }

  private drawCase(focus: boolean): void {
    const shelved = this.state.open === null ? undefined : this.shelf.get(this.state.open);
    this.drawn = renderKey(shelved, this.state);
    byId("work").classList.toggle("case-open", shelved !== undefined);
    if (shelved === undefined) {
      this.state.open = null;
      byId("case").removeAttribute("data-case");
      return this.today.open();
    }
    const { case: id } = shelved.row;
    drawWithFolds(id, focus, () => fill(byId("case"), casePage(shelved, this.words, this.actions(id))));
    this.list.sayListed();
    if (!focus) return;
    this.say("");
    byId("case-title").focus({ preventScroll: true });
    byId("case").scrollTop = 0;
    window.scrollTo(0, 0);
  }

  private actions(id: string): CaseActions {
    return {
      me: this.state.me,
      now,
      open: (...choices) => void this.forms.act(id, choices, (handle) => this.asking.read(handle)),
      read: (declared, to) => void this.act(id, () => this.steps.read(id, declared, to), t("Recorded.")),
      merging: mergingOf(id, this.room),
      take: () => void this.act(id, () => this.steps.take(id), t("You have taken the case.")),
      exportCase: () => void this.act(id, () => this.steps.recordExport(id), t("The export has been recorded.")).then(() => saveExport(this.vault, this.shelf.get(id)?.opened ?? null)),
      compose: (kind) => void this.forms.compose(id, kind),
      letters: (start) => void this.forms.letters(id, start),
      publish: () => void this.forms.publish(id, (handle) => this.asking.read(handle)),
      add: (member) => void this.changeReaders(id, member, "add"),
      remove: (member) => void this.changeReaders(id, member, "remove"), keepOut: (member) => void this.changeReaders(id, member, "keep-out"),
      countersign: (shown) => void this.act(id, () => this.steps.countersign(id, shown), t("Signed. The change of readers is in effect.")),
      decline: (shown) => void this.act(id, () => this.steps.decline(id, shown), declinedWords(shown, this.state.me)),
      declineStep: (n) => void this.forms.decline(id, n),
      resendNotice: () => void this.act(id, () => this.steps.resendNotice(id), t("The reporter has been told again.")),
      renew: () => void this.act(id, () => this.steps.renew(id), t("The case has a new key.")),
      custody: this.asking.actions(id, (work, done) => void this.act(id, work, done)),
      back: () => void this.back(),
      failed: (error) => this.fail(error),
      fetch: (entry, file, progress) => this.vault.attachment(id, entry, file, progress),
    };
  }

  private async openSide(page: SidePage): Promise<void> {
    if (!(await mayLeaveForm())) return;
    this.tabHistory.add(page);
    this.showSide(page);
  }

  private showSide(page: SidePage): void {
    this.state.open = null;
    this.list.mark();
    this.sides.open(page);
  }

  /** The form of a report that this member takes down for somebody. */
  private async logReport(): Promise<void> {
    if (!(await mayLeaveForm())) return;
    this.state.open = null;
    this.list.mark();
    openTakingDown(this.vault, this.words, now, () => {
      this.drawCase(false);
      void this.refresh();
    });
  }

  private async changeReaders(id: string, member: string, how: How): Promise<void> {
    const before = this.shelf.get(id)?.opened;
    const agreed = await ask(changeQuestion(this.words, member, how), { yes: changeButton(how) });
    if (agreed && this.shelf.get(id)?.opened !== before) return this.say(t("The case changed while you were asked. Look at it again."));
    if (agreed) await this.act(id, () => this.steps.change(id, member, how), changedWords(this.words, member, how));
  }

  private async act(id: string, work: () => Promise<void | boolean>, done: string): Promise<void> {
    // The page is drawn again after it, and with it what somebody writes there.
    if (!(await mayLeaveForm())) return;
    if (isComposing()) this.closeForm();
    this.say(t("Encrypting and sending"));
    try {
      const inForce = await this.forms.again(id, work);
      await this.reload(id, inForce === false ? t("Proposed. It takes effect once a second person has signed.") : done);
    } catch (error) {
      const moved = error instanceof DeskRefusal && ["head-moved", "proposal-open"].includes(error.code);
      if (moved || error instanceof PolicyRefused || error instanceof OtherProposal) await this.reload(id, "");
      // What the policy refuses stands on the page that was just drawn again.
      if (!(error instanceof PolicyRefused)) this.fail(error);
    }
  }

  /** A form is done: what is known of the case by now is drawn at once, and no form that is opened meanwhile is taken away. */
  private sent(id: string, sentence: string): Promise<void> {
    if (this.state.open === id) this.closeForm();
    return this.reload(id, sentence);
  }

  private async reload(id: string, done: string): Promise<void> {
    const row = await cases.find(id);
    if (row === null) unshelve(this.shelf, this.vault, id);
    else {
      this.shelf.set(id, withRow(row, this.shelf.get(id)));
      await this.load(id);
    }
    this.list.now();
    if (this.state.open === id && !isComposing()) this.drawCase(true);
    sayDone(done, this.state.open === id);
  }

  /** Closes the form that stands open, else what is shown; for the first page (`today`) both, and it is read from its head. */
  private async back(today = false): Promise<void> {
    if (!(await mayLeaveForm())) return;
    const form = isComposing();
    if (form) this.closeForm();
    this.forToday = today;
    if ((today || !form) && !this.tabHistory.toList()) this.showList();
  }

  private obey(command: Command): void {
    const id = this.state.open;
    const opened = id === null ? null : (this.shelf.get(id)?.opened ?? null);
    if (command === "next" || command === "previous") this.list.move(command === "next" ? 1 : -1);
    else if (command === "open" && this.list.first() !== null) void this.show(this.list.first() ?? "");
    else if (command.startsWith("view-")) this.list.showView(command.slice("view-".length) as View);
    else if (command === "search") byId("search").focus();
    else if (command === "help") showHelp();
    else if (command === "today" || command === "back") void this.back(command === "today");
    else if (command === "figures") void this.openSide("figures");
    else if (id !== null && opened !== null) this.obeyInCase(command, id);
  }

  private obeyInCase(command: Command, id: string): void {
    if (command === "policy") document.querySelector<HTMLElement>(".acts button, .acts summary")?.focus();
    if (command === "take") void pressTake();
    else if (command === "reply" || command === "status" || command === "note") void this.forms.compose(id, command);
  }

  /** Tells the server, forgets the keys, and leaves nothing of the page. */
  private async signOut(): Promise<void> {
    if (!(await mayLeaveForm())) return;
    if (isComposing()) closeComposer();
    this.casePoller.stop();
    await signOutWith(this.vault, async () => {
      await this.cache.save(this.shelf, true);
      this.list.clear();
      this.shelf.clear();
    });
  }

  private say(sentence: string): void {
    fill(byId("notice"), sentence);
  }

  private fail(error: unknown): void {
    if (keepsWriting(error)) return;
    if (!isSessionOver(error)) {
      this.say("");
      return showAlarm(error);
    }
    this.vault.wipe();
    leavePage();
  }
}

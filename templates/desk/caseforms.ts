/** The forms of a case: each opens only where the case may be written in, and goes only once the server has what stands in it. */

import type { Act } from "../../casework/index.js";
import { listed } from "../shared/officetext.js";
import { msg, t } from "../shared/strings.js";
import type { LetterStart } from "./actions.js";
import { type Choice, allows } from "./acting/choices.js";
import { settingOf, stepTitle } from "./acting/codeparts.js";
import { openDeclining } from "./acting/decliningform.js";
import { type Sending, openAct } from "./acting/form.js";
import { StepSending } from "./acting/sending.js";
import { type Kind, type Written, openComposer, sendWritten } from "./composer.js";
import { type ActDraft, SILENT } from "./acting/precheck.js";
import { actTitle } from "./acting/words.js";
import { isAlarm } from "./context.js";
import { openLetters } from "./letters/writer.js";
import type { MergeHost } from "./merging/mergehost.js";
import { type OpenedCase, othersOf } from "./opened/model.js";
import { NotPublishable, type Publishing, openPublication } from "./publication/form.js";
import { type Offer, isPublishing, offerNow, offersOf } from "./publication/offers.js";
import { again } from "./retry.js";
import { isSessionOver } from "./sessionend.js";
import type { Steps } from "./steps.js";

const PUBLISHED: Act = "published";

/** What these forms need of the desk. */
export interface FormHost extends MergeHost {
  readonly steps: Steps;
}

export class CaseForms {
  constructor(private readonly room: FormHost) {}

  async compose(id: string, kind: Kind): Promise<void> {
    const { words, me, now } = this.room;
    const opened = await this.writable(id);
    // By its key too: where the policy does not let the member write, the page has no button for it.
    if (opened !== null && allows(opened.ruled, kind === "note" ? "noted" : "replied", me, now())) openComposer(kind, opened, words, (chosen, written, progress) => this.send(id, chosen, written, progress));
  }

  async letters(id: string, start?: LetterStart): Promise<void> {
    const { words, me, now, steps } = this.room;
    const opened = await this.writable(id);
    if (opened === null) return;
    openLetters({ opened, words, me, now }, (kind, text, step) => this.sending(id, step !== null || kind === "letter" ? t("Encrypted and sent to the reporter.") : t("Encrypted and added to the case."), () => steps.paper(id, kind, text, step)), start);
  }

  /** The form of publication, what the step of that name records before the rest; where nothing may be published by this member, the page says why. */
  async publish(id: string, read: Publishing["read"]): Promise<void> {
    const { words, me, now, steps } = this.room;
    const opened = await this.writable(id);
    if (opened === null) return;
    const may = offersOf(opened, words, me, now()).filter(({ why }) => why === null);
    const offers = [...may.filter(({ act }) => act === PUBLISHED), ...may.filter(({ act }) => act !== PUBLISHED)];
    if (offers.length === 0) return document.getElementById("publication-title")?.focus();
    const record = async (offer: Offer, text: string): Promise<void> => {
      // Judged again by the case as it stands then.
      const { act, why } = offerNow(offersOf(this.opened(id) ?? opened, words, me, now()), offer);
      if (why !== null) throw new NotPublishable(why);
      if (act === "noted") await steps.note(id, text, [], () => undefined, "publication");
      else await steps.act(id, { ...SILENT, act, audience: "office", text, published: true }, () => undefined);
    };
    openPublication({ opened, words, offers, read, send: (offer, text) => this.sending(id, t("Signed and recorded for the colleagues who read this case. Nothing was sent to the reporter."), () => record(offer, text)) });
  }

  /** The form with which this member does not agree to what a colleague asked for at `n` of the record, or takes back what they asked for. */
  async decline(id: string, n: number): Promise<void> {
    const opened = await this.writable(id);
    if (opened?.ruled == null) return;
    const { words, me, steps } = this.room;
    const done = opened.ruled.found.events[n]?.by === me ? msg("Recorded: you withdrew your request. Colleagues who read this case can see it. Nothing was sent to the reporter.") : msg("Recorded: you declined. Colleagues who read this case can see it. Nothing was sent to the reporter.");
    openDeclining(opened, opened.ruled, n, { words, me }, (text) => this.sending(id, t(done), () => steps.declineStep(id, n, text)), () => this.room.left());
  }

  async act(id: string, choices: readonly [Choice, ...Choice[]], read: Publishing["read"]): Promise<void> {
    const { room: host } = this;
    const shown = this.opened(id);
    if (choices.length === 1 && shown !== null && isPublishing(choices[0].act, offersOf(shown, host.words, host.me, host.now()))) return this.publish(id, read);
    const { me, now, words } = host;
    const opened = await this.writable(id);
    if (opened === null || opened.ruled === null) return;
    const steps = new StepSending({ me, opened: () => this.opened(id), load: () => host.load(id), act: (draft, progress) => this.trying(id, () => host.steps.act(id, draft, progress)) });
    openAct(choices, settingOf(opened.ruled, opened, { words, me, now }, othersOf(id, host.shelf.values()), choices.length > 1 ? me : null), this.stepsOf(id, steps));
  }

  /** What becomes of the steps of a form; it says to whom their words went. */
  private stepsOf(id: string, steps: StepSending): Sending {
    const sent: Done[] = [];
    return {
      send: async (draft, progress) => {
        const done = doneOf(draft, this.opened(id));
        await steps.send(draft, progress);
        sent.push(done);
        // The page above the form says where the case stands now, whatever becomes of the steps that follow.
        this.room.left();
      },
      between: () => steps.requireSeen(), left: () => this.room.left(),
      done: () => this.room.done(id, doneWords(sent)),
    };
  }

  /** Tries once more where colleagues wrote meanwhile. */
  again<T>(id: string, work: () => Promise<T>): Promise<T> {
    return again(work, () => this.opened(id), () => this.room.load(id));
  }

  private opened(id: string): OpenedCase | null {
    return this.room.shelf.get(id)?.opened ?? null;
  }

  /** The case, where it may be written in and no other form would be lost. */
  private async writable(id: string): Promise<OpenedCase | null> {
    const may = this.opened(id)?.chainHolds === true && (await this.room.mayLeave());
    // The case may have been loaded again meanwhile.
    const opened = may ? this.opened(id) : null;
    return opened?.chainHolds === true ? opened : null;
  }

  private send(id: string, kind: Kind, written: Written, progress: (done: number) => void): Promise<void> {
    return this.sending(id, kind === "note" ? t("Encrypted and added to the case.") : t("Encrypted and sent to the reporter."), () => sendWritten(this.room.steps, id, kind, written, progress));
  }

  /** Sends what stands in a form; the form goes only once the server has it. */
  private async sending(id: string, done: string, work: () => Promise<void>): Promise<void> {
    await this.trying(id, work);
    await this.room.done(id, done);
  }

  private async trying(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await this.again(id, work);
    } catch (error) {
      if (isAlarm(error) || isSessionOver(error)) this.room.fail(error);
      // What was fetched again may have changed what the form answers.
      else this.room.left();
      throw error;
    }
  }
}

/** A step that was sent: what it is called in its case, and who reads its words. */
export interface Done extends Pick<ActDraft, "audience"> {
  readonly name: string;
}

/** The step by the case as it stands before it: who names the first handler reassigns nothing. */
export function doneOf({ act, audience }: ActDraft, opened: OpenedCase | null): Done {
  return { name: opened === null ? actTitle(act) : stepTitle(act, { opened }), audience };
}

/** What became of the steps of one form; of several each by its name. */
export function doneWords(sent: readonly Done[]): string {
  const namesOf = (steps: readonly Done[]): string => listed(steps.map(({ name }) => name));
  const told = sent.filter(({ audience }) => audience === "reporter");
  if (sent.length > 1 && told.length > 0) return t("Signed and recorded: {acts}. Sent to the reporter: {told}.", { acts: namesOf(sent), told: namesOf(told) });
  if (sent.length > 1) return t("Signed and recorded for the colleagues who read this case: {acts}. Nothing was sent to the reporter.", { acts: namesOf(sent) });
  return told.length > 0 ? t("Signed, recorded and sent to the reporter.") : t("Signed and recorded for the colleagues who read this case. Nothing was sent to the reporter.");
}

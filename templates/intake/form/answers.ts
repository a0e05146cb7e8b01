/** What the reporter has told so far; held in this page's memory and nowhere else. */

import { type Attachment, DRAFT_SIZE, type Entity, type Holders, type Json, type StoredCase, type NewCase, PART_SIZE, type Receipt, type ReporterKeys, type Seen, chooseHolders, eligibleHolders, type Member, utf8 } from "../../../crypto/index.js";
import { isLongAccount } from "../../shared/accounts.js";
import { type Answer, type PolicyPage, type Question, fits, shown } from "../../shared/questionnaire.js";
import type { ReadyFile } from "../clean/clean.js";
import type { Done } from "../clean/outcome.js";
import { type Office, policiesOf, servedEntities, today } from "../office.js";
import { type Terms, termsOf } from "../sending/terms.js";
import { type Note, everShorter, previewOf, readNotes, stampOf } from "./notes.js";

/** All drafts have one length; where it is scarce, the notes on the files give way to what was written. */
const ROOM = 28_000;
/** The bytes that a file takes in a draft at most besides its name, and each of its parts. */
const [FILE_ROOM, PART_ROOM] = [400, 50];
/** The keys of a case that is not drawn yet. */
const CASE_ROOM = 1_000;

export type Level = "anonymous" | "sealed" | "named";

/** A file of the report: cleaned, and once it is up, what the item will carry. */
export interface Chosen {
  readonly file: ReadyFile | null;
  readonly kept: Attachment | null;
  /** The day on which it came to the server, from which its term runs; null while it has not. */
  readonly came: string | null;
  /** What cleaning it did; null in drafts that do not say it. */
  readonly done: Done | null;
  /** A picture, small. */
  readonly preview: HTMLCanvasElement | null;
}

/** The keys of a receipt that has been shown, and the number of the last draft under it. */
export interface DraftKeys {
  readonly receipt: Receipt;
  readonly keys: ReporterKeys;
  draftSeq: number;
}

export class ReportDraft {
  entity: string;
  /** Whether the company was chosen, where there are several; until then `entity` is the first of them. */
  entityChosen: boolean;
  /** Whether the first step asks for it: what was chosen before stands there as settled. */
  entityOpen: boolean;
  policy: string;
  /** Whether the matter was chosen, where there are several. */
  decided: boolean;
  category = "";
  account = "";
  urgent = false;
  level: Level = "anonymous";
  answers = new Map<string, Answer>();
  excluded = new Set<string>();
  files: Chosen[] = [];
  counter = 0;
  /** Files that are being cleaned, which are not among `files` yet. */
  cleaning = 0;
  /** Whether a saved file was removed since the draft was saved. */
  removed = false;
  /** Whether the fold of the details is open. */
  detailsOpen = false;
  /** The step that was on the screen when it was saved; null where a draft does not say it. */
  step: string | null = null;
  newCase: NewCase | null = null;
  kept: DraftKeys | null = null;
  /** What was chosen under each policy, which coming back to it brings again. */
  readonly #categories = new Map<string, string>();

  /** `chosen` is the company that was chosen on the first page. */
  constructor(readonly office: Office, chosen: string | null = null) {
    const entities = servedEntities(office);
    const found = entities.find(({ id }) => id === chosen);
    this.entity = (found ?? entities[0])?.id ?? "";
    this.entityChosen = found !== undefined || entities.length <= 1;
    this.entityOpen = !this.entityChosen;
    const policies = policiesOf(office, this.entity);
    this.policy = policies[0]?.id ?? "";
    this.decided = policies.length <= 1;
  }

  get entityRow(): Entity {
    return this.office.directory.entity(this.entity);
  }

  get document(): PolicyPage {
    const found = this.office.policies.get(this.policy);
    if (!found) throw new Error("no policy chosen");
    return found;
  }

  /** What was chosen stays chosen where the other company has it too. */
  chooseEntity(id: string): void {
    const first = !this.entityChosen;
    this.entity = id;
    this.entityChosen = true;
    const policies = policiesOf(this.office, id);
    if (!first && policies.some((one) => one.id === this.policy)) {
      this.decided ||= policies.length === 1;
      return;
    }
    this.choosePolicy(policies[0]?.id ?? "");
    this.decided = policies.length <= 1;
  }

  /** Nothing that was told goes: answers that the policy does not ask for wait, and who is left out stays left out. */
  choosePolicy(id: string): void {
    if (this.decided) this.#categories.set(this.policy, this.category);
    this.policy = id;
    this.decided = true;
    this.category = this.#categories.get(id) ?? "";
  }

  /** Questions that show now: no condition, or one that an answer to a question that shows meets. */
  questions(): Question[] {
    const fitting = this.document.questions.flatMap((question): [string, Answer][] => {
      const value = this.answers.get(question.id);
      return value !== undefined && fits(question, value) ? [[question.id, value]] : [];
    });
    return shown(this.document, this.category, new Map(fitting));
  }

  /** What was answered to a question of the policy; an answer to another one of this name is none. */
  answer(id: string): Answer | undefined {
    const question = this.document.questions.find((one) => one.id === id);
    const value = this.answers.get(id);
    return question && value !== undefined && fits(question, value) ? value : undefined;
  }

  /** How many answers nothing asks for now. */
  unasked(): number {
    const given = new Set(this.givenAnswers().map(({ id }) => id));
    return [...this.answers].filter(([id, value]) => value.length > 0 && !given.has(id)).length;
  }

  /** Everyone who would read it by default. */
  readers(): Member[] {
    return eligibleHolders(this.office.directory, this.entity, this.policy, this.category || "other");
  }

  /** They, and anyone left out before the matter or the company was changed: in no way may it come to them. */
  people(): Member[] {
    const readers = this.readers();
    const others = [...this.excluded].filter((id) => !readers.some((one) => one.id === id));
    return [...readers, ...others.flatMap((id) => this.office.directory.validMember(id) ?? [])];
  }

  /** Who will read it after what was ticked; throws `excluded` when nobody is left. */
  holders(): Holders {
    return this.#holdersBut([...this.excluded]);
  }

  #holdersBut(ids: readonly string[]): Holders {
    return chooseHolders(this.office.directory, this.entity, this.policy, this.category || "other", ids);
  }

  /** Who would read it if these were left out; null where nobody would be left. */
  holdersWithout(ids: readonly string[]): Holders | null {
    try {
      return this.#holdersBut(ids);
    } catch {
      return null;
    }
  }

  givenAnswers(): { id: string; value: string | string[] }[] {
    return this.questions().flatMap(({ id }) => {
      const value = this.answer(id);
      return value === undefined || value.length === 0 ? [] : [{ id, value: typeof value === "string" ? value : [...value] }];
    });
  }

  /** Long accounts travel as `account.txt`: a sealed text has a largest size. */
  get longAccount(): Blob | null {
    return isLongAccount(this.account) ? new Blob([this.account], { type: "text/plain" }) : null;
  }

  /** Whether the last save of this report is in the mailbox: its receipt was shown before. */
  get saved(): boolean {
    return (this.kept?.draftSeq ?? 0) > 0;
  }

  /** The days on which the files of the draft came. */
  get came(): string[] {
    return this.files.flatMap(({ came }) => came ?? []);
  }

  /** What a sealed draft keeps; files must be up. */
  toDraft(): unknown {
    const { category, account, urgent, level } = this;
    const [entity, policy] = this.entityChosen ? [this.entity, this.policy] : ["", ""];
    const answers = [...this.answers].map(([id, value]) => ({ id, value }));
    const up = this.files.filter(({ kept }) => kept !== null);
    const files = up.map(({ kept }) => kept);
    const notes = everShorter(up.map(({ came, done, preview }) => ({ came, done, stamp: stampOf(preview) })));
    const draft = { v: 1, step: this.step, entity, policy, category, account, urgent, level, answers, excluded: [...this.excluded], files, kept: this.newCase?.keep() ?? null, directory: this.office.directory.seen, saved: today() };
    const drafts = notes.map((one) => ({ ...draft, notes: one }));
    return drafts.find((one) => utf8(JSON.stringify(one)).length <= ROOM) ?? drafts.at(-1);
  }

  /** What a draft has no room for: what was written, or the keys and hashes of the files, those that are not sent yet included. */
  noRoomFor(): "account" | "files" | null {
    const draft = this.toDraft() as { readonly files: readonly unknown[] };
    const length = (files: readonly unknown[]): number => CASE_ROOM + utf8(JSON.stringify({ ...draft, notes: [], files })).length;
    if (length([]) > DRAFT_SIZE) return "account";
    const coming = this.files.flatMap(({ file, kept }) => (kept === null && file ? [FILE_ROOM + utf8(file.name).length + PART_ROOM * Math.ceil(file.content.size / PART_SIZE)] : []));
    return coming.reduce((sum, room) => sum + room, length(draft.files)) > DRAFT_SIZE ? "files" : null;
  }

  #placed({ entity, policy, category }: DraftContent): void {
    this.chooseEntity(entity);
    this.entityOpen = false;
    this.choosePolicy(policy);
    this.decided = category !== "" || policiesOf(this.office, entity).length <= 1;
    this.category = category;
  }

  /** Takes up an opened draft, which the reporter's own key has authenticated. */
  async fromDraft(content: Json): Promise<StoredCase | null> {
    const draft = content as unknown as DraftContent;
    if (draft.entity !== "") this.#placed(draft);
    this.account = draft.account;
    this.step = typeof draft.step === "string" ? draft.step : null;
    this.urgent = draft.urgent;
    this.level = draft.level;
    this.answers = new Map(draft.answers.map(({ id, value }) => [id, value]));
    this.detailsOpen = this.givenAnswers().length > 0;
    this.excluded = new Set(draft.excluded);
    const notes = notesOf(draft);
    const previews = await Promise.all(notes.map(({ stamp }) => previewOf(stamp)));
    this.files = draft.files.map((kept, at) => ({ file: null, kept, came: notes[at]?.came ?? null, done: notes[at]?.done ?? null, preview: previews[at] ?? null }));
    return draft.kept;
  }
}

interface DraftContent {
  /** Drafts of an earlier release do not say it. */
  readonly step?: unknown;
  /** Empty where none was chosen yet; so is the policy then. */
  readonly entity: string;
  readonly policy: string;
  readonly category: string;
  readonly account: string;
  readonly urgent: boolean;
  readonly level: Level;
  readonly answers: readonly { readonly id: string; readonly value: Answer }[];
  readonly excluded: readonly string[];
  readonly files: readonly Attachment[];
  /** One for each file; drafts of an earlier release have none. */
  readonly notes?: readonly unknown[];
  readonly kept: StoredCase | null;
  readonly directory: Seen;
  /** Drafts of an earlier release do not say it. */
  readonly saved?: string;
}

function notesOf({ files, notes, saved }: DraftContent): Note[] {
  return readNotes(files, notes, saved);
}

/** Until when a draft is kept, whose files that are still there came on these days; null where it does not say when it was saved. */
export function termsOfDraft(content: Json, came: readonly string[]): Terms | null {
  const { saved } = content as unknown as DraftContent;
  return saved === undefined ? null : termsOf(saved, came);
}

/** The newest directory that the writer of a draft had seen. */
export function seenByDraft(content: Json): Seen {
  return (content as unknown as DraftContent).directory;
}

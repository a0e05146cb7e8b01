/** What the reporter has told so far; held in this page's memory and nowhere else. */

import { type Attachment, type Entity, type Holders, type Json, type KeptCase, type NewCase, type Receipt, type ReporterKeys, type Seen, chooseHolders, eligibleHolders, type Member } from "../../../crypto/browser/index.js";
import { isLongAccount } from "../../shared/accounts.js";
import { type Answer, type PolicyPage, type Question, shown } from "../../shared/questionnaire.js";
import type { ReadyFile } from "../clean/clean.js";
import { type Office, policiesOf, servedEntities, today } from "../office.js";

export type Level = "anonymous" | "sealed" | "named";

/** A file of the report: cleaned, and once it is up, what the item will carry. */
export interface Chosen {
  readonly file: ReadyFile | null;
  readonly kept: Attachment | null;
}

/** The keys of a receipt that has been shown, and the number of the last draft under it. */
export interface Kept {
  readonly receipt: Receipt;
  readonly keys: ReporterKeys;
  draftSeq: number;
}

export class Telling {
  entity: string;
  policy: string;
  category = "";
  account = "";
  urgent = false;
  level: Level = "anonymous";
  answers = new Map<string, Answer>();
  excluded = new Set<string>();
  files: Chosen[] = [];
  counter = 0;
  newCase: NewCase | null = null;
  kept: Kept | null = null;

  constructor(readonly office: Office) {
    const entity = servedEntities(office)[0];
    this.entity = entity?.id ?? "";
    this.policy = policiesOf(office, this.entity)[0]?.id ?? "";
  }

  get entityRow(): Entity {
    return this.office.directory.entity(this.entity);
  }

  get document(): PolicyPage {
    const found = this.office.policies.get(this.policy);
    if (!found) throw new Error("no policy chosen");
    return found;
  }

  chooseEntity(id: string): void {
    this.entity = id;
    this.choosePolicy(policiesOf(this.office, id)[0]?.id ?? "");
  }

  /** Another policy asks other questions: what was answered to those of the one before is not sent with it. */
  choosePolicy(id: string): void {
    this.policy = id;
    this.category = "";
    this.answers.clear();
    this.excluded.clear();
  }

  /** Questions that show now: no condition, or one that an answer to a question that shows meets. */
  questions(): Question[] {
    return shown(this.document, this.category, this.answers);
  }

  /** Everyone who would read it by default. */
  readers(): Member[] {
    return eligibleHolders(this.office.directory, this.entity, this.policy, this.category || "other");
  }

  /** Who will read it after what was ticked; throws `excluded` when nobody is left. */
  holders(): Holders {
    return chooseHolders(this.office.directory, this.entity, this.policy, this.category || "other", [...this.excluded]);
  }

  givenAnswers(): { id: string; value: string | string[] }[] {
    return this.questions().flatMap(({ id }) => {
      const value = this.answers.get(id);
      return value === undefined || value.length === 0 ? [] : [{ id, value: typeof value === "string" ? value : [...value] }];
    });
  }

  /** Long accounts travel as `account.txt`: a sealed text has a largest size. */
  get longAccount(): Blob | null {
    return isLongAccount(this.account) ? new Blob([this.account], { type: "text/plain" }) : null;
  }

  /** What a sealed draft keeps; files must be up. */
  toDraft(): unknown {
    const { entity, policy, category, account, urgent, level } = this;
    const answers = [...this.answers].map(([id, value]) => ({ id, value }));
    const files = this.files.flatMap(({ kept }) => kept ?? []);
    return { v: 1, entity, policy, category, account, urgent, level, answers, excluded: [...this.excluded], files, kept: this.newCase?.keep() ?? null, directory: this.office.directory.seen, saved: today() };
  }

  /** Takes up an opened draft, which the reporter's own key has authenticated. */
  fromDraft(content: Json): unknown {
    const draft = content as unknown as DraftContent;
    this.chooseEntity(draft.entity);
    this.choosePolicy(draft.policy);
    this.category = draft.category;
    this.account = draft.account;
    this.urgent = draft.urgent;
    this.level = draft.level;
    this.answers = new Map(draft.answers.map(({ id, value }) => [id, value]));
    this.excluded = new Set(draft.excluded);
    this.files = draft.files.map((kept) => ({ file: null, kept }));
    return draft.kept;
  }
}

interface DraftContent {
  readonly entity: string;
  readonly policy: string;
  readonly category: string;
  readonly account: string;
  readonly urgent: boolean;
  readonly level: Level;
  readonly answers: readonly { readonly id: string; readonly value: Answer }[];
  readonly excluded: readonly string[];
  readonly files: readonly Attachment[];
  readonly kept: KeptCase | null;
  readonly directory: Seen;
  /** Drafts of an earlier release do not say it. */
  readonly saved?: string;
}

/** The day on which a draft was last saved, or null. */
export function savedOn(content: Json): string | null {
  return (content as unknown as DraftContent).saved ?? null;
}

/** The newest directory that the writer of a draft had seen. */
export function seenByDraft(content: Json): Seen {
  return (content as unknown as DraftContent).directory;
}

/** What a member does to a case: each step is a signed event with the sealed item or grant that it brings. */

import {
  CLAIMED, type CaseView, CryptoError, type EventText, type Grant, type Regrant, type SealTo, b64decode, sealAttachment, sealDecision, sealNote,
  sealNotice, sealOfficeKey, sealRegrant, sealReply, sealStatus, sealUnsealing, signEvent, systemRng, resendNotice, recordedProof, tooOften, unannouncedEpochs, type UnsealingNotice,
  type IdentityText, drawPackets, sealCustody, sealName, verifyEvents,
} from "../../crypto/staff.js";
import { readPacket } from "../../crypto/case/grantbody.js";
import { type Event, STEP_DECLINED, applyEvents, askedWords, isDeciding, noteKind, traitOf } from "../../casework/index.js";
import { type Declared, decideDeclared, readNames } from "./opened/declarations.js";
import { wasLast } from "./acting/exporting.js";
import { PolicyRefused, SILENT, type ActDraft, attempt, decisionOf, namesOf } from "./acting/precheck.js";
import { type CaseFile, type CaseRow, DeskRefusal, type SignedEvent, type Step, blobs, cases, custody } from "./api.js";
import type { How } from "./casepage/readerprompts.js";
import { todayIn } from "./days.js";
import { device } from "./device.js";
import { type Attachment, OFFICE_KEY, type OpenedCase, type PaperKind, type Proposed, type Ruled, type StatusText } from "./opened/model.js";
import type { LetterStep } from "./letters/letterstep.js";
import { isSessionOver } from "./sessionend.js";
import { verifiedOffice } from "./trusted/office.js";
import { grantOf, proposalOf, signProposal } from "./opened/regranting.js";
import { OtherProposal, TooOften, Waits } from "./context.js";
import { rulingOf } from "./opened/casestate.js";
import type { Vault } from "./opened/vault.js";
import { isOnlyRoutine } from "./retry.js";

const TRIES = 3;
const PAUSE_MS = 1500;
/** Stands for the hash of an item that is not sealed yet. */
const PLACE = "-";

/** A step ready to go: what the event names and what travels beside it. */
interface Load {
  readonly kind: string;
  readonly data: EventText["data"];
  readonly item: unknown;
  readonly files: readonly Attachment[];
  readonly grant: Step["grant"];
}

type Progress = (done: number) => void;

/** The steps of one member; every one begins by verifying the office again, and nothing leaves before that. */
export class Steps {
  constructor(private readonly vault: Vault, private readonly now: () => Date) {}

  /** Opens a case, by its file where that was just fetched, and signs once under each key what this member was shown: so colleagues see that all were shown the same. */
  async open(row: CaseRow, file?: CaseFile): Promise<OpenedCase> {
    const opened = await this.vault.open(row, file);
    const { own, opened: by } = opened.claims;
    if (own === null || by.has(this.vault.staff.member)) this.vault.openings.forget(row.case);
    else if (opened.chainHolds) {
      const write = (): Promise<void> => this.write(row.case, { kind: CLAIMED, data: own, item: null, files: [], grant: null });
      if (await this.vault.openings.sign(row.case, write, file !== undefined)) return this.vault.open(row);
    }
    return opened;
  }

  /** Writes that this member handles the case. */
  async take(id: string): Promise<void> {
    await this.ready(id);
    await this.write(id, { kind: "taken", data: {}, item: null, files: [], grant: null });
  }

  async reply(id: string, text: string, files: readonly File[], progress: Progress): Promise<void> {
    const view = await this.readyToWrite(id);
    const attachments = await upload(view.toReporter(), files, progress);
    const { item, hash } = await sealReply(this.vault.staff, this.vault.directory, view, { text, attachments, day: this.today(id) }, systemRng);
    await this.write(id, { kind: "replied", data: { item: hash }, item, files: attachments, grant: null });
  }

  async status(id: string, status: StatusText): Promise<void> {
    const view = await this.readyToWrite(id);
    const { item, hash } = await sealStatus(this.vault.staff, this.vault.directory, view, { ...status, day: this.today(id) }, systemRng);
    await this.write(id, { kind: "replied", data: { item: hash }, item, files: [], grant: null });
  }

  /** Tells the reporter of a request for a sealed identity. */
  async tellUnsealing(id: string, notice: UnsealingNotice): Promise<void> {
    const view = await this.readyToWrite(id);
    const { item, hash } = await sealUnsealing(this.vault.staff, this.vault.directory, view, { ...notice, day: this.today(id) }, systemRng);
    await this.write(id, { kind: "replied", data: { item: hash }, item, files: [], grant: null });
  }

  /** Has a name sealed for the custodians, and writes its seal, never the name, into the case for colleagues. */
  async sealName(id: string, identity: IdentityText, text: string): Promise<void> {
    const view = await this.readyForOffice(id);
    const { staff, directory } = this.vault;
    const { packet, seal } = sealName(directory, identity, systemRng);
    await custody.seal(await drawPackets(systemRng, packet));
    const named = { about: identity.about, level: "sealed" as const, seal, name: "", contact: "", text };
    const { item, hash } = await sealCustody(staff, directory, view, named, systemRng);
    await this.write(id, { kind: "noted", data: { item: hash }, item, files: [], grant: null });
  }

  /** Verifies the office again, for what is not written into a case. */
  office(): Promise<Vault> {
    return this.verified();
  }

  /** A letter to the reporter, which may be a step of the policy, or a paper of the office that stays in the case. */
  async paper(id: string, kind: PaperKind, text: string, step: LetterStep | null): Promise<void> {
    if (step !== null) return this.act(id, { ...SILENT, act: step.act, outcomes: step.outcomes, audience: "reporter", text }, () => undefined);
    if (kind !== "letter") return this.note(id, text, [], () => undefined, kind);
    const view = await this.readyToWrite(id);
    const { item, hash } = await sealReply(this.vault.staff, this.vault.directory, view, { text, attachments: [], day: this.today(id) }, systemRng, "letter");
    await this.write(id, { kind: "replied", data: { item: hash }, item, files: [], grant: null });
  }

  /** A note for colleagues; the first one of a case makes the office's own key before it. */
  async note(id: string, text: string, files: readonly File[], progress: Progress, type: "note" | "witness" | "publication" = "note", beside: Pick<Load, "kind" | "data"> = { kind: "noted", data: {} }): Promise<void> {
    const view = await this.readyForOffice(id);
    const attachments = await upload(view.officeOnly(), files, progress);
    const { item, hash } = await sealNote(this.vault.staff, this.vault.directory, view, { text, attachments }, systemRng, type);
    await this.write(id, { kind: beside.kind, data: { ...beside.data, item: hash }, item, files: attachments, grant: null });
  }

  /** Does not agree to what waits at `n` of the record: a note says why. */
  declineStep(id: string, n: number, text: string): Promise<void> {
    return this.note(id, text, [], () => undefined, "note", { kind: STEP_DECLINED, data: { n } });
  }

  /** One act of the policy: judged here before anything is sealed, then sealed, signed and sent. Throws `PolicyRefused`. */
  async act(id: string, wish: ActDraft, progress: Progress): Promise<void> {
    await this.vault.ensureAsShown(id);
    this.judge(id, wish, wish.audience === "nobody" ? null : PLACE);
    const view = await (wish.audience === "office" ? this.readyForOffice(id) : this.readyToWrite(id));
    const target = wish.audience === "nobody" ? null : wish.audience === "office" ? view.officeOnly() : view.toReporter();
    const attachments = target === null ? [] : await upload(target, wish.files, progress);
    // Again, by the case as it stands now; the minute that it tells is the one after the files have gone.
    const event = this.judge(id, wish, wish.audience === "nobody" ? null : PLACE);
    const sealed = await this.sealWish(id, view, wish, event, attachments);
    const data = namesOf({ ...event, item: sealed?.hash ?? null });
    const kind = traitOf(wish.act).masked ? "sealed" : wish.act;
    await this.write(id, { kind, data, item: sealed?.item ?? null, files: attachments, grant: null });
  }

  /** Puts on the record that this member writes the case out; nothing where that stands there as the newest: it was broken off. */
  async recordExport(id: string): Promise<void> {
    await this.vault.ensureAsShown(id);
    if (!wasLast(this.ruled(id), this.vault.staff.member)) await this.act(id, { ...SILENT, act: "exported" }, () => undefined);
  }

  /** Puts on the record what the reporter declared in a message that this member has read and verified. */
  async read(id: string, declared: Declared, to: string | null): Promise<void> {
    await this.ready(id);
    const event = decideDeclared(this.ruled(id), declared, this.now(), to);
    if ("reason" in event) throw new PolicyRefused(event);
    await this.write(id, { kind: "act-read", data: readNames(declared, event), item: null, files: [], grant: null });
  }

  private ruled(id: string): Ruled {
    const { ruled } = this.vault.held(id).opened;
    if (ruled === null) throw new CryptoError("event", "no rules to judge by");
    return ruled;
  }

  private judge(id: string, wish: ActDraft, item: string | null): Event {
    return attempt(this.ruled(id), this.vault.held(id).opened, this.vault.staff.member, wish, this.now(), item);
  }

  private async sealWish(id: string, view: CaseView, wish: ActDraft, event: Event, attachments: Attachment[]): Promise<{ item: unknown; hash: string } | null> {
    const { staff, directory } = this.vault;
    if (wish.audience === "nobody") return null;
    if (isDeciding(wish.act)) return sealDecision(staff, directory, view, decisionOf(wish, attachments), systemRng);
    if (wish.audience === "office") return sealNote(staff, directory, view, { text: wish.text, attachments }, systemRng, wish.published === true ? "publication" : noteKind(wish.act));
    const ruled = this.ruled(id);
    const { found } = ruled;
    const { asks, until } = askedWords(rulingOf(ruled, this.now()), applyEvents(found, [event]));
    const { act, next, text, outcomes, measures } = wish;
    // Of an extension the reporter hears the new day, as the form says.
    const due = event.codes["until"] ?? wish.due;
    const told = { act, stage: event.to ?? found.stage, next, due, text, attachments, outcomes: [...outcomes], measures: [...measures], asks, until, day: this.today(id) };
    return sealNotice(staff, directory, view, told, systemRng);
  }

  /** True when it is in force; false when it waits for a second signature. */
  async change(id: string, member: string, how: How): Promise<boolean> {
    const view = await this.ready(id);
    if (how === "add" && view.grant.excluded.includes(member)) throw new CryptoError("excluded", "excluded from this case");
    const others = this.living(view).filter((holder) => holder !== member);
    return this.regrant(id, how === "add" ? [...others, member] : others, how === "keep-out" ? [member] : []);
  }

  /** A new key for the same readers, those who have left excepted; it takes up a new receipt of the reporter. */
  async renew(id: string): Promise<boolean> {
    return this.regrant(id, this.living(await this.ready(id)));
  }

  private living(view: CaseView): string[] {
    return view.grant.holders.filter((holder) => this.vault.directory.validMember(holder) !== null);
  }

  /** As `ready`; where one signature is enough, a new receipt of the reporter is taken up before anything is written. */
  private async readyToWrite(id: string): Promise<CaseView> {
    const view = await this.ready(id);
    if (!view.renewalDue || this.vault.directory.content.regrant_threshold > 1 || this.isTooOften(id, [])) return view;
    await this.regrant(id, this.living(view));
    return this.vault.held(id).view;
  }

  /**
   * As `readyToWrite`, with a key that only the office has. Where what stands in its place can't be read, a re-grant to the same
   * readers makes another.
   */
  private async readyForOffice(id: string): Promise<CaseView> {
    const view = await this.readyToWrite(id);
    if (view.needsOfficeKey) await this.makeOfficeKey(id, view);
    if (this.vault.held(id).view.office === null && !(await this.regrant(id, this.living(view)))) throw new Waits();
    return this.vault.held(id).view;
  }

  /** One of two who write at once is first; the other takes that one's key over. */
  private async makeOfficeKey(id: string, view: CaseView): Promise<void> {
    const { staff, directory } = this.vault;
    const { item, hash } = await sealOfficeKey(staff, directory, view, systemRng);
    const { row } = this.vault.held(id).opened;
    try {
      await this.write(id, { kind: OFFICE_KEY, data: { item: hash }, item, files: [], grant: null });
      await this.vault.open(row);
    } catch (error) {
      if (!(error instanceof DeskRefusal) || isSessionOver(error)) throw error;
      await this.vault.open(row);
      if (this.vault.held(id).view.office === null) throw error;
    }
    await this.ready(id);
  }

  /** Verifies roots and directory again and looks at the case's chain; throws before a byte of the step exists. */
  private async ready(id: string): Promise<CaseView> {
    await this.verified();
    await this.vault.ensureAsShown(id);
    const held = this.vault.held(id);
    if (!held.opened.chainHolds) throw new CryptoError("event", "the chain does not hold");
    return held.view;
  }

  /** Reviews once more what waits, signs it, and brings it into force. */
  async countersign(id: string, shown: Proposed): Promise<void> {
    await this.ready(id);
    const { file, view, opened } = this.vault.held(id);
    this.asShown(id, shown);
    if (this.isTooOften(id, [file.proposal?.by ?? ""])) throw new TooOften();
    const { grant, data, step } = await signProposal(this.vault.staff, this.vault.directory, file, view);
    await this.write(id, { kind: "regrant-countersigned", data, item: step.item, files: [], grant: step.grant });
    await this.takeUp(grant, opened.row);
  }

  /** Declines what waits, or withdraws what this member proposed. */
  async decline(id: string, shown: Proposed): Promise<void> {
    await this.ready(id);
    this.asShown(id, shown);
    const data = { proposal: readPacket(b64decode(shown.packet)).hash };
    await this.write(id, { kind: "regrant-declined", data, item: null, files: [], grant: null });
  }

  /** The case may have been loaded again under a page that somebody writes on: nobody signs what they were not shown. */
  private asShown(id: string, shown: Proposed): void {
    if (this.vault.held(id).file.proposal?.packet !== shown.packet) throw new OtherProposal();
  }

  /** Tells the reporter once more of the re-grant in force, where the first notice can't be read, and of those before it that were lost. */
  async resendNotice(id: string): Promise<void> {
    const view = await this.ready(id);
    const proof = recordedProof(verifyEvents(this.vault.directory, id, this.vault.held(id).file.events), view.grant.hash);
    if (proof === null) throw new CryptoError("event", "nobody decided this re-grant");
    const lost = unannouncedEpochs(view);
    for (const epoch of lost.length > 0 ? lost : [view.grant.epoch]) {
      const held = this.vault.held(id);
      const { item, hash } = await resendNotice(held.view, proof, systemRng, epoch);
      await this.write(id, { kind: "regrant-told", data: { item: hash }, item, files: [], grant: null });
      if (epoch < view.grant.epoch) await this.vault.open(held.opened.row);
    }
  }

  /** As `countersign`, for an outside holder who was asked and holds nothing of the case yet. */
  async signAsked(file: CaseFile): Promise<void> {
    const { staff, directory } = await this.verified();
    const { grant, data, step } = await signProposal(staff, directory, file, null);
    await cases.step(file.case, { event: this.eventAfter(file, "regrant-countersigned", data), blobs: [], ...step });
    await this.vault.claim(grant);
    await this.vault.pin(grant);
  }

  async declineAsked(file: CaseFile): Promise<void> {
    await this.verified();
    const data = { proposal: readPacket(b64decode(file.proposal?.packet ?? "")).hash };
    await cases.step(file.case, { event: this.eventAfter(file, "regrant-declined", data), item: null, blobs: [], grant: null });
  }

  private eventAfter(file: CaseFile, kind: string, data: Load["data"]): SignedEvent {
    const entity = this.vault.directory.content.entities.find((one) => one.id === file.entity);
    const day = todayIn(entity?.timezone ?? "UTC", this.now());
    return signEvent(this.vault.staff, { case: file.case, kind, day, data }, { n: file.head.n + 1, hash: file.head.hash }).event;
  }

  private async verified(): Promise<Vault> {
    const code = device.officeCode();
    if (code === null) throw new CryptoError("foreign", "no office code");
    this.vault.directory = await verifiedOffice(code, this.now());
    return this.vault;
  }

  private async propose(id: string, made: Regrant): Promise<boolean> {
    const { staff, directory } = this.vault;
    const proposal = proposalOf(directory, made, staff.member);
    const event = this.event(id, "regrant-proposed", { proposal: made.grant.hash });
    await cases.propose(id, { event, ...proposal });
    return false;
  }

  /** A re-grant ends every claim, this member's too. */
  private async takeUp(grant: Grant, row: CaseRow): Promise<void> {
    await this.vault.claim(grant);
    await this.vault.pin(grant);
    await this.open(row);
  }

  /** True when it is in force; false when it waits for a second signature. */
  private async regrant(id: string, holders: readonly string[], excluded: readonly string[] = []): Promise<boolean> {
    const { staff, directory } = this.vault;
    const { view, opened } = this.vault.held(id);
    if (this.isTooOften(id, [])) throw new TooOften();
    const made = await sealRegrant(staff, directory, view, holders, systemRng, excluded);
    if (made.missing > 0) return this.propose(id, made);
    const data = { item: made.itemHash, grant: made.grant.hash, ...made.proof };
    await this.write(id, { kind: "regranted", data, item: made.item, files: [], grant: grantOf(made) });
    if (holders.includes(staff.member)) await this.takeUp(made.grant, opened.row);
    return true;
  }

  /** Whether the record has as many changes of readers today as one day takes, in all or of one of the signers. */
  private isTooOften(id: string, others: readonly string[]): boolean {
    const { file } = this.vault.held(id);
    const events = verifyEvents(this.vault.directory, id, file.events);
    return tooOften(events, this.today(id), [this.vault.staff.member, ...others]);
  }

  private today(id: string): string {
    const { opened } = this.vault.held(id);
    const entity = this.vault.directory.content.entities.find((one) => one.id === opened.row.entity);
    return todayIn(entity?.timezone ?? "UTC", this.now());
  }

  private event(id: string, kind: string, data: Load["data"]): SignedEvent {
    const { head } = this.vault.held(id);
    return signEvent(this.vault.staff, { case: id, kind, day: this.today(id), data }, head).event;
  }

  /** Where nothing came between that brings anything to read, the step follows behind that. */
  private async write(id: string, load: Load): Promise<void> {
    // As the step was made: the case may be loaded again while it is on its way.
    const before = this.vault.held(id).opened;
    try {
      await this.send(id, load);
    } catch (error) {
      if (!(error instanceof DeskRefusal) || error.code !== "head-moved" || !isOnlyRoutine(before, await this.vault.open(before.row))) throw error;
      await this.send(id, load);
    }
  }

  private async send(id: string, load: Load): Promise<void> {
    const event = this.event(id, load.kind, load.data);
    const rows = load.files.map((file) => ({ blob: file.blob, size: file.sealed_size, parts: file.parts }));
    await cases.step(id, { event, item: load.item, blobs: rows, grant: load.grant });
  }
}

/** Seals files to the reporter or the office and uploads them part by part. */
export async function upload(target: SealTo, files: readonly File[], progress: Progress): Promise<Attachment[]> {
  const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
  const sealed: Attachment[] = [];
  let done = 0;
  for (const file of files) {
    const sealing = sealAttachment(target, file, { name: file.name, type: file.type }, systemRng);
    for await (const part of sealing.parts()) {
      await putPart(sealing.blob, part);
      done += part.content.size;
      progress(Math.min(1, done / total));
    }
    sealed.push(sealing.attachment);
  }
  return sealed;
}

async function putPart(blob: string, part: { k: number; content: Blob; hash: string }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await blobs.put(blob, part.k, part.content, part.hash);
    } catch (error) {
      if (attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}

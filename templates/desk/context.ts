/** What every view of the desk may ask for: names, days, policies, and a way to act that shows how it went. */

import { CryptoError, EpochsUsedUp, ExclusionMissing, NotConfirmed, PacketFaulty, type VerifiedDirectory } from "../../crypto/index.js";
import { sayClocks } from "../shared/confirmed.js";
import type { Child } from "../shared/dom.js";
import { Mistyped } from "../shared/officecode.js";
import { around, blank, inLanguage, listed, listedTexts, officeText, textOr } from "../shared/officetext.js";
import { type Language, type Sentence, inARow, msg, pageLanguage, t } from "../shared/strings.js";
import { DeskRefusal } from "./api.js";
import { ownZone, todayIn, writeDay } from "./days.js";
import type { DeskCase } from "./opened/model.js";
import { NoPasskey } from "./signin/authenticator.js";
import { type PolicyText, nameIn, textOf } from "./trusted/policy.js";

export const language: Language = pageLanguage();

/** The names and days of the office, from the verified directory only. */
export class OfficeWords {
  constructor(public directory: VerifiedDirectory, readonly policies: ReadonlyMap<string, PolicyText>, private readonly now: () => Date) {}

  person(id: string | null): string {
    if (id === null) return "";
    return textOr(this.directory.member(id)?.name, id);
  }

  officeName(): string {
    return inLanguage(this.directory.content.name);
  }

  role(id: string): string {
    const role = this.directory.member(id)?.role;
    return role === undefined ? "" : t(ROLE_NAMES[role] ?? role);
  }

  people(ids: readonly string[]): string {
    return listed(ids.map((id) => this.person(id)));
  }

  /** A person as a child of an element: where the name is not in the page's language it says in which it is. */
  named(id: string | null): Child {
    const name = id === null ? undefined : this.directory.member(id)?.name;
    return name === undefined ? id : officeText(name);
  }

  /** The same of several people. */
  namedAll(ids: readonly string[]): Child {
    return listedTexts(ids.map((id) => this.named(id)));
  }

  /** The same of an entity. */
  namedEntity(id: string): Child {
    const name = this.directory.content.entities.find((one) => one.id === id)?.name;
    return name === undefined ? id : officeText(name);
  }

  entity(id: string): string {
    return textOr(this.directory.content.entities.find((one) => one.id === id)?.name, id);
  }

  today(entity: string): string {
    return todayIn(this.zone(entity), this.now());
  }

  /** Today for a member: in the zone of the entities whose reports they receive where it is one, else by this browser. */
  todayFor(member: string): string {
    const received = this.directory.content.holders.filter(({ members }) => members.includes(member));
    const [zone, ...others] = new Set(received.map(({ entity }) => this.zone(entity)));
    return todayIn(zone === undefined || others.length > 0 ? ownZone() : zone, this.now());
  }

  /** In which time zone the days of these entities are, all of them where they are in several; null where this browser's own is that of each. */
  zones(entities: readonly string[]): Child {
    const found = [...new Set(entities)].sort();
    const zones = [...new Set(found.map((entity) => this.zone(entity)))].sort();
    if (zones.every((zone) => zone === ownZone())) return null;
    if (zones.length === 1) return t("Dates and times here are in the time zone {zones}.", { zones: listed(zones) });
    const named = zones.map((zone) => around(t("{zone} ({entities})", { zone, entities: blank("entities") }), { entities: listedTexts(found.filter((entity) => this.zone(entity) === zone).map((entity) => this.namedEntity(entity))) }));
    return around(t("Dates and times here are in each entity's own time zone: {zones}.", { zones: blank("zones") }), { zones: listedTexts(named) });
  }

  private zone(entity: string): string {
    return this.directory.content.entities.find((one) => one.id === entity)?.timezone ?? "UTC";
  }

  /** A stage of a policy. */
  stage(row: { readonly policy: string; readonly version: string }, id: string): string {
    return nameIn(textOf(this.policies, row)?.stages, id);
  }

  day(day: string, entity: string): string {
    return writeDay(day, this.today(entity));
  }
}

const ROLE_NAMES: Readonly<Record<string, Sentence>> = {
  registrar: msg("registrar"),
  investigator: msg("investigator"),
  approver: msg("approver"),
  custodian: msg("identity custodian"),
  "retaliation-officer": msg("retaliation officer"),
  oversight: msg("oversight"),
  "council-observer": msg("works council observer"),
  auditor: msg("auditor"),
  administrator: msg("administrator"),
  outside: msg("outside holder"),
};

const BY_STAGE: Readonly<Record<string, Sentence>> = {
  foreign: msg("This server belongs to a different office than your office code. Nothing was sent. Check the code on the poster. If it is right, stop and tell your keepers by telephone."),
  root: msg("The office's root document does not have the required signatures. Nothing was sent. Stop and tell your keepers by telephone."),
  directory: msg("The office directory is not signed by the keepers. Somebody may have altered it. Nothing was sent. Stop and tell your keepers by telephone."),
  log: msg("No witness outside the office has confirmed this directory. Nothing was sent. Stop and tell your keepers by telephone."),
  older: msg("The server shows an older office directory than this browser has already seen. Nothing was sent. Stop and tell your keepers by telephone."),
  "wrapped-key": msg("This passphrase and device secret do not open your key."),
  excluded: msg("This person is excluded from the case. Nothing was sent."),
  payload: msg("Too few custodians have agreed, or their shares do not open the name. Nothing was opened."),
  hpke: msg("Two custodians gave the shares of the same person. Nothing was opened. Tell your keepers by telephone."),
};

/** What is wrong, where it may be found while somebody only reads, and what to do about it. */
const FOUND: Readonly<Record<string, Sentence>> = {
  expired: msg("The office directory has expired."),
  successor: msg("This change of readers does not continue this case: there is a different one, or its keys, history or readers do not match the earlier ones."),
  epoch: msg("The server shows an older grant of this case than you have already opened."),
  signature: msg("A signature is not valid."),
  mac: msg("Something was altered in transit."),
  event: msg("The record of this case is inconsistent."),
};
const ADVICE: Readonly<Record<string, Sentence>> = {
  expired: msg("The keepers must sign a new one; also check the date of this computer."),
  successor: msg("Call the other readers."),
};

/** That nothing went out is said only to somebody who was sending something. */
function foundWords(stage: string, sending: boolean): string {
  const advice = ADVICE[stage];
  const said = [t(FOUND[stage] ?? msg("What the server sent could not be verified.")), sending ? t("Nothing was sent.") : "", advice === undefined ? "" : t(advice)];
  return inARow(...said);
}

/** The passkey gives no secret here, so that the device secret has to be typed beside it. */
export class NoStandIn extends Error {}

/** Nobody who may sign with this member could review the change: anyone who is removed can't, and no outside holder comes in. */
export class NobodyToSign extends Error {
  /** `lonely`: one holder is left at most. */
  constructor(readonly lonely: boolean) {
    super("nobody to sign");
  }
}

/** The case has had as many changes of readers today as one day takes, in all or of one signer. */
export class TooOften extends Error {}

/** The change of readers that waits now is not the one that stood on the page. */
export class OtherProposal extends Error {}

/** A sealed name that is in no drawer and does not wait for one. */
export class PacketNotThere extends Error {}

/** The server did not answer what was sent to it, and may have it. */
export class PossiblySent extends Error {}

/** This member has asked for the name already, for another reason than is written now. */
export class AskedAlready extends Error {}

/** This member has signed a review already, in other words than are written now. */
export class ReviewedAlready extends Error {}

/** A note needs the office's own key, and that a second signature: it was proposed, and the note was not sent. */
export class Waits extends Error {}

/** A step for several cases did not get to all of them; each says why, and what was typed stays. Nothing was ticked where both are 0. */
export class NotAll extends Error {
  constructor(readonly sent: number, readonly left: number) {
    super(`${left} left`);
  }
}

const BY_CODE: Readonly<Record<string, Sentence>> = {
  "no-answer": msg("The server is not responding. Your text is still here. Try again."),
  "sign-in-refused": msg("Sign-in was refused. One of member id, passphrase, device secret, passkey or one-time code is wrong, or the code was already used: then wait for the next one."),
  "passkey-refused": msg("This passkey was not accepted. Nothing was changed; try again and confirm on your device that it is you."),
  "too-many-passkeys": msg("You have eight passkeys already. Remove one that you no longer use first."),
  "too-many-attempts": msg("Too many attempts. Wait 15 minutes."),
  "too-many-steps": msg("Too many changes within a minute. This step was not carried out. Repeat it in a minute."),
  "too-many-uploads": msg("You have reached today's upload limit. Nothing was sent. Send it without the file, or tomorrow."),
  "too-many-asked": msg("You have reached today's limit for identity requests. No request was made. Ask again tomorrow. If life is in danger, have a colleague ask now."),
  "too-many-reports": msg("You have reached today's limit for logging reports. Nothing was sent. Send it tomorrow, or ask a colleague to log it now."),
  "no-such-case": msg("You do not have access to this case."),
  "no-such-invite": msg("There is no such invitation, or it has been used or has expired."),
  "proposal-open": msg("Your own change of readers is still waiting for a second signature. Withdraw it first. If a colleague's change is shown above it, answer that one first."),
  "head-moved": msg("A colleague changed this case first. It has been reloaded. Read what is new, then send."),
};

/** True when the refusal means that the server or a document lied; shown in red with what to do. */
export function isAlarm(error: unknown): boolean {
  return error instanceof CryptoError && !(error instanceof EpochsUsedUp) && error.stage !== "wrapped-key" && error.stage !== "excluded";
}

/** What is wrong with something that this browser was only asked to read. */
export function readingWords(error: unknown): string {
  const plain = error instanceof CryptoError && BY_STAGE[error.stage] === undefined && !(error instanceof ExclusionMissing || error instanceof PacketFaulty);
  return plain ? foundWords(error.stage, false) : wordsFor(error);
}

/** A case that could not be opened, with the reason. */
export function unopened(row: DeskCase["row"], error: unknown): DeskCase {
  return { row, opened: null, refused: readingWords(error), missed: !(error instanceof CryptoError) };
}

/** What went wrong, in words for the person at the desk. */
export function wordsFor(error: unknown): string {
  if (error instanceof ExclusionMissing) return t("A change of readers removed the exclusion of a person who must not read this case. The case was not opened. Call the other readers.");
  if (error instanceof Mistyped) return error.words;
  if (error instanceof PacketFaulty) return t("The packet is faulty: every share matches its commitment, but it does not open. The packet was made that way; no custodian did this. Tell the keepers.");
  if (error instanceof EpochsUsedUp) return t("This case has had 255 new keys, which is the limit. Nothing was sent. The current readers can still read it.");
  if (error instanceof NotConfirmed) return sayClocks(error);
  if (error instanceof CryptoError) {
    const sentence = BY_STAGE[error.stage];
    return sentence === undefined ? foundWords(error.stage, true) : t(sentence);
  }
  if (error instanceof NoPasskey) return t("No passkey was received: it was cancelled, took too long, or this device has none of yours. You can sign in with your recovery sheet and a one-time code.");
  if (error instanceof NoStandIn) return t("This passkey cannot replace the device secret here. Also enter the device secret from your recovery sheet.");
  if (error instanceof TooOften) return t("The readers of a case can change at most four times a day, and at most twice by one signer. Make this change tomorrow. Nothing was sent.");
  if (error instanceof OtherProposal) return t("The change of readers now waiting is not the one shown here before. Nothing was signed or declined. Read the current one.");
  if (error instanceof NobodyToSign) {
    return error.lonely ? t("You are the only reader left. Only a new outside holder can sign this with you. Add one first, then colleagues.")
      : t("Nobody could sign this with you: a person who would be removed can't review it. Add a colleague first.");
  }
  if (error instanceof PacketNotThere) return t("The sealed name could not be found. No request was made. Try again. If this continues, call your keepers.");
  if (error instanceof PossiblySent) return t("Possibly sent: the server did not answer. Your text is still here. If you press again, this page first looks whether it arrived, and sends nothing twice.");
  if (error instanceof AskedAlready) return t("You have already asked for this name, for another reason. Nothing was sent. Open the case again to see your request.");
  if (error instanceof ReviewedAlready) return t("You have already signed a review of this, in other words. Nothing was sent. Your text is still here; press “Refresh” to read the one that you signed.");
  if (error instanceof Waits) return t("The entry with the office's internal key cannot be read. A new case key was proposed. Send your note once a colleague has signed it.");
  if (error instanceof NotAll) {
    if (error.sent + error.left === 0) return t("No case is selected.");
    return t("Cases in which it was recorded: {sent}. Cases in which it was not: {left}, each of which says why. Your text is still here. If you send it again, it goes only to those.", { sent: error.sent, left: error.left });
  }
  if (error instanceof DeskRefusal) {
    const known = BY_CODE[error.code];
    const allowed = error.allowed.length === 0 ? "" : t("You can do now: {acts}", { acts: listed(error.allowed) });
    return known === undefined ? inARow(error.detail || t("The server refused this."), allowed) : t(known);
  }
  return t("Something went wrong on this page. Your text is still here. Try again.");
}

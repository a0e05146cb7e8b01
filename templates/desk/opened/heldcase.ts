/** A case as it was read: what the page shows of it, and what steps build on. */

import { CLAIMED, type CaseView, type Claims, type Grant, type ReadEvent, b64encode, isFollowed, isNoticeMissing, unserved } from "../../../crypto/staff.js";
import { standsInPlace } from "../../../casework/index.js";
import type { CaseFile, CaseRow } from "../api.js";
import { type Entry, type EntryFault, type Happening, OFFICE_KEY, type OpenedCase, type Proposed, type Report, type Ruled, rowOf } from "./model.js";

const WORKER = "worker";
type TwinEntry = CaseView["entries"][number];

/** A case with its keys: what the steps build on. */
export interface Held {
  readonly file: CaseFile;
  readonly view: CaseView;
  readonly opened: OpenedCase;
  /** Number and previous hash of the next event. */
  readonly head: { readonly n: number; readonly hash: string };
}

/** What steps still need of a file that was read: its sealed part only where a signature is asked for. With a thousand cases the rest is most of the memory. */
export function unsealedPart(file: CaseFile): CaseFile {
  return file.proposal === null ? { ...file, packet: "", history: null, items: [], keyring: null } : file;
}

/** What the page shows of a case that was read and what steps build on. */
export function heldOf(file: CaseFile, view: CaseView, events: readonly ReadEvent[], more: { proposal: Proposed | null; ruled: Ruled | null; claims: Claims; shortened: boolean }): Held {
  const last = events.at(-1);
  const whole = events.every(({ wrong }) => wrong === null || standsInPlace(wrong)) && more.claims.differing.length === 0;
  const lacking = unserved(events, view);
  const undeliverable = lacking.filter((n) => file.undeliverable.includes(n)).length;
  const missing = lacking.length - undeliverable;
  const chainHolds = last !== undefined && whole && !more.shortened && missing === 0 && threadHolds(view) && file.head.n === events.length - 1 && last.hash === file.head.hash;
  const { grant } = view;
  // Entity, policy and epoch come from the grant: the server's word is only a hint.
  const row: CaseRow = { ...rowOf(file), entity: grant.entity, policy: grant.policy, epoch: grant.epoch };
  const opened: OpenedCase = {
    row, report: reportOf(view), entries: view.entries.map(entryOf), events: events.map(happeningOf), epoch: grant.epoch,
    holders: grant.holders, excluded: grant.excluded, former: formerOf(grant), chainHolds, withheld: view.alarms.includes("withheld"), historyLost: view.alarms.includes("history"), unserved: missing, undeliverable, renewalDue: view.renewalDue, officeKey: view.office !== null || view.needsOfficeKey,
    told: grant.epoch === 0 || isFollowed(view) ? null : !isNoticeMissing(view), ...more,
  };
  return { file, view, opened, head: { n: events.length, hash: last?.hash ?? b64encode(new Uint8Array(32)) } };
}

function formerOf({ body: { previous, previous_holders } }: Grant): OpenedCase["former"] {
  return previous === null ? null : { grant: previous, holders: previous_holders };
}

/** Whether an answer would go where it should: what is missing may be a change of receipt, or an answer of ours that was hidden. */
function threadHolds(view: CaseView): boolean {
  const gap = view.entries.some((entry) => entry.mark === "missing");
  return reportOf(view) !== null && !gap && !view.alarms.includes("withheld");
}

function markOf(entry: TwinEntry): EntryFault {
  return entry.mark ?? (entry.formerMember ? "departed" : "ok");
}

function entryOf(entry: TwinEntry): Entry {
  const trusted = entry.mark === null && entry.content !== null;
  // A secret that no page needs; anyone who has it from the history has the item unopened.
  const isKey = trusted ? entry.content?.type === OFFICE_KEY : entry.mark === null;
  const type = isKey ? OFFICE_KEY : (entry.content?.type ?? null);
  return {
    dir: entry.dir ?? "to-office", seq: entry.seq ?? 0, hash: entry.hash ?? "", mark: markOf(entry), type: trusted || isKey ? type : null,
    payload: trusted && !isKey ? (entry.content?.payload as Record<string, unknown>) : {}, signer: trusted ? entry.signer : null, seen: entry.mark === null ? entry.seen : 0,
  };
}

function happeningOf(read: ReadEvent, n: number): Happening {
  const data = read.event?.data ?? {};
  // What somebody opened was brought by another.
  const item = read.event?.kind === CLAIMED ? null : data["item"];
  const actor = read.event?.actor ?? null;
  return {
    n, kind: read.event?.kind ?? "?", day: read.event?.day ?? "", actor: actor === WORKER ? null : actor,
    item: typeof item === "string" ? item : null, data, hash: read.hash, wrong: read.wrong,
  };
}

function reportOf(view: CaseView): Report | null {
  const entry = view.entries.find((one) => one.mark === null && one.content?.type === "report");
  return entry === undefined ? null : (entry.content?.payload as Report);
}

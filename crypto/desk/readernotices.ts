/** Which changes of readers the reporter knows of, and the notices that are sent once more (SPEC §5, §6; twin of `crypto/desk/reader_notices.py`). */

import { type B64, b64decode } from "../framing.js";
import { caseIdentity } from "../case/grantbody.js";
import type { PayloadOf } from "../case/documents.js";
import { type Sealing, itemHash, sealItem } from "../case/items.js";
import type { RegrantProof } from "../case/regrants.js";
import type { ThreadEntry } from "../case/thread.js";
import { refuse } from "../errors.js";
import type { Rng } from "../randomness.js";
import { CaseView, type SealedStep, announceRegrant } from "./answering.js";
import { beforeRegrant } from "./regrant.js";

type Notice = PayloadOf<"epoch">;

/** A notice, with its number and what its sender had seen. */
interface SentNotice {
  readonly seq: number;
  readonly seen: number;
  readonly notice: Notice;
}

/**
 * The `epoch` item of a re-grant once more, as the next item under the key before it; by default of the last one. For a reporter who
 * could not read the first one. `proof` is what the case's event of the last re-grant tells; an earlier one is told as its own notice
 * tells it. Refused at `epoch` for a first grant, and where no such notice is.
 */
export async function resendNotice(view: CaseView, proof: RegrantProof, rng: Rng, epoch = view.grant.epoch): Promise<SealedStep> {
  const { grant, thread } = view;
  if (grant.epoch === 0) return refuse("epoch", "the keys of this case never changed");
  if (epoch === grant.epoch) return announceRegrant(new CaseView(beforeRegrant(grant), thread), grant, proof, rng);
  const [told] = noticesByEpoch(view).get(epoch) ?? [];
  const keys = grant.keys().get(epoch - 1);
  if (told === undefined || keys === undefined) return refuse("epoch", "no notice of this change is there to be sent again");
  const how: Sealing = {
    case: grant.case, epoch: epoch - 1, head: thread.last["to-reporter"], seen: thread.last["to-office"].seq, key: b64decode(keys.macs.to_reporter),
    recipients: [view.reporter, told.notice.recipient], signer: null,
  };
  const item = await sealItem({ type: "epoch", payload: told.notice }, how, rng);
  return { item, hash: itemHash(item), view: view.after(item) };
}

/** Whether the reporter has written under the key in force, and so knows of the last re-grant. */
export function isFollowed(view: CaseView): boolean {
  return written(view).some(({ epoch }) => epoch >= view.grant.epoch);
}

/** Whether a change of readers has to be told again: see `unannouncedEpochs`. */
export function isNoticeMissing(view: CaseView): boolean {
  return unannouncedEpochs(view).length > 0;
}

/**
 * Which changes of readers are to be told again, in order: from the first of which no notice reaches the reporter. One from before a
 * change of receipt does not: it is in a mailbox that the reporter has left. Nor does one that they have seen and not followed: it is
 * garbled for them. Of any other no desk can tell. No later notice can be read without the one before it.
 */
export function unannouncedEpochs(view: CaseView): number[] {
  const told = noticesByEpoch(view);
  const passed = Math.max(0, ...written(view).map(({ seen }) => seen));
  const lost = [...told].filter(([, notices]) => !notices.some(({ seen, seq }) => seen >= view.thread.changeSeq && seq > passed)).map(([epoch]) => epoch);
  const first = Math.min(...lost);
  return [...told].filter(([epoch, notices]) => epoch >= first && (notices.length > 0 || epoch === view.grant.epoch)).map(([epoch]) => epoch).sort((a, b) => a - b);
}

/** What the reporter wrote: under which key, and what they had seen. */
function written({ entries }: CaseView): { epoch: number; seen: number }[] {
  return entries.flatMap(({ dir, mark, epoch, seen }) => (dir === "to-office" && mark === null && epoch !== null ? [{ epoch, seen }] : []));
}

/** The notices of each change since the reporter last wrote, the last one first, as far back as one leads to it. */
function noticesByEpoch(view: CaseView): Map<number, SentNotice[]> {
  const { grant } = view;
  const found = new Map<number, SentNotice[]>();
  const reached = Math.max(0, ...written(view).map(({ epoch }) => epoch));
  let hash: B64 | null = grant.hash;
  for (let epoch = grant.epoch; epoch > reached && hash !== null; epoch -= 1) {
    const notices = noticesOf(view, epoch, hash);
    found.set(epoch, notices);
    hash = epoch === grant.epoch ? grant.body.previous : (notices[0]?.notice.previous ?? null);
  }
  return found;
}

/** Those that tell the keys of that grant; what verified before what was sent again. */
function noticesOf({ grant, entries }: CaseView, epoch: number, hash: B64): SentNotice[] {
  const keys = grant.keys().get(epoch);
  if (keys === undefined) return [];
  const { recipient } = caseIdentity(keys);
  const tells = (notice: Notice): boolean => notice.epoch === epoch && notice.grant === hash && notice.recipient === recipient
    && notice.to_office === keys.macs.to_office && notice.to_reporter === keys.macs.to_reporter;
  const told = ({ content, seq, seen }: ThreadEntry): SentNotice[] => {
    if (content?.type !== "epoch" || seq === null) return [];
    const notice = content.payload as Notice;
    return tells(notice) ? [{ seq, seen, notice }] : [];
  };
  return [...entries.filter(({ mark }) => mark === null), ...entries.filter(({ mark }) => mark === "former-key")].flatMap(told);
}

/** What a reporter sends into a mailbox: messages, acts, the finishing post, a change of receipt (SPEC §6 and §7). */

import { type B64, type Bytes, b64decode } from "../framing.js";
import { type Declaration, type Item, type ItemType, type MemoBody, type Post, postShape, signatureOf } from "../case/documents.js";
import { type Attachment, blobEntry } from "../sealing/attachmentshape.js";
import { VerifiedDirectory } from "../office/directory.js";
import { refuse } from "../errors.js";
import { type Sealing, type Unsealed, itemHash, sealItem } from "../case/items.js";
import type { Mailbox } from "./mailbox.js";
import { sealMemo } from "../case/memo.js";
import { drawPackets } from "./packets.js";
import type { Rng } from "../randomness.js";
import type { ReporterKeys } from "../keys/receipt.js";
import type { Day } from "../shape.js";
import { changeFrame } from "../case/thread.js";
import type { Recipient } from "../sealing/xwing.js";

/** An age file of 4,096 bytes with one stanza. */
const SHORTEST = 5755;

/** A post for `POST /api/posts`, and the mailbox after it. The mailbox before it must not be used again once the post is sent. */
export interface SealedPost {
  readonly post: Post;
  readonly mailbox: Mailbox;
}

interface Sender {
  readonly directory: VerifiedDirectory;
  readonly keys: ReporterKeys;
  readonly mailbox: Mailbox;
  readonly rng: Rng;
}

function sealing(sender: Sender, signed: boolean): Sealing {
  const { keys, mailbox } = sender;
  const { body } = mailbox.memo;
  const signer = { id: "reporter", office: keys.office, sign: (message: Uint8Array<ArrayBuffer>) => b64decode(keys.signAct(message)) };
  return {
    case: body.case, epoch: body.epoch, head: body.to_office, seen: body.to_reporter.seq, key: mailbox.toOfficeKey(),
    recipients: [body.recipient as Recipient], signer: signed ? signer : null,
  };
}

function check(sender: Sender): void {
  VerifiedDirectory.check(sender.directory);
  if (sender.keys.office !== sender.directory.office) refuse("foreign", "keys of another office");
  // A directory older than the one the memo saw is a rolled back one.
  if (sender.directory.sequence < sender.mailbox.seen.sequence) refuse("older", "the directory is older than one already seen");
}

/** What a post carries besides its item. */
export interface Extras {
  readonly attachments?: readonly Attachment[];
  readonly hint?: Declaration;
  /** The identity packet; a dummy without one. */
  readonly identity?: Bytes;
  /** The protection packet; a dummy without one. */
  readonly protection?: Bytes;
  /** The days of check-ins that the memo holds from now on. */
  readonly checkins?: readonly Day[];
  /** What the memo holds of names from now on. */
  readonly handles?: MemoBody["handles"];
  /** Must be as long as the finishing post, or its length would tell what it is. */
  readonly short?: boolean;
}

/** A protection packet in place of the dummy. */
export type Guarded = Pick<Extras, "protection">;

/** For the verbs of this package. */
export async function sealPost<T extends ItemType>(sender: Sender, content: Unsealed<T>, extras: Extras = {}): Promise<SealedPost> {
  check(sender);
  const item = await sealItem(content, sealing(sender, signatureOf(content.type) === "reporter"), sender.rng);
  if (extras.short && b64decode(item.body).length !== SHORTEST) refuse("padding", "longer than the finishing post");
  return writePost(sender, item, extras);
}

/** The post around an item, or around none: then only the memo moves on. */
async function writePost(sender: Sender, item: Item | null, extras: Extras): Promise<SealedPost> {
  const { keys, mailbox, directory, rng } = sender;
  const before = mailbox.memo.body;
  const handles = extras.handles ?? before.handles;
  const checkins = [...(extras.checkins ?? before.checkins)];
  const to_office = item === null ? before.to_office : { seq: item.seq, hash: itemHash(item) };
  const next = mailbox.withMemo({ ...before, handles, checkins, to_office, directory: { ...directory.seen } });
  const post = postShape({
    v: 1, token: keys.token(), item, memo: await sealMemo(keys, next.memo, rng), blobs: (extras.attachments ?? []).map(blobEntry),
    packets: await drawPackets(rng, extras.identity, extras.protection), hint: extras.hint ?? null, moved: null,
  });
  return { post, mailbox: next };
}

/** A message with attachments that were sealed to `mailbox.toOffice()`; a wish for protection may ride in its post. */
export function sealMessage(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, text: string, attachments: readonly Attachment[], rng: Rng, guarded: Guarded = {}): Promise<SealedPost> {
  const content = { type: "message" as const, payload: { text, attachments: [...attachments] } };
  return sealPost({ directory, keys, mailbox, rng }, content, { ...guarded, attachments });
}

/** A declaration, signed with the act key; the code in the clear is only a hint. */
export function sealAct(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, act: Declaration, text: string, rng: Rng): Promise<SealedPost> {
  return sealPost({ directory, keys, mailbox, rng }, { type: "act", payload: { act, text } }, { hint: act });
}

/** The finishing post: the receipt was typed again. A wish for protection may ride in it. */
export function sealReceiptConfirmed(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, rng: Rng, guarded: Guarded = {}): Promise<SealedPost> {
  return sealPost({ directory, keys, mailbox, rng }, { type: "receipt-kept", payload: {} }, guarded);
}

/** A post without an item, on a day of check-ins: alike whether it holds an answer or a dummy, and nothing of it comes to the case. */
export function sealQuiet(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, checkins: readonly Day[], rng: Rng, guarded: Guarded = {}): Promise<SealedPost> {
  const sender = { directory, keys, mailbox, rng };
  check(sender);
  return writePost(sender, null, { ...guarded, checkins });
}

/** The memo that a new receipt finds in its own mailbox. */
function movedMemo(mailbox: Mailbox, toOffice: { seq: number; hash: B64 }): MemoBody {
  const { body } = mailbox.memo;
  const macs = { ...mailbox.macs() };
  return { ...body, macs, to_office: toOffice, start: { epoch: body.epoch, ...macs, ...body.to_reporter } };
}

/**
 * A new receipt in place of one that somebody else may know. The post goes under the old token; the mailbox that comes
 * back belongs to the new keys. Until the next re-grant anyone who knows the old receipt can still read what comes under it.
 */
export async function sealReceiptChange(directory: VerifiedDirectory, keys: ReporterKeys, mailbox: Mailbox, fresh: ReporterKeys, rng: Rng): Promise<SealedPost> {
  const change = { reporter: fresh.recipient, act: fresh.act, mailbox: fresh.mailboxId };
  const proof = fresh.signAct(changeFrame(fresh.office, mailbox.case, mailbox.epoch, change));
  const content = { type: "receipt-change" as const, payload: { ...change, proof } };
  const { post, mailbox: old } = await sealPost({ directory, keys, mailbox, rng }, content);
  const moved = old.withMemo(movedMemo(old, old.memo.body.to_office), fresh);
  const memo = await sealMemo(fresh, moved.memo, rng);
  return { post: postShape({ ...post, moved: { mailbox: fresh.mailboxId, memo } }), mailbox: moved };
}

/** Seals a report and everything that goes with it into one submission (SPEC §5 to §7). */

import { type B64, b64encode } from "../framing.js";
import type { NewCase } from "./casekeys.js";
import { type Item, LEVELS, type MemoBody, type PayloadOf, type Submission, submissionShape } from "../case/documents.js";
import { type Attachment, blobEntry } from "../sealing/attachmentshape.js";
import { VerifiedDirectory } from "../office/directory.js";
import { refuse } from "../errors.js";
import { sealGrantBody, writePacket } from "../case/grantbody.js";
import type { Holders } from "../office/holders.js";
import { START, itemHash, sealItem } from "../case/items.js";
import { Mailbox } from "./mailbox.js";
import { sealMemo } from "../case/memo.js";
import { drawDummyPackets } from "./packets.js";
import { checkinDays } from "../watch/protection.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { ReporterKeys } from "../keys/receipt.js";
import { macPair } from "../case/thread.js";

/** What the reporter tells. */
export interface ReportText {
  readonly language: string;
  readonly channel: string;
  readonly level: (typeof LEVELS)[number];
  readonly account: string;
  readonly answers: readonly { readonly id: string; readonly value: string | string[] }[];
  readonly attachments: readonly Attachment[];
  readonly urgent: boolean;
  /** Hash of the page's release, b64. */
  readonly release: B64 | null;
}

export interface SealedReport {
  readonly submission: Submission;
  /** For the finishing post; also what a returning reporter would find. */
  readonly mailbox: Mailbox;
}

interface Parts {
  readonly directory: VerifiedDirectory;
  readonly keys: ReporterKeys;
  readonly draft: NewCase;
  readonly holders: Holders;
  readonly report: ReportText;
  readonly rng: Rng;
}

async function sealFirstGrant(parts: Parts): Promise<{ packet: Uint8Array; hash: B64 }> {
  const { directory, keys, draft, holders } = parts;
  const { entity, policy, bucket } = holders.choice;
  const body = {
    v: 1 as const, type: "grant" as const, office: directory.office, case: draft.id, epoch: 0, seed: draft.identity.write(), office_seed: null,
    macs: macPair(keys.macs.toOffice.reveal(), keys.macs.toReporter.reveal()), history: null, reporter: keys.recipient, receipt_change: 0, act: keys.act,
    holders: holders.ids, excluded: [...holders.choice.excluded], access: b64encode(draft.access.reveal()), directory: { ...directory.seen },
    release: parts.report.release, entity, policy, previous: null, previous_holders: [], day: directory.today,
  };
  const recipients = [...holders.members.map((member) => member.recipient), directory.content.recovery];
  const sealed = await sealGrantBody(body, recipients, bucket, parts.rng);
  return { packet: writePacket(sealed, bucket), hash: b64encode(sha256(sealed)) };
}

function sealReportItem(parts: Parts): Promise<Item> {
  const { directory, keys, draft, holders, report, rng } = parts;
  const { entity, policy, category, excluded } = holders.choice;
  const { language, channel, level, account, urgent } = report;
  const payload: PayloadOf<"report"> = {
    entity, policy, policy_version: directory.policy(policy).version, category, language, channel, level, account,
    answers: [...report.answers], attachments: [...report.attachments], excluded: [...excluded], urgent, directory: { ...directory.seen },
  };
  const key = keys.macs.toOffice.reveal();
  const how = { case: draft.id, epoch: 0, head: START, seen: 0, key, recipients: [draft.identity.recipient], signer: null };
  return sealItem({ type: "report", payload }, how, rng);
}

function firstMemo(parts: Parts, grant: B64, item: Item): MemoBody {
  const { directory, draft, holders } = parts;
  const { entity, policy, excluded } = holders.choice;
  return {
    v: 1, case: draft.id, epoch: 0, recipient: draft.identity.recipient, macs: null, entity, policy, holders: holders.ids, excluded: [...excluded],
    grant, directory: { ...directory.seen }, to_office: { seq: 1, hash: itemHash(item) }, to_reporter: { ...START },
    handles: { identity: null, others: [], named: false }, checkins: checkinDays(directory, entity), started: directory.today, start: null,
  };
}

/**
 * Seals a report. Attachments have been sealed to `draft.toOffice()` before. The receipt must not be used twice at one
 * office: the server takes one report per mailbox.
 */
export async function sealReport(directory: VerifiedDirectory, keys: ReporterKeys, draft: NewCase, holders: Holders, report: ReportText, rng: Rng): Promise<SealedReport> {
  VerifiedDirectory.checkCurrent(directory);
  if (keys.office !== directory.office) refuse("foreign", "keys of another office");
  if (holders.choice.directory !== directory) refuse("directory", "holders of another directory");
  const parts: Parts = { directory, keys, draft, holders, report, rng };
  const grant = await sealFirstGrant(parts);
  const item = await sealReportItem(parts);
  const memo = { seq: 1, body: firstMemo(parts, grant.hash, item) };
  const { entity, policy } = holders.choice;
  const submission = submissionShape({
    v: 1, suite: "yanlu-1", office: directory.office, entity, policy, policy_version: directory.policy(policy).version,
    mailbox: keys.mailboxId, case: draft.id, grant: b64encode(grant.packet), access: b64encode(sha256(draft.access.reveal())),
    item, memo: await sealMemo(keys, memo, rng), blobs: report.attachments.map(blobEntry), packets: await drawDummyPackets(rng), urgent: report.urgent,
  });
  return { submission, mailbox: new Mailbox(keys, memo, [], []) };
}

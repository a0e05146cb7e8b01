/** A report that a member takes down for somebody: sealed here exactly as the reporter's own page would, with a receipt for the reporter. */

import {
  type NewCase, type Receipt, type ReporterKeys, type Submission, type OnBehalfDetails, type VerifiedDirectory, chooseHolders, deriveReporter, drawCase, drawReceipt, sealReport, signOnBehalf, systemRng,
} from "../../../crypto/staff.js";
import { type LoggedReport, ticketNumber } from "../../../casework/index.js";
import { CryptoError } from "../../../crypto/errors.js";
import { beginningOf, isLongAccount } from "../../shared/accounts.js";
import type { Answer } from "../../shared/questionnaire.js";
import { reports } from "../api.js";
import { device } from "../device.js";
import { verifiedOffice } from "../trusted/office.js";
import { upload } from "../steps.js";
import { type Papers, papersOf } from "./papers.js";
import { cleanScans } from "./scans.js";
import type { Vault } from "../opened/vault.js";

/** What was taken down. */
export interface Entry {
  readonly entity: string;
  readonly policy: string;
  readonly category: string;
  readonly language: string;
  readonly level: "anonymous" | "named";
  readonly account: string;
  readonly answers: readonly { readonly id: string; readonly value: Answer }[];
  /** Who gets no key by a directory: it is asked with the one that is fetched for sealing. */
  readonly excluded: (directory: VerifiedDirectory) => string[];
  readonly files: readonly File[];
  readonly urgent: boolean;
  readonly taken: OnBehalfDetails;
  /** What the policy makes of it; null where it is a page alone. */
  readonly logged: LoggedReport | null;
  /** The department that gets a work order. */
  readonly orderTo: string | null;
}

/** What was made of it: its papers, and who can read it. */
export interface Made {
  readonly papers: Papers | null;
  readonly ticket: string;
  readonly readers: readonly string[];
}

/** One report: its keys are drawn once, and what has been sealed is sent again as it is until the server has it. */
export class TakingDown {
  readonly receipt: Receipt = drawReceipt(systemRng);
  #keys: ReporterKeys | null = null;
  #sealed: { readonly submission: Submission; readonly made: Made } | null = null;

  constructor(private readonly vault: Vault, private readonly now: () => Date) {}

  /** True once a sealed report exists: from then on nothing of it changes. */
  get sealed(): boolean {
    return this.#sealed !== null;
  }

  /** Seals and sends; throws before anything leaves where the office does not hold or nobody may read it. */
  async send(entry: Entry, progress: (done: number) => void): Promise<Made> {
    this.#sealed ??= await this.#seal(entry, progress);
    await reports.file(this.#sealed.submission);
    return this.#sealed.made;
  }

  async #seal(entry: Entry, progress: (done: number) => void): Promise<{ submission: Submission; made: Made }> {
    const code = device.officeCode();
    if (code === null) throw new CryptoError("foreign", "no office code");
    this.vault.directory = await verifiedOffice(code, this.now());
    const { directory, staff } = this.vault;
    const holders = chooseHolders(directory, entry.entity, entry.policy, entry.category, entry.excluded(directory));
    this.#keys ??= await deriveReporter(this.receipt, directory.office);
    const newCase: NewCase = drawCase(directory, systemRng);
    const long = isLongAccount(entry.account);
    const scans = await cleanScans(entry.files);
    const papers = entry.logged === null ? null : papersOf(entry.logged, entry.orderTo, newCase.id);
    const files = [...scans, ...(long ? [new File([entry.account], "account.txt", { type: "text/plain" })] : []), ...(papers === null ? [] : [papers.file])];
    const account = long ? beginningOf(entry.account) : entry.account;
    const attachments = await upload(newCase.toOffice(), files, progress);
    const answers = entry.answers.map(({ id, value }) => ({ id, value: typeof value === "string" ? value : [...value] }));
    const report = {
      language: entry.language, channel: entry.taken.channel, level: entry.level, account, attachments, urgent: entry.urgent, release: null,
      answers: [...answers, signOnBehalf(staff, newCase.id, account, entry.taken)],
    };
    const { submission } = await sealReport(directory, this.#keys, newCase, holders, report, systemRng);
    return { submission, made: { papers, ticket: ticketNumber(newCase.id), readers: holders.ids } };
  }
}

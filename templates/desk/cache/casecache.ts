/** Cases as they were opened and verified before, sealed on a member's own device: the next sign-in opens only what has changed. */

import type { StreamEntry } from "../../../casework/index.js";
import type { Claims, VerifiedDirectory } from "../../../crypto/staff.js";
import type { CaseRow } from "../api.js";
import { type ServerView, foldedCase } from "../opened/casestate.js";
import { type OpenedCase, type DeskCase, rowText } from "../opened/model.js";
import type { Held } from "../opened/heldcase.js";
import type { Seen, Vault } from "../opened/vault.js";
import type { Disk } from "./disk.js";
import type { SealedRecord } from "./sealedrecord.js";

/** The address of the page's script, which changes with its content: what another release remembered may have another shape. */
const PAGE = import.meta.url;

/** A case with all that a page shows of it, but for what is worked out each time: its rules, and what waits for a signature. */
interface Remembered {
  /** What the server's list said of the case as it was opened (`rowText`). */
  readonly row: string;
  readonly grant: string;
  readonly server: ServerView;
  readonly entries: readonly StreamEntry[] | null;
  readonly opened: Omit<OpenedCase, "ruled" | "proposal" | "claims">;
  readonly claims: Omit<Claims, "opened"> & { readonly opened: readonly (readonly [string, string])[] };
}

interface Content {
  readonly page: string;
  /** What the verdicts rest on beside the case: the directory, and whose entries are valid. */
  readonly ground: string;
  /** How far the record of each case went, also of those that were then open to doubt. */
  readonly seen: readonly (readonly [string, Seen])[];
  readonly cases: readonly Remembered[];
}

function groundOf(directory: VerifiedDirectory): string {
  const valid = directory.content.members.map((one) => one.id).filter((id) => directory.validMember(id) !== null);
  return [directory.hash, ...valid].join(" ");
}

export class CaseCache {
  readonly #record: SealedRecord | null;
  readonly #known = new Map<string, Remembered>();
  #ground = "";
  #changed = false;

  /** `disk` is null where the member did not say that the device is theirs alone. */
  constructor(private readonly vault: Vault, disk: Disk | null) {
    this.#record = disk === null ? null : vault.recordOn(disk);
  }

  /** Reads what was remembered; no case of another office, member, directory or release. */
  async load(): Promise<void> {
    this.#ground = this.ground();
    const text = (await this.#record?.read()) ?? null;
    if (text === null) return;
    const { page, ground, seen, cases } = JSON.parse(text) as Content;
    // Another release may have written it otherwise.
    for (const [id, last] of Array.isArray(seen) ? seen : []) this.vault.seen.set(id, last);
    if (page !== PAGE || ground !== this.#ground) return;
    for (const one of cases) this.#known.set(one.opened.row.case, one);
  }

  /** The case as it was opened when its row in the list was this one; null where it must be fetched. */
  async find(row: CaseRow): Promise<OpenedCase | null> {
    const known = this.#known.get(row.case);
    if (known === undefined || known.row !== rowText(row) || this.#ground !== this.ground()) return null;
    const { entity, policy } = known.opened.row;
    const ruled = known.entries === null ? null : await foldedCase(this.vault.book, known.server, entity, policy, known.entries);
    this.vault.recall(row.case, known.grant, known.opened.events.length);
    return { ...known.opened, claims: { ...known.claims, opened: new Map(known.claims.opened) }, proposal: null, ruled };
  }

  /** Remembers a case as it was just opened, or forgets it where anything of it is open to doubt. */
  keep(held: Held): void {
    if (this.#record === null) return;
    this.#changed = true;
    const { ruled, proposal, claims, ...opened } = held.opened;
    const sure = proposal === null && opened.chainHolds && claims.differing.length === 0 && claims.opened.has(this.vault.staff.member);
    if (!sure) this.#known.delete(held.file.case);
    else this.#known.set(held.file.case, rememberedOf(held, opened, claims, ruled?.entries ?? null));
  }

  /** Writes what has changed, or all of it where the disk was cleared; what is no longer on the shelf is gone from the disk with it. */
  async save(shelf: ReadonlyMap<string, DeskCase>, cleared = false): Promise<void> {
    for (const id of this.#known.keys()) if (!shelf.has(id)) this.#changed = this.#known.delete(id) || this.#changed;
    if (this.#record === null || !(this.#changed || cleared) || this.#ground !== this.ground()) return;
    // What is shown by memory is not pinned again: a case whose pin is still to be written is remembered after that.
    const pinned = [...this.#known.values()].filter(({ opened }) => !this.vault.pins.isLeft(opened.row.case));
    this.#changed = pinned.length < this.#known.size;
    const seen = [...this.vault.seen].filter(([id]) => shelf.has(id));
    const content: Content = { page: PAGE, ground: this.#ground, seen, cases: pinned };
    await this.#record.write(JSON.stringify(content));
  }

  private ground(): string {
    return groundOf(this.vault.directory);
  }
}

function rememberedOf({ file, view }: Held, opened: Remembered["opened"], claims: Claims, entries: Remembered["entries"]): Remembered {
  const { version, stage, dues } = file;
  return { row: rowText(file), grant: view.grant.hash, server: { version, stage, dues }, entries, opened, claims: { ...claims, opened: [...claims.opened] } };
}

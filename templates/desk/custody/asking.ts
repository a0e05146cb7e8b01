/** Asking for a sealed name and opening it, in this browser alone; no call says which case it is about. */

import {
  CryptoError, type Ground, IDENTITY_SIZE, type IdentityText, type OpenedRequest, type Seal, type UnsealingNotice, b64decode,
  b64encode, nextExpiry, openRequest, sealRequest, systemRng, unseal,
} from "../../../crypto/staff.js";
import { sha256 } from "../../../crypto/primitives.js";
import type { CustodyActions, UnderWay, NameRequest } from "../actions.js";
import { custody } from "../api.js";
import { AskedAlready, PacketNotThere } from "../context.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { Steps } from "../steps.js";
import type { Vault } from "../opened/vault.js";
import { type SealedName, WHOSE, lastNoticeOf } from "./names.js";
import { send } from "./sending.js";
import { falseApprovals, holdingVotes } from "./votes.js";

export const GROUND_NAMES: Readonly<Record<Ground, Sentence>> = {
  consent: msg("Consent of the person named"),
  "legal-duty": msg("Legal duty in an investigation by authorities or before a court"),
  "danger-to-life": msg("Danger to life"),
  hearing: msg("The person concerned is to be heard, or asks for access"),
  clearing: msg("The person concerned is to be cleared by name"),
};

/** One member who asks. */
export class NameRequests {
  /** Names that were opened, by handle; they go with the page. */
  readonly #read = new Map<string, IdentityText>();

  constructor(private readonly vault: Vault, private readonly steps: Steps) {}

  /** What the page of a case may have done about sealed names; `act` carries a step out and says that it is done. */
  actions(id: string, act: (work: () => Promise<void>, done: string) => void): CustodyActions {
    return {
      read: (handle) => this.read(handle),
      underWay: (seal) => this.underWay(seal),
      ask: (one, wanted) => act(() => this.ask(id, one, wanted), t("Request sent. The custodians decide.")),
      seal: (identity, text) => act(() => this.steps.sealName(id, identity, text), t("The name is sealed with the custodians.")),
      open: (one, under) => act(() => this.open(id, one, under), t("The name is shown on this page.")),
      tell: (about, state, told) => act(() => this.tell(id, about, state, told), t("The reporter has been told.")),
    };
  }

  read(handle: string): IdentityText | null {
    return this.#read.get(handle) ?? null;
  }

  /** This member's request for that packet, if one is under way. Others' don't open, or ask for another. */
  async underWay(seal: Seal): Promise<UnderWay | null> {
    for (const { request, votes } of await custody.list()) {
      const opened = await this.own(request);
      if (opened === null || opened.handle !== seal.handle) continue;
      const signed = holdingVotes(this.vault.directory, opened, votes);
      const lied = await falseApprovals(this.vault.staff, opened, signed);
      const good = signed.filter(({ custodian }) => !lied.includes(custodian));
      const approvals = good.filter(({ vote }) => vote === "approve").length;
      return { opened, votes: good, approvals, refusals: good.length - approvals, doubtful: votes.length - signed.length, lied };
    }
    return null;
  }

  private async own(request: unknown): Promise<OpenedRequest | null> {
    try {
      const opened = await openRequest(this.vault.staff, this.vault.directory, request);
      return opened.requester.id === this.vault.staff.member ? opened : null;
    } catch (error) {
      if (error instanceof CryptoError) return null;
      throw error;
    }
  }

  /** Whether this very request is under way, be it that its answer was lost; throws where another one for the same name is. */
  private async isAsked(seal: Seal, wanted: NameRequest): Promise<boolean> {
    const opened = (await this.underWay(seal))?.opened;
    if (opened === undefined) return false;
    if (opened.ground !== wanted.ground || opened.text !== wanted.text || opened.delay !== wanted.delay) throw new AskedAlready();
    return true;
  }

  /** Asks where this member has not asked already. */
  async ask(id: string, one: SealedName, wanted: NameRequest): Promise<void> {
    if (!(await this.isAsked(one.seal, wanted))) await this.sealAndAsk(id, one, wanted);
  }

  /** Seals the request, tells the reporter where that comes first, and only then hands it in. */
  private async sealAndAsk(id: string, one: SealedName, wanted: NameRequest): Promise<void> {
    const { staff, directory } = await this.steps.office();
    const { seal, about } = one;
    const packet = await packetOf(seal);
    const asking = { ...wanted, about, handle: seal.handle, packet: seal.packet, expires: nextExpiry(directory.today) };
    const request = await sealRequest(staff, directory, packet, asking, systemRng);
    if (wanted.told === "before" || one.by === "office") await this.record(id, one, "asked", wanted);
    await send(custody.ask(request));
  }

  /** Opens the packet with the votes that are there; who is to be told first is told before the name is shown. */
  async open(id: string, one: SealedName, { opened, votes }: UnderWay): Promise<void> {
    const { staff, directory } = await this.steps.office();
    const name = await unseal(staff, directory, opened, votes);
    if (opened.told === "before" || one.by === "office") await this.record(id, one, "opened", opened);
    this.#read.set(one.seal.handle, name);
  }

  /** What came of a request: the reporter is told of a name that the reporter sealed, the colleagues of one that the office did. */
  private async record(id: string, one: SealedName, state: "asked" | "opened", wanted: Pick<NameRequest, "ground" | "text" | "delay">): Promise<void> {
    if (one.by === "office") return this.steps.note(id, noteOf(one, state, wanted), [], () => undefined);
    await this.vault.ensure(id);
    if (lastNoticeOf(this.vault.held(id).opened, one.about)?.state !== state) await this.tell(id, one.about, state, wanted);
  }

  /** Tells the reporter what came of it, by this member's role. */
  async tell(id: string, about: SealedName["about"], state: UnsealingNotice["state"], wanted: Pick<NameRequest, "ground" | "text" | "delay">): Promise<void> {
    const role = this.vault.directory.member(this.vault.staff.member)?.role ?? "";
    const { ground, text, delay } = wanted;
    await this.steps.tellUnsealing(id, { state, about, role, ground, text, delay });
  }
}

/** What a note of the case says of a request: never the name. */
function noteOf({ about, text: known }: SealedName, state: "asked" | "opened", { ground, text }: Pick<NameRequest, "ground" | "text">): string {
  const head = state === "asked" ? t("The custodians were asked for a sealed name.") : t("A sealed name was opened with the custodians' agreement.");
  const whose = known === "" ? t(WHOSE[about]) : `${t(WHOSE[about])} (${known})`;
  return [head, `${t("Whose name")}: ${whose}`, `${t("Ground")}: ${t(GROUND_NAMES[ground])}`, text].join("\n");
}

/** The packet out of its drawer: the server gives all that share the first bits of its hash. One that was sealed today is asked for by name. */
async function packetOf(seal: Seal): Promise<Uint8Array<ArrayBuffer>> {
  const bits = await custody.bits();
  const [high = 0, low = 0] = b64decode(seal.packet);
  const drawer = ((high << 8) | low) >> (16 - bits);
  for (const waiting of [null, seal.packet]) {
    const found = packetIn(await custody.drawer(bits, drawer, waiting), seal.packet);
    if (found !== null) return found;
  }
  throw new PacketNotThere();
}

function packetIn(drawn: Uint8Array<ArrayBuffer>, hash: string): Uint8Array<ArrayBuffer> | null {
  for (let at = 0; at + IDENTITY_SIZE <= drawn.length; at += IDENTITY_SIZE) {
    const packet = drawn.slice(at, at + IDENTITY_SIZE);
    if (b64encode(sha256(packet)) === hash) return packet;
  }
  return null;
}

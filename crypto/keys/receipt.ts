/** The receipt: 27 random digits, one check digit, and every key that follows from them (SPEC §3). */

import { type Bytes, b64decode, b64encode, utf8 } from "../framing.js";
import { refuse } from "../errors.js";
import { type KdfCost, type Progress, Secret, hkdf, noProgress, sha256, sign, stretch, verifyKey } from "../primitives.js";
import type { Rng } from "../randomness.js";
import { Identity, type Recipient } from "../sealing/xwing.js";

export const RECEIPT_COST: KdfCost = { memory: 19_456, passes: 2, lanes: 1 };
const DIGITS = 28;
const FAIR = 250;
const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
// Frozen: a receipt typed in ten years reads as it does today. SPEC §3 lists the same points.
const DROPPED = /[\u0009-\u000d\u0020\u00a0\u2000-\u200b\u202f\u3000\ufeff\u002d\u00ad\u2010-\u2015\u2212\uff0d\u002e\u00b7\u3002\u30fb\uff0e\uff61]/g;

/** 28 digits whose check digit fits; made by drawReceipt and readReceipt only. */
export class Receipt {
  readonly #digits: string;

  constructor(digits: string) {
    if (!/^[0-9]{28}$/.test(digits)) refuse("receipt", "not 28 digits");
    if (damm(digits) !== 0) refuse("receipt", "the check digit does not fit");
    this.#digits = digits;
  }

  /** Seven groups of four digits, as shown to people. */
  groups(): string[] {
    return this.#digits.match(/.{4}/g) ?? [];
  }

  /** The 28 digits, for the key derivation and for a slip that the reporter asks for. */
  reveal(): string {
    return this.#digits;
  }
}

/** The Damm check digit of ASCII digits; 0 when the last one already is theirs. */
export function damm(digits: string): number {
  return [...digits].reduce((interim, digit) => Number(DAMM[interim]?.charAt(Number(digit))), 0);
}

/** 27 uniform digits by rejection sampling (bytes of 250 and more are thrown away) and the check digit. */
export function drawReceipt(rng: Rng): Receipt {
  let digits = "";
  while (digits.length < DIGITS - 1) {
    const byte = rng(1)[0] as number;
    if (byte < FAIR) digits += String(byte % 10);
  }
  return new Receipt(digits + String(damm(digits)));
}

/** What a person typed, normalised and checked; refused at `receipt`. */
export function readReceipt(typed: string): Receipt {
  const ascii = typed.replace(/[\uff10-\uff19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
  return new Receipt(ascii.replace(DROPPED, ""));
}

/** The two MAC keys of an epoch. */
export interface MacKeys {
  readonly toOffice: Secret;
  readonly toReporter: Secret;
}

/** Everything that follows from a receipt at one office; never leaves the device, except the token in its own calls. */
export class ReporterKeys {
  readonly office: string;
  readonly mailboxId: string;
  readonly #token: Bytes;
  readonly #identity: Identity;
  readonly #act: Secret;
  readonly #memo: Secret;
  readonly #macs: MacKeys;
  readonly #watch: Secret;

  constructor(office: string, root: Secret) {
    const derive = (label: string): Secret => new Secret(hkdf(root.reveal(), label));
    this.office = office;
    this.#token = derive("yanlu/v1/mailbox").reveal();
    this.mailboxId = b64encode(sha256(this.#token));
    this.#identity = new Identity(derive("yanlu/v1/reporter-key"));
    this.#act = derive("yanlu/v1/act");
    this.#memo = derive("yanlu/v1/memo");
    this.#macs = { toOffice: derive("yanlu/v1/mac/to-office"), toReporter: derive("yanlu/v1/mac/to-reporter") };
    this.#watch = new Secret(derive("yanlu/v1/watch").reveal().subarray(0, 16));
  }

  /** The mailbox token (b64) that poll, post and draft calls carry. */
  token(): string {
    return b64encode(this.#token);
  }

  get identity(): Identity {
    return this.#identity;
  }

  get recipient(): Recipient {
    return this.#identity.recipient;
  }

  /** The act key's public half, b64. */
  get act(): string {
    return b64encode(verifyKey(this.#act));
  }

  get memoKey(): Secret {
    return this.#memo;
  }

  get macs(): MacKeys {
    return this.#macs;
  }

  get watchHandle(): Secret {
    return this.#watch;
  }

  /** A signature of the act key over a frame, b64. */
  signAct(message: Uint8Array): string {
    return b64encode(sign(this.#act, message));
  }
}

/** All keys of a receipt at one office (b64 id); takes a second or two, in slices that leave the page alive. */
export async function deriveReporter(receipt: Receipt, office: string, cost = RECEIPT_COST, progress: Progress = noProgress): Promise<ReporterKeys> {
  const root = await stretch(utf8(receipt.reveal()), b64decode(office, 16), cost, progress);
  return new ReporterKeys(office, root);
}

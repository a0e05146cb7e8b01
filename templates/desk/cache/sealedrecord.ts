/**
 * A text sealed for this member's own disk, under a key that follows from the member's seed; its size tells steps alone.
 *
 * Anyone who copies the disk has the device secret with it, where it was typed or made here: the same tick keeps it in clear
 * (`device.ts`). What still stands between them and the words is the passphrase and the wrapped key. That key is not in this browser:
 * the server gives it out after a sign-in, which asks for a one-time code or a passkey besides, and any `profile.json` of the command
 * line has it. Without it no passphrase can be tried away from the server. Where a passkey has always stood in for the device secret,
 * that is missing too, or in its place the passkey's secret and the key that is wrapped for it.
 */

import { type Bytes, concat, frame, u64, utf8 } from "../../../crypto/framing.js";
import { hkdf } from "../../../crypto/primitives.js";
import type { Secret } from "../../../crypto/staff.js";
import type { Disk } from "./disk.js";

/** The size of every record is a multiple of this, so that it tells no number of cases. */
export const STEP = 16 * 1024 * 1024;
const NONCE_SIZE = 12;
const TAG_SIZE = 16;
const LENGTH_SIZE = 8;
const LABEL = "yanlu/v1/desk-cache";

/** Whose record it is: another member's, another office's or another shape's does not open. */
export interface Owner {
  readonly office: string;
  readonly member: string;
}

function bindingOf({ office, member }: Owner): Bytes {
  return frame(LABEL, utf8(office), utf8(member));
}

export class SealedRecord {
  readonly #key: Promise<CryptoKey>;
  readonly #binding: Bytes;

  constructor(seed: Secret, owner: Owner, private readonly disk: Disk) {
    this.#binding = bindingOf(owner);
    this.#key = crypto.subtle.importKey("raw", hkdf(seed.reveal(), LABEL) as Bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  /** The text, or null where there is none that opens. */
  async read(): Promise<string | null> {
    const record = await this.disk.read();
    if (record === null || record.byteLength === 0 || record.byteLength % STEP !== 0) return null;
    try {
      const how = { name: "AES-GCM", iv: new Uint8Array(record, 0, NONCE_SIZE), additionalData: this.#binding };
      const padded = await crypto.subtle.decrypt(how, await this.#key, new Uint8Array(record, NONCE_SIZE));
      const size = Number(new DataView(padded).getBigUint64(0));
      return new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(padded, LENGTH_SIZE, size));
    } catch {
      return null;
    }
  }

  /** Replaces the record. */
  async write(text: string): Promise<void> {
    const bytes = utf8(text);
    const frameSize = NONCE_SIZE + TAG_SIZE + LENGTH_SIZE;
    const size = Math.ceil((frameSize + bytes.length) / STEP) * STEP;
    const padded = new Uint8Array(size - NONCE_SIZE - TAG_SIZE);
    padded.set(u64(bytes.length));
    padded.set(bytes, LENGTH_SIZE);
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
    const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: this.#binding }, await this.#key, padded);
    await this.disk.write(concat(iv, new Uint8Array(box)).buffer);
  }

  remove(): Promise<void> {
    return this.disk.remove();
  }
}

/**
 * The member's seed across a reload of this tab. It lies in the tab's session storage, encrypted under a key of which the tab has one
 * half and the server, beside the session, the other: neither half alone says anything of the key, and the server's is destroyed with
 * the session. A browser may write session storage to disk: what that means is a row of SECURITY.md.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, b64decode, b64encode, concat, frame, utf8 } from "../../crypto/framing.js";
import { hkdf } from "../../crypto/primitives.js";
import { Secret, type StaffMember } from "../../crypto/staff.js";
import { session } from "./api.js";

const NAME = "yanlu.desk.tab";
const LABEL = "yanlu/v1/desk-tab";
const PLACE_NAME = "yanlu.desk.place";
const PLACE_LABEL = "yanlu/v1/desk-place";
/** The size of a kept place is a multiple of this, so that it tells little of what was typed. */
const PLACE_STEP = 4096;
const MOST_PLACE = 1024 * 1024;
/** The last byte of a JSON object: what follows is padding. */
const END = 0x7d;
const HALF_SIZE = 32;
const NONCE_SIZE = 12;

/** Who is signed in on this tab; `remember` as it was ticked at the sign-in. */
export interface TabSeed {
  readonly member: string;
  readonly remember: boolean;
}

interface Stored extends TabSeed {
  readonly half: string;
  readonly box: string;
}

function read(): Stored | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { member, remember, half, box } = found as Record<string, unknown>;
    return typeof member === "string" && typeof remember === "boolean" && typeof half === "string" && typeof box === "string" ? { member, remember, half, box } : null;
  } catch {
    return null;
  }
}

/** What a place is sealed under, for whom; null where nothing was kept or opened on this page. */
let place: { readonly key: Secret; readonly binding: Bytes } | null = null;

async function keyOf(near: Uint8Array, far: Uint8Array, { office, member }: StaffMember): Promise<CryptoKey> {
  const secret = concat(near, far);
  const key = hkdf(secret, LABEL);
  place = { key: new Secret(hkdf(secret, PLACE_LABEL)), binding: frame(PLACE_LABEL, utf8(office), utf8(member)) };
  try {
    return await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  } finally {
    secret.fill(0);
    key.fill(0);
  }
}

/** The box opens for this member of this office alone. */
const how = (iv: Bytes, { office, member }: StaffMember): AesGcmParams => ({ name: "AES-GCM", iv, additionalData: frame(LABEL, utf8(office), utf8(member)) });

/** Who can go on in this tab without signing in, while the session lasts; null where nobody can. */
export function tabSeed(): TabSeed | null {
  return read();
}

/** Keeps the seed for the next reload of this tab. Where the browser has no storage, or the server no half, a reload asks for a sign-in. */
export async function keepTabSeed(seed: Secret, whose: StaffMember, remember: boolean): Promise<void> {
  const near = crypto.getRandomValues(new Uint8Array(HALF_SIZE));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const key = await keyOf(near, b64decode(await session.keyHalf()), whose);
  const box = new Uint8Array(await crypto.subtle.encrypt(how(iv, whose), key, seed.reveal()));
  const stored: Stored = { member: whose.member, remember, half: b64encode(near), box: b64encode(concat(iv, box)) };
  try {
    sessionStorage.setItem(NAME, JSON.stringify(stored));
  } catch {
    // A browser without storage, or one that is full: a reload asks for a sign-in.
  }
}

/** The seed that this tab kept, by the server's half of now; null where the two do not belong together, and then nothing is kept any more. Throws what the call for the half throws. */
export async function openTabSeed(office: string): Promise<Secret | null> {
  const stored = read();
  if (stored === null) return null;
  const far = await session.keyHalf();
  try {
    const box = b64decode(stored.box);
    const iv = box.slice(0, NONCE_SIZE) as Bytes;
    const key = await keyOf(b64decode(stored.half), b64decode(far), { office, member: stored.member });
    return new Secret(new Uint8Array(await crypto.subtle.decrypt(how(iv, { office, member: stored.member }), key, box.slice(NONCE_SIZE) as Bytes)));
  } catch {
    forgetTabSeed();
    return null;
  }
}

/** Keeps what the tab shows and what is typed there, in place of what was kept of it. At once, for the page may be about to go. */
export function keepPlace(text: string): void {
  const bytes = utf8(text);
  if (place === null || bytes.length > MOST_PLACE) return;
  const padded = new Uint8Array(Math.ceil((bytes.length + 1) / PLACE_STEP) * PLACE_STEP);
  padded.set(bytes);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  try {
    sessionStorage.setItem(PLACE_NAME, b64encode(concat(nonce, chacha20poly1305(place.key.reveal(), nonce, place.binding).encrypt(padded))));
  } catch {
    // Without room for it a reload shows the first page.
  }
}

/** What was kept of the place; null where nothing was that opens. */
export function openPlace(): string | null {
  try {
    const box = b64decode(sessionStorage.getItem(PLACE_NAME) ?? "");
    if (place === null) return null;
    const padded = chacha20poly1305(place.key.reveal(), box.slice(0, NONCE_SIZE), place.binding).decrypt(box.slice(NONCE_SIZE));
    return new TextDecoder("utf-8", { fatal: true }).decode(padded.slice(0, padded.lastIndexOf(END) + 1));
  } catch {
    return null;
  }
}

/** Nothing is kept any more. */
export function forgetTabSeed(): void {
  place?.key.reveal().fill(0);
  place = null;
  try {
    sessionStorage.removeItem(PLACE_NAME);
    sessionStorage.removeItem(NAME);
  } catch {
    // Without storage nothing was kept.
  }
}

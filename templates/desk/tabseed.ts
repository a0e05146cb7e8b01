/**
 * The member's seed across a reload of this tab. It lies in the tab's session storage, encrypted under a key of which the tab has one
 * half and the server, beside the session, the other: neither half alone says anything of the key. A browser may write session storage
 * to disk: what that means is a row of SECURITY.md.
 */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Bytes, b64decode, b64encode, concat, frame, u64, utf8 } from "../../crypto/framing.js";
import { hkdf } from "../../crypto/primitives.js";
import { Secret, type StaffMember } from "../../crypto/staff.js";
import { QUIET_MS } from "../shared/quiet.js";
import { session } from "./api.js";

const NAME = "yanlu.desk.tab";
const LABEL = "yanlu/v1/desk-tab";
const PLACE_NAME = "yanlu.desk.place";
const PLACE_LABEL = "yanlu/v1/desk-place";
/** As long as the server's longest session. */
const LONGEST_MS = 10 * 60 * 60_000;
const HALF_SIZE = 32;
const NONCE_SIZE = 12;
/** The size of a place is a multiple of this, so that it tells little of what was typed. */
const PLACE_STEP = 4096;
const MOST_PLACE = 1024 * 1024;
/** The last byte of a JSON object: what follows is padding. */
const END = 0x7d;

/** Who is signed in on this tab since when, in milliseconds since 1970; `remember` as it was ticked at the sign-in. */
export interface TabSeed {
  readonly member: string;
  readonly remember: boolean;
  readonly since: number;
}

interface Stored extends TabSeed {
  readonly half: string;
  readonly box: string;
}

/** What a place is sealed under, for whom; null where nothing was kept or opened on this page. */
let place: { readonly key: Secret; readonly binding: Bytes } | null = null;
/** When somebody was last at this tab. */
let touched = 0;

function read(): Stored | null {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { member, remember, since, half, box } = found as Record<string, unknown>;
    return typeof member === "string" && typeof remember === "boolean" && Number.isSafeInteger(since) && typeof half === "string" && typeof box === "string" ? { member, remember, since: since as number, half, box } : null;
  } catch {
    return null;
  }
}

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

/** The box opens for this member of this office and this sign-in alone. */
const how = (iv: Bytes, { office, member }: StaffMember, since: number): AesGcmParams => ({ name: "AES-GCM", iv, additionalData: frame(LABEL, utf8(office), utf8(member), u64(since)) });

/** Who can go on in this tab without signing in, while the session lasts; null where nobody can. */
export function tabSeed(): TabSeed | null {
  return read();
}

/** The tab's half: that of before, where the same member signs in again, so that what was typed still opens by the server's same half. */
function nearHalf(member: string): Bytes {
  const before = read();
  try {
    if (before?.member === member) return b64decode(before.half, HALF_SIZE);
  } catch {
    // Not ours: another is drawn.
  }
  return crypto.getRandomValues(new Uint8Array(HALF_SIZE));
}

/** Keeps the seed for the next reload of this tab. Where the browser has no storage, or the server no half, nothing is kept, and a reload asks for a sign-in. */
export async function keepTabSeed(seed: Secret, whose: StaffMember, remember: boolean, now: number): Promise<void> {
  const near = nearHalf(whose.member);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  touched = now;
  try {
    const key = await keyOf(near, b64decode(await session.keyHalf()), whose);
    const box = new Uint8Array(await crypto.subtle.encrypt(how(iv, whose, now), key, seed.reveal()));
    const stored: Stored = { member: whose.member, remember, since: now, half: b64encode(near), box: b64encode(concat(iv, box)) };
    sessionStorage.setItem(NAME, JSON.stringify(stored));
  } catch {
    forgetTabSeed();
  }
}

/**
 * The seed that this tab kept, by the server's half of now, and when somebody was here last. Null, and then nothing is kept any more,
 * where the two halves do not belong together, nobody was here for half an hour, or the sign-in was ten hours ago: what the server says
 * of its session is not asked. Throws what the call for the half throws.
 */
export async function openTabSeed(office: string, now: number): Promise<{ readonly seed: Secret; readonly last: number } | null> {
  const stored = read();
  if (stored === null) return null;
  const far = await session.keyHalf();
  const whose = { office, member: stored.member };
  try {
    const box = b64decode(stored.box);
    const key = await keyOf(b64decode(stored.half, HALF_SIZE), b64decode(far), whose);
    const seed = new Secret(new Uint8Array(await crypto.subtle.decrypt(how(box.slice(0, NONCE_SIZE) as Bytes, whose, stored.since), key, box.slice(NONCE_SIZE) as Bytes)));
    const last = Math.max(stored.since, lastTouch());
    if (now - last < QUIET_MS && now - stored.since < LONGEST_MS) {
      touched = last;
      return { seed, last };
    }
    seed.reveal().fill(0);
  } catch {
    // They do not belong together.
  }
  forgetTabSeed();
  return null;
}

/** Somebody is at this tab. */
export function touchTab(now: number): void {
  touched = now;
}

function lastTouch(): number {
  const { at } = JSON.parse(openBox() ?? "{}") as { at?: unknown };
  return typeof at === "number" ? at : 0;
}

/** Keeps what the tab shows and what is typed there, in place of what was kept of it. At once, for the page may be about to go. */
export function keepPlace(text: string): void {
  if (place === null) return;
  const bytes = utf8(JSON.stringify({ at: touched, text }));
  try {
    // What is too much is not kept, nor is what was typed before it.
    if (bytes.length > MOST_PLACE) return sessionStorage.removeItem(PLACE_NAME);
    const padded = new Uint8Array(Math.ceil((bytes.length + 1) / PLACE_STEP) * PLACE_STEP);
    padded.set(bytes);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
    sessionStorage.setItem(PLACE_NAME, b64encode(concat(nonce, chacha20poly1305(place.key.reveal(), nonce, place.binding).encrypt(padded))));
  } catch {
    // Without room for it a reload shows the first page.
  }
}

/** What was kept of the place; null where nothing was that opens. */
export function openPlace(): string | null {
  const { text } = JSON.parse(openBox() ?? "{}") as { text?: unknown };
  return typeof text === "string" ? text : null;
}

function openBox(): string | null {
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

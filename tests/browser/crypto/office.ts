// An office of three members, two keepers and one outside holder, made for a test.

import { ed25519 } from "@noble/curves/ed25519.js";
import {
  type ThreadEntry, type ReporterKeys, type VerifiedDirectory, b64encode, deriveReporter, drawReceipt, officeCode, systemRng, utf8, verifyDirectory, writeJsonText,
} from "../../../crypto/index.js";
import { concat } from "../../../crypto/framing.js";
import { sha256 } from "../../../crypto/primitives.js";
import { Identity } from "../../../crypto/sealing/xwing.js";
import { type StaffKeys, drawStaffSeed, staffKeys } from "../../../crypto/staff.js";

export const TODAY = "2026-11-24";
export const QUICK = { memory: 64, passes: 1, lanes: 1 };
const both = (text: string) => ({ en: text, zh: text });
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

export interface Keeper {
  readonly id: string;
  readonly seed: Uint8Array;
}

export function drawKeeper(id: string): Keeper {
  return { id, seed: systemRng(32) };
}

/** A signed note of that text. */
export function signNote(text: string, keepers: readonly Keeper[]): string {
  const lines = keepers.map(({ id, seed }) => {
    const key = ed25519.getPublicKey(seed);
    const mark = sha256(concat(utf8(id), Uint8Array.of(10, 1), key)).subarray(0, 4);
    return `— ${id} ${base64(concat(mark, ed25519.sign(utf8(text), seed)))}\n`;
  });
  return `${text}\n${lines.join("")}`;
}

export function noteText(label: string, office: string, number: number, document: unknown): string {
  return `yanlu/v1/${label}\n${office}\n${number}\n${writeJsonText(document)}\n`;
}

export interface Office {
  readonly id: string;
  readonly code: string;
  readonly keepers: readonly Keeper[];
  readonly roots: readonly string[];
  readonly note: string;
  readonly document: Record<string, unknown>;
  readonly staff: ReadonlyMap<string, StaffKeys>;
}

export function rootDocument(office: string, number: number, keepers: readonly Keeper[], threshold: number) {
  const seats = keepers.map(({ id, seed }) => ({ id, key: b64encode(ed25519.getPublicKey(seed)), nonce: b64encode(sha256(seed)), seat: both(id) }));
  return { v: 1, language: "zh", office, number, suite: "yanlu-1", keepers: seats, threshold };
}

function entity(id: string, superior: string | null, outside: string[]) {
  const words = { authorities: [], emergency: both("110"), edge: both("no"), roads: both("none") };
  return { id, name: both(id), country: "CN", language: "zh", calendar: "CN", timezone: "Asia/Shanghai", superior, outside, ...words, watch: null };
}

export const MEMBERS = ["an", "bo", "chen", "ding", "outsider"];

function directoryDocument(office: string, staff: ReadonlyMap<string, StaffKeys>, threshold: number): Record<string, unknown> {
  const members = [...staff].map(([id, keys]) => ({
    id, role: id === "outsider" ? "outside" : "investigator", name: both(id), recipient: keys.recipient, signing: keys.signing, from: "2026-01-01", until: "2027-12-31",
  }));
  return {
    v: 1, language: "zh", office, suite: "yanlu-1", sequence: 3, root: 1, issued: "2026-11-01", expires: "2026-12-01", name: both("office"),
    entities: [entity("plant", null, ["outsider"])], policies: [{ id: "whistle", version: "1", hash: b64encode(new Uint8Array(32)), entities: ["plant"] }],
    members, holders: [{ entity: "plant", policy: "whistle", category: "*", members: ["an", "bo", "chen", "ding"], left_out: [] }],
    recovery: Identity.draw(systemRng).recipient, custodians: { m: 0, members: [] }, oversight: [], regrant_threshold: threshold,
    jurisdictions: b64encode(new Uint8Array(32)),
  };
}

/** Draws a whole office. */
export function drawOffice(threshold = 1): Office {
  const id = b64encode(systemRng(16));
  const staff = new Map(MEMBERS.map((member) => [member, staffKeys(drawStaffSeed(systemRng), { office: id, member })]));
  const keepers = [drawKeeper("union"), drawKeeper("board"), drawKeeper("council")];
  const root = signNote(noteText("root", id, 1, rootDocument(id, 1, keepers, 2)), keepers.slice(0, 2));
  const document = directoryDocument(id, staff, threshold);
  const note = signNote(noteText("directory", id, 3, document), keepers.slice(1));
  return { id, code: officeCode(root), keepers, roots: [root], note, document, staff };
}

export function directoryOf(office: Office): VerifiedDirectory {
  return verifyDirectory(office.code, office.roots, office.note, TODAY);
}

export function keysOf(office: Office, member: string): StaffKeys {
  const found = office.staff.get(member);
  if (found === undefined) throw new Error("no such member");
  return found;
}

export function drawReporter(office: Office): Promise<ReporterKeys> {
  return deriveReporter(drawReceipt(systemRng), office.id, QUICK);
}

export const marks = (entries: readonly ThreadEntry[]) => entries.map((entry) => entry.mark);
export const texts = (entries: readonly ThreadEntry[]) => entries.map((entry) => (entry.content?.payload as { text?: string; account?: string } | undefined)?.text ?? null);


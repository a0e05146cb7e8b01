/** The office behind this page: its code, its verified directory, and the documents that the directory names by hash. */

import { type Entity, LAPSED_DAYS, type SeatShown, type Seen, type Use, type VerifiedDirectory, b64encode, openOfficeDocument, readJson } from "../../crypto/index.js";
import { CryptoError, refuse } from "../../crypto/errors.js";
import { languageTag, localized, withLanguage } from "../../crypto/localized.js";
import { type Read, type Shape, list, record, text, version } from "../../crypto/shape.js";
import { type Waiting, getBytes, getText, isCarried, untilAnswered } from "./api.js";
import { NoAnswer } from "../shared/refusals.js";
import { momentOf } from "../shared/moment.js";
import { type PolicyPage, readPage } from "../shared/questionnaire.js";
import { anchorInFragment, hasWrongCode } from "../shared/officecode.js";

const words = localized();
/** Members by their names, whatever these are. */
const byKey = <T>(shape: Shape<T>): Shape<Readonly<Record<string, T | undefined>>> => (value, language) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one, language)]));
};
const countryTexts = record({ danger: words, secrets: words, tips: byKey(words), authorities: list(record({ name: words, contact: text() }), 32) });
const jurisdictionTexts = withLanguage(record({ v: version, language: languageTag, countries: byKey(countryTexts) }));
export type CountryTexts = Read<typeof countryTexts>;

/** Everything the page knows about the office, all of it verified. */
export interface Office {
  /** The code that was typed, or a link's code and hash: never what the server served. */
  readonly code: string;
  /** The chain of roots as served, which a proof of filing carries. */
  readonly roots: readonly string[];
  readonly directory: VerifiedDirectory;
  readonly policies: ReadonlyMap<string, PolicyPage>;
  /** Who signs that this list of readers is right. */
  readonly keepers: readonly SeatShown[];
  countryOf(entity: Entity): CountryTexts;
}

/** Today on this device, as `YYYY-MM-DD`. */
export function today(): string {
  const now = new Date();
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The day that many days later. */
export function daysLater(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The office code in the link's fragment, with the hash that a link carries, written cleanly, or null. */
export function codeFromLink(): string | null {
  return anchorInFragment(window.location.hash);
}

/** Whether the link brought a code that is none: mistyped, or cut short. */
export function linkHasNoGoodCode(): boolean {
  return hasWrongCode(window.location.hash);
}

/** Keeps the code, and the hash that came with it, in the address's fragment, which no server ever gets, for the next page of this visit. */
export function keepCode(code: string): void {
  window.history.replaceState(window.history.state, "", `#c=${code}`);
}

async function named(kind: string, hash: string): Promise<Uint8Array> {
  const bytes = await getBytes(`/office/${kind}/${hash}.json`);
  const found = b64encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  return found === hash ? bytes : refuse("directory", "a document that the directory does not name");
}

async function readPolicies(directory: VerifiedDirectory): Promise<Map<string, PolicyPage>> {
  const reading = directory.content.policies.map(async ({ id, hash }): Promise<[string, PolicyPage]> => [id, readPage(await named("policies", hash))]);
  return new Map(await Promise.all(reading));
}

/** Fetches and verifies the office; a `CryptoError` says why not, and then nothing may be sealed. */
export async function openOffice(code: string, seen: Seen | null = null, use: Use = {}): Promise<Office> {
  const content = await getText("/office/office.json");
  const { directory, keepers, roots } = await openOfficeDocument(code, content, momentOf(new Date(), today()), seen, { ...use, offline: isCarried() });
  const [policies, document] = await Promise.all([readPolicies(directory), named("jurisdictions", directory.content.jurisdictions)]);
  const texts = jurisdictionTexts(readJson(document, document.length));
  const countryOf = (entity: Entity): CountryTexts => {
    const found = texts.countries[entity.country] ?? texts.countries["*"];
    return found ?? refuse("directory", "no texts for this country");
  };
  return { code, roots, directory, policies, keepers, countryOf };
}

/**
 * Right before something is sealed: what the server shows now must still be this office, and nothing older than it showed before.
 * What is sealed goes to the directory that the reporter has looked at, which stays valid until it expires; `use` is for what
 * is sealed to the keys of a case alone.
 */
export async function confirmOffice(office: Office, waiting: Waiting, use: Use = {}): Promise<void> {
  await untilAnswered(() => openOffice(office.code, office.directory.seen, use), waiting, (error) => error instanceof NoAnswer);
}

/** From when on no new report is taken under the list of key holders, and until when who waits can read and answer. */
export function endOf(directory: VerifiedDirectory): { readonly day: string; readonly last: string } {
  const day = directory.lastDay;
  return { day, last: daysLater(day, LAPSED_DAYS - 1) };
}

/** The entities that some policy serves. */
export function servedEntities(office: Office): Entity[] {
  const served = new Set(office.directory.content.policies.flatMap((policy) => policy.entities));
  return office.directory.content.entities.filter((entity) => served.has(entity.id));
}

/** The policies of an entity. */
export function policiesOf(office: Office, entity: string): PolicyPage[] {
  const ids = office.directory.content.policies.filter((policy) => policy.entities.includes(entity)).map((policy) => policy.id);
  return ids.flatMap((id) => office.policies.get(id) ?? []);
}

/** Whether an error means that the page must not be trusted, rather than that the line is down. */
export function isDistrust(error: unknown): boolean {
  return error instanceof CryptoError;
}

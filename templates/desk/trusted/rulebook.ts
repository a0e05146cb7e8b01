/** The rules under which cases run and the days that offices work, as this browser may trust them. */

import { type Clauses, type DutyRules, type IntakeRules, type Office, type Rules, readClauses, readDutyRules, readIntakeRules, readOffices, readRules } from "../../../casework/index.js";
import { CryptoError, b64encode } from "../../../crypto/index.js";
import { sha256Large } from "../../../crypto/primitives.js";
import { readJson } from "../../../crypto/text.js";
import { DeskRefusal, office } from "../api.js";
import type { PolicyText } from "./policy.js";

type IsMember = (member: string) => boolean;

const CALENDARS_LIMIT = 4 * 1024 * 1024;

/** Rules by the hash that a policy's page names, which the signed directory names in turn; calendars by the hash that the directory itself names. */
export class Rulebook {
  readonly #rules = new Map<string, Promise<Rules | null>>();
  readonly #clauses = new WeakMap<Rules, Clauses>();

  private constructor(private readonly policies: ReadonlyMap<string, PolicyText>, private calendars: string | null, private offices: ReadonlyMap<string, Office>, private members: IsMember) {}

  /** `isMember` tells who is in the office today. Fetches the calendars of that hash; without them, or where the keepers signed none, no clock is reckoned and no act is judged here. */
  static async open(policies: ReadonlyMap<string, PolicyText>, calendars: string | null, isMember: IsMember): Promise<Rulebook> {
    return new Rulebook(policies, calendars, await readCalendars(calendars), isMember);
  }

  /** Takes up who is in the office by now, and the calendars of that hash, for the keepers may have signed others since; those at hand stay where they can't be had. */
  async renew(calendars: string | null, isMember: IsMember): Promise<void> {
    this.members = isMember;
    if (calendars === this.calendars) return;
    const offices = await readCalendars(calendars);
    if (offices.size > 0 || calendars === null) [this.calendars, this.offices] = [calendars, offices];
  }

  /** Whether somebody is in the office, as it was last verified. */
  isMember(member: string): boolean {
    return this.members(member);
  }

  office(entity: string): Office | null {
    return this.offices.get(entity) ?? null;
  }

  /** The rules of a version; null where it was published without any, or they cannot be had. */
  rules(policy: string, version: string): Promise<Rules | null> {
    const hash = this.hashOf(policy, version);
    if (hash === null) return Promise.resolve(null);
    const known = this.#rules.get(hash) ?? this.fetchRules(hash);
    this.#rules.set(hash, known);
    // What could not be fetched is asked for again the next time.
    known.then((rules) => rules === null && this.#rules.delete(hash), () => this.#rules.delete(hash));
    return known;
  }

  /** What the document of these rules says beside the steps of a case. */
  clauses(rules: Rules): Clauses | null {
    return this.#clauses.get(rules) ?? null;
  }

  private async fetchRules(hash: string): Promise<Rules | null> {
    const content = await fetched(office.rules(hash));
    if (content === null) return null;
    const bytes = await verified(content, hash, "rules");
    const rules = readRules(bytes);
    this.#clauses.set(rules, readClauses(bytes));
    return rules;
  }

  /** By what a report is taken in under the version in force; null where it was published without rules. Throws where they can't be had. */
  async intakeRules(policy: string): Promise<IntakeRules | null> {
    const hash = this.policies.get(policy)?.rules ?? null;
    return hash === null ? null : readIntakeRules(await verified(await office.rules(hash), hash, "rules"));
  }

  /** What the version in force requires of the office at intervals; null where it was published without rules. Throws where they can't be had. */
  async dutyRules(policy: string): Promise<DutyRules | null> {
    const hash = this.policies.get(policy)?.rules ?? null;
    return hash === null ? null : readDutyRules(await verified(await office.rules(hash), hash, "rules"));
  }

  /** The rules of every other version of a policy that can be had, the one in force first. */
  async others(policy: string, version: string): Promise<Rules[]> {
    const page = this.policies.get(policy);
    const versions = [page?.version, ...(page?.earlier ?? []).map((one) => one.version)].filter((one) => one !== undefined && one !== version);
    const found = await Promise.all([...new Set(versions)].map((one) => this.rules(policy, one ?? "")));
    return found.filter((rules) => rules !== null);
  }

  private hashOf(policy: string, version: string): string | null {
    const page = this.policies.get(policy);
    if (page?.version === version) return page.rules ?? null;
    return page?.earlier?.find((one) => one.version === version)?.rules ?? null;
  }
}

async function readCalendars(hash: string | null): Promise<ReadonlyMap<string, Office>> {
  const content = hash === null ? null : await fetched(office.calendars(hash));
  if (content === null) return new Map();
  return readOffices(readJson(await verified(content, hash ?? "", "calendars"), CALENDARS_LIMIT));
}

/** The bytes, where they are those of this hash. */
async function verified(content: Uint8Array<ArrayBuffer>, hash: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
  if (b64encode(await sha256Large(content)) !== hash) throw new CryptoError("directory", `${what} that no document names`);
  return content;
}

/** Null where the server has no such document or does not answer. */
async function fetched(asked: Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DeskRefusal) return null;
    throw error;
  }
}

/** What this device remembers: which office it trusts, the highest directory seen and, if ticked, the device secret. */

import type { Seen } from "../../crypto/office/directory.js";
import type { SeenLog } from "./observing/log.js";

const OFFICE = "yanlu.desk.office";
const SEEN = "yanlu.desk.seen";
const KEPT = "yanlu.desk.device";
const KEYS_OFF = "yanlu.desk.keys-off";
const REMEMBERS = "yanlu.desk.remembers";
const TRIED = "yanlu.desk.tried";
const LOG = "yanlu.desk.log";
const REPORT_PAGE = "yanlu.desk.report-page";
const MOST_TRIED = 20_000;

export interface StoredCredential {
  readonly member: string;
  readonly secret: string;
}

function read<T>(name: string): T | null {
  try {
    const found = localStorage.getItem(name);
    return found === null ? null : (JSON.parse(found) as T);
  } catch {
    return null;
  }
}

function write(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A browser without storage only means that the codes are asked for each time.
  }
}

export const device = {
  officeCode: (): string | null => read<string>(OFFICE),
  keepOfficeCode: (code: string): void => write(OFFICE, code),
  seen: (): Seen | null => read<Seen>(SEEN),
  keepSeen: (seen: Seen): void => write(SEEN, seen),
  /** The newest checkpoint of the log that an observer has seen here. */
  seenLog: (): SeenLog | null => read<SeenLog>(LOG),
  keepSeenLog: (seen: SeenLog): void => write(LOG, seen),
  kept: (): StoredCredential | null => read<StoredCredential>(KEPT),
  keep: (kept: StoredCredential | null): void => write(KEPT, kept),
  /** Where reporters write, as a member once typed it here; empty where nobody has. */
  reportPage: (): string => read<string>(REPORT_PAGE) ?? "",
  keepReportPage: (address: string): void => write(REPORT_PAGE, address === "" ? null : address),
  /** Whether the member who signed in last let this device remember, and has not had it forget since. */
  remembers: (): boolean => read<boolean>(REMEMBERS) === true,
  setRemembers: (remembers: boolean): void => write(REMEMBERS, remembers ? true : null),
  keysOff: (): boolean => read<boolean>(KEYS_OFF) === true,
  setKeysOff: (off: boolean): void => write(KEYS_OFF, off ? true : null),
  /** Ids of batch entries already tried here; the batch is the same for all, so the list tells nothing. */
  tried: (): Set<string> => new Set(read<string[]>(TRIED) ?? []),
  keepTried: (ids: ReadonlySet<string>): void => write(TRIED, [...ids].slice(-MOST_TRIED)),
  /** All that is remembered, to be put back after the browser cleared it. */
  take: (): ReadonlyMap<string, unknown> => new Map([OFFICE, SEEN, KEPT, KEYS_OFF, TRIED, REMEMBERS, LOG, REPORT_PAGE].map((name) => [name, read(name)])),
  put: (kept: ReadonlyMap<string, unknown>): void => kept.forEach((value, name) => write(name, value)),
  /** Everything but the office code and the highest directory, which protect the next sign-in. */
  forget: (): void => {
    for (const name of [KEPT, TRIED, REMEMBERS]) write(name, null);
  },
};

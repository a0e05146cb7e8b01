/** The terms of one clock, and what happens around it (twin of `casework/deadlines/terms.py`). */

import type { Day } from "./days.js";
import type { Limit } from "./limits.js";
import type { LastDay } from "./deadline.js";
import type { Words } from "../words.js";
import type { Instant } from "./zones.js";

export type ClockKind = "deadline" | "not-before" | "warning";

/** A number; a word without one, as printed; or a blank that the operator must bind. */
export type Length =
  | { readonly kind: "limit"; readonly limit: Limit }
  | { readonly kind: "promptly"; readonly words: Words }
  | { readonly kind: "unbound"; readonly parameter: string };

/** A length that holds for some cases only: of one of these grades, or of this many departments. */
export interface Tier {
  readonly limit: Limit;
  readonly grades: readonly string[];
  readonly departments: number | null;
}

export interface Facts {
  readonly grade: string | null;
  readonly departments: number;
}

/** Whether, how far and how often a clock may be extended: `by` caps one extension, `whole` the whole limit. */
export interface ExtensionTerms {
  readonly events: ReadonlySet<string>;
  readonly by: Limit | null;
  readonly times: number | null;
  readonly told: boolean;
  readonly whole: Limit | null;
}

/** A start for want of the proper one: once `after` has run out since one of `start`. */
export interface Otherwise {
  readonly start: ReadonlySet<string>;
  readonly after: Limit;
  readonly waitLast: boolean;
}

export interface ClockTerms {
  readonly id: string;
  readonly start: ReadonlySet<string>;
  readonly stop: ReadonlySet<string>;
  readonly length: Length;
  readonly kind: ClockKind;
  readonly anyStop: boolean;
  readonly since: Words | null;
  readonly tiers: readonly Tier[];
  readonly lastDay: LastDay;
  readonly pauses: ReadonlySet<string>;
  readonly resumes: ReadonlySet<string>;
  readonly extension: ExtensionTerms | null;
  readonly restarts: boolean;
  readonly statutory: boolean;
  readonly otherwise: Otherwise | null;
}

/** Something that happened, as plain as a clock needs it; `moment` only for what staff caused. */
export interface Happening {
  readonly code: string;
  readonly day: Day;
  readonly moment: Instant | null;
  readonly until: Day | null;
}

/** The length for a case of these facts: the first tier of which one condition is met. */
export function lengthFor(terms: ClockTerms, facts: Facts): Length {
  const tier = terms.tiers.find((one) =>
    (one.departments !== null && facts.departments >= one.departments) || (facts.grade !== null && one.grades.includes(facts.grade)));
  return tier === undefined ? terms.length : { kind: "limit", limit: tier.limit };
}

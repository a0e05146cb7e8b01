/**
 * What one holder writes and seals is shown in that person's name alone. Where it names what the office's signed papers do not
 * have, or what can't be, the page says so, and nothing follows from it: no stage, no last day, no button.
 */

import type { Day, PayloadOf } from "../../../crypto/index.js";
import type { MemoBody } from "../../../crypto/case/documents.js";
import type { PolicyPage } from "../../shared/questionnaire.js";
import { daysLater } from "../office.js";

type Status = PayloadOf<"status">;
type Notice = PayloadOf<"notice">;
type Until = NonNullable<Notice["until"]>;

/** Why an item is not to be relied on: an id that the policy of today lacks, a day that can't be, or a name that nobody gave. */
export type Doubt = "unknown" | "day" | "name";

/** What an item is held against. */
export interface Papers {
  readonly policy: Pick<PolicyPage, "stages" | "outcomes" | "measures"> | undefined;
  readonly handles: MemoBody["handles"];
  /** The day of the report, and today on this device. */
  readonly started: Day;
  readonly today: Day;
}

const YEAR = 366;
/** Two devices may stand on two days. */
const NEIGHBOURS = 1;

/** Whether a day that somebody wrote is before the report, or more than a year ahead. */
export function isFar(day: Day, { started, today }: Pick<Papers, "started" | "today">): boolean {
  return day < daysLater(started, -NEIGHBOURS) || day > daysLater(today, YEAR);
}

function dayFault(type: string, payload: { readonly day?: Day; readonly act?: string }, papers: Papers): boolean {
  const { day, act } = payload;
  if (day === undefined) return false;
  // That a report went to an authority is said once it did. Of any other message the clock of its writer may be wrong.
  const forwarded = type === "notice" && act === "handed-over";
  return day > daysLater(papers.today, forwarded ? NEIGHBOURS : YEAR) || (forwarded && isFar(day, papers));
}

function idFault({ stage, next, ...told }: Status | Notice, policy: NonNullable<Papers["policy"]>): boolean {
  const lacks = (list: readonly { readonly id: string }[], ids: readonly string[]): boolean => ids.some((id) => !list.some((one) => one.id === id));
  return lacks(policy.stages, next === null ? [stage] : [stage, next])
    || ("outcomes" in told && (lacks(policy.outcomes, told.outcomes) || lacks(policy.measures, told.measures)));
}

/** Whether an item about an encrypted name speaks of one that this mailbox knows. */
function isGiven({ about }: PayloadOf<"unsealing">, { identity, others }: MemoBody["handles"]): boolean {
  return about === "reporter" ? identity !== null : others.length > 0;
}

/** What is wrong with a verified item's words; null where nothing is. */
export function doubtOf(content: { readonly type: string; readonly payload: object }, papers: Papers): Doubt | null {
  const { type, payload } = content;
  // The days of a change of keys are checked with its signatures.
  if (type !== "epoch" && dayFault(type, payload, papers)) return "day";
  if (type === "unsealing") return isGiven(payload as PayloadOf<"unsealing">, papers.handles) ? null : "name";
  if (type !== "status" && type !== "notice") return null;
  return papers.policy === undefined || idFault(payload as Status | Notice, papers.policy) ? "unknown" : null;
}

/** A calendar has an end; no limit is longer. */
const MOST_DAYS = 36_600;
/** The fewest days that a limit of one of these lasts. */
const LEAST: Readonly<Record<string, number>> = { minute: 0, hour: 1 / 24, day: 1, "working day": 1, week: 7, month: 28, year: 365 };

function leastDays(limit: string): number {
  const unit = limit.replace(/^[0-9]+ /, "").replace(/s$/, "");
  return Math.min(MOST_DAYS, Math.floor(Number.parseInt(limit, 10) * (LEAST[unit] ?? 0))) - NEIGHBOURS;
}

/**
 * Whether a last day can't come of its limit: it would have begun before the report, or other days count than the limit has. `early`
 * where it is sooner than the limit from `told`, the day of the notice that named it first: something else must have begun it.
 */
export function limitDoubt({ day, limit, counts }: Until, started: Day, told: Day | null): "wrong" | "early" | null {
  const least = leastDays(limit);
  const working = / working days?$/.test(limit);
  const otherCount = counts !== null && (!working || counts.length !== Number.parseInt(limit, 10) || (counts[0] ?? day) < started);
  if (otherCount || day < daysLater(started, least)) return "wrong";
  return told !== null && day < daysLater(told, least) ? "early" : null;
}

/** Files that a device runs, or that can bring a program with them. */
const RUNS = new Set((
  "exe com scr pif bat cmd ps1 vbs vbe js jse mjs wsf wsh hta lnk url reg msi msix msp cpl dll jar apk app dmg pkg deb rpm sh command appimage "
  + "iso img vhd html htm xhtml mht mhtml svg xml chm docm dotm xlsm xltm xlsb xlam pptm potm ppsm one"
).split(" "));

/** Whether a file of this name can run a program where it is opened. */
export function canRun(name: string): boolean {
  return RUNS.has(/\.([^.]*)$/.exec(name.toLowerCase().replace(/[^\p{L}\p{N}]+$/u, ""))?.[1] ?? "");
}

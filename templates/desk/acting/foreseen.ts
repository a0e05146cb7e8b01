/** A case as it will stand after steps that nobody has taken yet. */

import { type Act, applyEvents } from "../../../casework/index.js";
import { type Choice, choicesOf } from "./choices.js";
import type { Setting } from "./codeparts.js";
import { PolicyRefused, SILENT, type ActDraft, attempt, audiencesOf } from "./precheck.js";

/** What stands at the beginning of a case, in the order in which it is done. */
const STARTING: readonly Act[] = ["acknowledged", "registered", "assigned"];

/** The setting of the step that follows this one; throws `PolicyRefused`. */
function judged(setting: Setting, draft: ActDraft): Setting {
  const { ruled, opened, me, now } = setting;
  const event = attempt(ruled, opened, me, draft, now(), draft.audience === "nobody" ? null : "-");
  const then = { ...ruled, found: applyEvents(ruled.found, [event]) };
  return { ...setting, ruled: then, opened: { ...opened, ruled: then } };
}

/** The same; null where the policy does not let the step pass as it stands. */
export function afterStep(setting: Setting, draft: ActDraft): Setting | null {
  try {
    return judged(setting, draft);
  } catch (error) {
    if (error instanceof PolicyRefused) return null;
    throw error;
  }
}

/** Judges steps that follow one another, before any of them is sent; gives the first that the policy refuses, and why. */
export function firstRefused(setting: Setting, drafts: readonly ActDraft[]): { readonly at: number; readonly error: PolicyRefused } | null {
  let then = setting;
  for (const [at, draft] of drafts.entries()) {
    try {
      then = judged(then, draft);
    } catch (error) {
      if (error instanceof PolicyRefused) return { at, error };
      throw error;
    }
  }
  return null;
}

/** The steps with which this member can begin the case in one go, themselves the handler; none where there is but one. */
export function startOf(setting: Setting): readonly Choice[] {
  const chain: Choice[] = [];
  for (let at: Setting | null = setting; at !== null;) {
    const next: Choice | null = nextOf(at, chain);
    if (next === null) break;
    chain.push(next);
    const { act, leads } = next;
    at = afterStep(at, { ...SILENT, act, to: leads.length === 1 ? (leads[0] ?? null) : null, codes: act === "assigned" ? { handler: setting.me } : {}, audience: audiencesOf(act)[0] ?? "nobody" });
  }
  return chain.length > 1 ? chain : [];
}

function nextOf({ ruled, opened, me, now }: Setting, chain: readonly Choice[]): Choice | null {
  const { onward, here } = choicesOf(ruled, me, now(), opened);
  const done = new Set([...chain.map(({ act }) => act), ...ruled.found.events.map(({ act }) => act)]);
  const open = STARTING.filter((act) => !done.has(act)).flatMap((act) => [...here, ...onward].find((one) => one.act === act) ?? []);
  return open[0] ?? null;
}

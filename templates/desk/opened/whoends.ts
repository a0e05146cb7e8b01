/** Who ends a limit of the office that this member can't: once a case has gone on, the step that would is another role's, or of another stage. */

import { type Act, type ActRule, type CaseClock, type Rules, type Stage, actorOf, actsIn, allowedRules, mayDo, rolesOf, stageOf, traitOf } from "../../../casework/index.js";
import { listed } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { actName, actTitle, said, stageSaid } from "../acting/words.js";
import { rulingOf } from "./casestate.js";
import { PROMISE } from "./fulfilled.js";
import type { Ruled } from "./model.js";

const REPORTER = "reporter";

/** The sentence; null where this member can end it now, or somebody outside the office does. */
export function endsElsewhere(clock: CaseClock["clock"], ruled: Ruled, me: string, now: Date): string | null {
  const { rules, found } = ruled;
  const { id, who, kind } = clock;
  const stop = missingOf(clock, found);
  const here = stageOf(rules, found.stage);
  if (here === null || kind !== "deadline" || who === REPORTER || stop.length === 0 || stop.some((act) => traitOf(act).party !== "member")) return null;
  if (allowedRules(rules, found, actorOf(rulingOf(ruled, now), found, me)).some(({ act }) => stop.includes(act))) return null;
  const steps = stepsIn(rules, here, stop);
  const roles = [...new Set(steps.flatMap((rule) => mayDo(rule, here)))];
  const mine = rolesOf(rules, found.codes, me);
  // One's own step that waits for something stands among those not available, with what it waits for.
  if (roles.some((role) => mine.has(role))) return null;
  if (roles.length > 0) return t("Now done by {roles}: {acts}", { roles: listed(roles.map((role) => said(rules, role))), acts: listed([...new Set(steps.map(({ act }) => act))].map(actName)) });
  return id.startsWith(PROMISE) ? null : later(ruled, here, stop, clock.any_stop);
}

/** What still has to come: where all of several steps must, those since its beginning are done. */
export function missingOf({ start, stop, any_stop, restarts }: CaseClock["clock"], { events, uncounted }: Ruled["found"]): readonly Act[] {
  if (any_stop) return stop;
  const acts = events.filter(({ n }) => !uncounted.has(n)).map(({ act }) => act);
  const begins = (act: Act): boolean => start.includes(act);
  const since = acts.slice((restarts ? acts.findLastIndex(begins) : acts.findIndex(begins)) + 1);
  return stop.filter((act) => !since.includes(act));
}

const stepsIn = (rules: Rules, stage: Stage, stop: readonly Act[]): ActRule[] => actsIn(rules, stage).filter(({ act }) => stop.includes(act));

/** The next stage to which the case can come that has such a step, those further on first, or all steps that must still come; a policy may let a case go on without it. */
function later({ rules }: Ruled, here: Stage, stop: readonly Act[], anyStop: boolean): string {
  const at = rules.stages.indexOf(here);
  const reached = reachedFrom(rules, here);
  const ahead = [...rules.stages.slice(at), ...rules.stages.slice(0, at)].filter((stage) => reached.has(stage.id));
  // To turn a report away ends a deadline too, and is no way to put forward where there is another.
  const steps = ahead.flatMap((stage) => stepsIn(rules, stage, stop).map(({ act }) => ({ act, stage }))).sort((one, other) => Number(one.act === "refused") - Number(other.act === "refused"));
  const [next] = steps;
  const together = [...new Set(steps.map(({ act }) => act))];
  if (!anyStop && together.length > 1) return t("Ended by these steps together: {acts}", { acts: listed(together.map(actName)) });
  return next === undefined ? t("The case has passed the stage of the step that ends this deadline. It stays on the record as it is.")
    : t("Ended by the step “{act}” in the stage “{stage}”", { act: actTitle(next.act), stage: stageSaid(rules, next.stage.id) });
}

/** The stages to which steps lead from here, one after another; this one too where they lead back to it. */
function reachedFrom(rules: Rules, here: Stage): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [here];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    const next = actsIn(rules, stage).flatMap(({ to }) => to).filter((id) => !reached.has(id));
    for (const id of next) {
      reached.add(id);
      open.push(...[stageOf(rules, id)].filter((one) => one !== null));
    }
  }
  return reached;
}

/** Who ends a limit of the office that this member can't: once a case has gone on, the step that would is another role's, or of another stage. */

import { type Act, type CaseClock, type Stage, actorOf, actsIn, allowedRules, mayDo, stageOf, traitOf } from "../../../casework/index.js";
import { listed } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { actName, actTitle, said, stageSaid } from "../acting/words.js";
import { rulingOf } from "./casestate.js";
import { PROMISE } from "./fulfilled.js";
import type { Ruled } from "./model.js";

const REPORTER = "reporter";

/** The sentence; null where this member can end it now, or somebody outside the office does. */
export function endsElsewhere({ id, who, kind, stop }: CaseClock["clock"], ruled: Ruled, me: string, now: Date): string | null {
  const { rules, found } = ruled;
  const here = stageOf(rules, found.stage);
  if (here === null || kind !== "deadline" || who === REPORTER || stop.length === 0 || stop.some((act) => traitOf(act).party !== "member")) return null;
  if (allowedRules(rules, found, actorOf(rulingOf(ruled, now), found, me)).some(({ act }) => stop.includes(act))) return null;
  const steps = actsIn(rules, here).filter(({ act }) => stop.includes(act));
  const roles = [...new Set(steps.flatMap((rule) => mayDo(rule, here)))];
  const mine = roles.some((role) => rules.holders.get(role)?.includes(me) === true);
  // One's own step that waits for something stands among those not available, with what it waits for.
  if (mine) return null;
  if (roles.length > 0) return t("Now done by {roles}: {acts}", { roles: listed(roles.map((role) => said(rules, role))), acts: listed([...new Set(steps.map(({ act }) => act))].map(actName)) });
  return id.startsWith(PROMISE) ? null : later(ruled, here, stop);
}

/** The first stage from here on that has such a step; a policy may let a case go on without it. */
function later({ rules }: Ruled, here: Stage, stop: readonly Act[]): string {
  const ahead = rules.stages.slice(rules.stages.indexOf(here) + 1).flatMap((stage) => stage.acts.filter(({ act }) => stop.includes(act)).map(({ act }) => ({ act, stage })));
  const [next] = ahead;
  return next === undefined ? t("The case has passed the stage of the step that ends this deadline. It stays on the record as it is.")
    : t("Ended by the step “{act}” in the stage “{stage}”", { act: actTitle(next.act), stage: stageSaid(rules, next.stage.id) });
}

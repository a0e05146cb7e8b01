/** How the office kept its deadlines in the cases that a member reads: by deadline, and by who handles them where the policy has staff assessed. */

import { departmentsOf } from "../../../casework/index.js";
import type { OfficeWords } from "../context.js";
import { PROMISE } from "../opened/fulfilled.js";
import type { DeskCase, Ruled } from "../opened/model.js";
import { clocksAt } from "../opened/casestate.js";
import type { Value } from "../queue/facts.js";
import { policiesOf } from "../queue/policynames.js";
import { textOf } from "../trusted/policy.js";

/** Deadlines by how they ended; `days` is by how many all of them were late. */
export interface Timeliness {
  readonly met: number;
  readonly late: number;
  readonly overdue: number;
  readonly running: number;
  readonly days: number;
}

/** The deadlines of one kind, or of one person or department; `returned` is how often a case was sent back. */
export interface TimelinessLine extends Timeliness {
  readonly value: Value;
  readonly cases: number;
  readonly returned: number;
}

/** Who handles cases, and who handled too few to be judged. */
export interface Assessed {
  readonly lines: readonly TimelinessLine[];
  readonly few: readonly Value[];
}

const REPORTER = "reporter";
const NOTHING: Timeliness = { met: 0, late: 0, overdue: 0, running: 0, days: 0 };
/** On fewer cases nobody is judged (as `yanlu stats assessment`). */
const FEWEST = 5;
const FIELD_OF: Readonly<Record<string, keyof Timeliness>> = { met: "met", late: "late", missed: "overdue", running: "running", paused: "running" };

type Deadline = ReturnType<typeof clocksAt>[number];

/** The office's own deadlines of a case that have an end. */
function deadlinesOf(ruled: Ruled, now: Date): Deadline[] {
  return clocksAt(ruled, now).filter(({ clock, state }) => clock.kind === "deadline" && clock.who !== REPORTER && state !== null && state.due !== null && FIELD_OF[state.status] !== undefined);
}

function add(sum: Timeliness, { state }: Deadline): Timeliness {
  const field = FIELD_OF[state?.status ?? ""];
  return field === undefined ? sum : { ...sum, [field]: sum[field] + 1, days: sum.days + (state?.late ?? 0) };
}

/** By what each deadline is called, the most often missed first; of several policies each says of which it is. */
export function byDeadline(cases: readonly DeskCase[], words: OfficeWords, now: Date): TimelinessLine[] {
  const found = new Map<string, TimelinessLine>();
  const uses: (readonly [string, Value])[] = [];
  for (const { row, opened } of cases) {
    for (const one of opened?.ruled ? deadlinesOf(opened.ruled, now) : []) {
      const { name } = one.clock;
      const key = typeof name === "string" ? name : `${name.zh}\n${name.en}`;
      const before = found.get(key) ?? { value: { key, text: name }, cases: 0, returned: 0, ...NOTHING };
      found.set(key, { ...before, ...add(before, one), cases: before.cases + 1 });
      uses.push([key, { key: row.policy, text: textOf(words.policies, row)?.title ?? row.policy }]);
    }
  }
  const of = policiesOf(uses);
  return [...found.values()].map((line) => ({ ...line, value: { ...line.value, of: of(line.value.key) } })).sort((a, b) => b.late + b.overdue - (a.late + a.overdue));
}

/** Whose limits these are: what the reporter is promised binds the office as a whole, and nobody is judged by it. */
function byWhom(cases: readonly DeskCase[], whose: (ruled: Ruled) => readonly Value[], now: Date): Assessed {
  const found = new Map<string, TimelinessLine>();
  for (const { opened } of cases) {
    const ruled = opened?.ruled;
    if (ruled?.clauses?.recurring.some(({ what }) => what === "assessment") !== true) continue;
    const own = deadlinesOf(ruled, now).filter(({ clock }) => !clock.id.startsWith(PROMISE)).reduce(add, NOTHING);
    const returned = ruled.found.events.filter(({ n, act }) => act === "sent-back" && !ruled.found.uncounted.has(n)).length;
    for (const value of whose(ruled)) {
      const sum = found.get(value.key) ?? { value, cases: 0, returned: 0, ...NOTHING };
      found.set(value.key, { value, cases: sum.cases + 1, returned: sum.returned + returned, met: sum.met + own.met, late: sum.late + own.late, overdue: sum.overdue + own.overdue, running: sum.running + own.running, days: sum.days + own.days });
    }
  }
  const all = [...found.values()].sort((a, b) => (a.value.key < b.value.key ? -1 : 1));
  return { lines: all.filter(({ cases: n }) => n >= FEWEST), few: all.filter(({ cases: n }) => n < FEWEST).map(({ value }) => value) };
}

/** By the handler of each case. Of several nobody can tell whose the late deadlines were: such a case is nobody's, and so is one that was given back. */
export function byHandler(cases: readonly DeskCase[], { directory }: OfficeWords, now: Date): Assessed {
  return byWhom(cases, ({ found }) => {
    const named = new Set(found.events.flatMap(({ n, codes: { handler } }) => (handler === undefined || found.uncounted.has(n) ? [] : [handler])));
    return named.size === 1 && found.codes.handler !== undefined ? [...named].map((id) => ({ key: id, text: directory.member(id)?.name ?? id })) : [];
  }, now);
}

/** By the departments to which each case went. */
export function byDepartment(cases: readonly DeskCase[], now: Date): Assessed {
  return byWhom(cases, ({ rules, found }) => departmentsOf(found).map((id) => ({ key: id, text: [...rules.own_departments, ...rules.roles].find((one) => one.id === id)?.name ?? id })), now);
}

/** What may be done in a case, and what doing it leaves: pure (twin of `casework/engine/engine.py`). */

import { type Act, type Codes, traitOf } from "../rules/acts.js";
import { ANSWERS, BY_TWO, type Case, type Event, doneBy, happened, sinceEntry } from "./case.js";
import { wrongCode } from "./codes.js";
import type { Day } from "../deadlines/days.js";
import { type Refusal, refusal } from "./refusals.js";
import { type ActRule, type Rules, type Stage, actsIn, stageOf } from "../policy/document.js";
import { answers, answersAnother, asked, askingMeant, goesAbroad, whoMayAnswer } from "./dualapproval.js";
import type { Instant } from "../deadlines/zones.js";

/** What may still be done while an authority has the matter. */
const GOES_ON_FROZEN: ReadonlySet<Act> = new Set<Act>([
  "taken", "replied", "noted", "regranted", "information-supplied", "notice-received", "withdrawn", "recused", "pledged", "held", "released", "isolated", "handed-back",
  "release-asked", "export-asked", "export-approved", "exported", "reassigned",
]);

/** Who wants to do something: the member, the roles held in this case, and the clocks that have run out. */
export interface Actor {
  readonly by: string | null;
  readonly roles: ReadonlySet<string>;
  readonly signed: boolean;
  readonly lapsed: ReadonlySet<string>;
  readonly codes?: Codes;
}

/** What somebody wants to do. */
export interface Command extends Actor {
  readonly act: Act;
  readonly day: Day;
  readonly moment: Instant | null;
  readonly to: string | null;
  readonly codes: Codes;
  readonly item: string | null;
}

/** The event that a command leaves, or why it is refused and what would be allowed instead. */
export function decide(rules: Rules, found: Case, command: Command): Event | Refusal {
  const left = attempt(rules, found, command);
  return "reason" in left ? { ...left, allowed: allowed(rules, found, command) } : left;
}

function attempt(rules: Rules, found: Case, command: Command): Event | Refusal {
  // Only the migration knows the other version, and whether the case has a stage there.
  if (command.act === "migrated") return refusal("which-version");
  return done(rules, found, command);
}

/** The stages in which a case may go on under another version of its policy: that of the same name, or any that is no end. */
export function landingsOf(target: Rules, { stage }: Case): string[] {
  return stageOf(target, stage) !== null ? [stage] : target.stages.filter(({ end }) => !end).map(({ id }) => id);
}

/** Moves a case to another version of its policy, on the record: it goes on in the stage of the same name, or in `command.to` where that version has none. */
export function migrate(old: Rules, target: Rules, found: Case, command: Command): Event | Refusal {
  const stage = command.to ?? found.stage;
  if (target.id !== old.id || command.codes.version !== target.version || target.version === old.version) return refusal("wrong-code", ["version"]);
  const landings = landingsOf(target, found);
  if (!landings.includes(stage)) return refusal("another-stage", landings);
  const moved = done(old, found, { ...command, act: "migrated", to: null });
  return "reason" in moved ? moved : { ...moved, to: stage };
}

function done(rules: Rules, found: Case, command: Command): Event | Refusal {
  const judged = judge(rules, found, command);
  if ("reason" in judged) return judged;
  const { rule, role } = judged;
  const moves = rule.to.length > 0 && (!rule.every || lastOf(rule, found, role));
  const { day, moment, by, codes, item, signed } = command;
  return {
    n: found.events.length, act: traitOf(command.act).masked ? "sealed" : command.act, day, moment, by, role,
    to: moves ? (command.to ?? rule.to[0] ?? null) : null, codes: { ...codes }, item, signed,
  };
}

function isPinned(rules: Rules, found: Case): boolean {
  return found.policy === rules.id && found.version === rules.version;
}

/** What the same person could do now, words and codes apart, in the order of the policy. */
export function allowed(rules: Rules, found: Case, actor: Actor): Act[] {
  return [...new Set(allowedRules(rules, found, actor).map((rule) => rule.act))];
}

/** The rules under which it could be done: they say where it leads. */
export function allowedRules(rules: Rules, found: Case, actor: Actor): ActRule[] {
  const stage = stageOf(rules, found.stage);
  if (stage === null || !isPinned(rules, found)) return [];
  return actsIn(rules, stage).filter((rule) => hurdle(rule, stage, found, actor) === null);
}

function judge(rules: Rules, found: Case, command: Command): { rule: ActRule; role: string | null } | Refusal {
  // 1. The case is pinned to this very version, and stands in one of its stages.
  if (!isPinned(rules, found)) return refusal("another-version", [found.policy, found.version]);
  const stage = stageOf(rules, found.stage);
  if (stage === null) return refusal("no-such-stage", [found.stage]);
  // 2. The policy knows the act, and allows it in this stage.
  const known = actsIn(rules, stage).filter((rule) => rule.act === command.act);
  if (known.length === 0) return refusal(knows(rules, command.act) ? "not-here" : "not-in-policy", [command.act]);
  // 3. Who acts may, and what must come first has come.
  const hurdles = known.map((rule) => hurdle(rule, stage, found, command));
  const passed = known.filter((_, at) => hurdles[at] === null);
  const [first] = passed;
  if (first === undefined) return nearest(hurdles) ?? refusal("not-here", [command.act]);
  const rule = passed.find((one) => command.to !== null && one.to.includes(command.to)) ?? first;
  // 4. It brings the item and the codes that it must, and names the next stage.
  return load(rules, found, [rule, stage], command) ?? { rule, role: roleOf(rule, stage, found, command) };
}

function knows(rules: Rules, act: Act): boolean {
  return [...rules.stages.flatMap((stage) => stage.acts), ...rules.anywhere].some((rule) => rule.act === act);
}

/** What stands in the way under the rule that is meant: one for another role or grade only where no other is. */
function nearest(hurdles: readonly (Refusal | null)[]): Refusal | null | undefined {
  return hurdles.find((one) => one !== null && one.reason !== "wrong-role" && one.reason !== "another-grade") ?? hurdles[0];
}

/** The first thing that stands in the way of an act under one rule, words and codes apart. */
function hurdle(rule: ActRule, stage: Stage, found: Case, actor: Actor): Refusal | null {
  return aboutActor(rule, stage, found, actor) ?? aboutCase(rule, found) ?? aboutTime(rule, actor);
}

function aboutActor(rule: ActRule, stage: Stage, found: Case, actor: Actor): Refusal | null {
  const { party } = traitOf(rule.act);
  if (party === "worker") return refusal("worker-only");
  if (!actor.signed) return refusal("unsigned");
  if (party === "reporter") return null;
  if (actor.by === null) return refusal("member-only");
  const { by } = actor;
  if (found.recused.has(by) && rule.act !== "recused") return refusal("recused", [by]);
  const { second, may } = secondOf(rule, stage, found, actor);
  if (second !== null && (by === second.by || !may.some((role) => actor.roles.has(role)))) return refusal("second-person", may);
  if (!may.some((role) => actor.roles.has(role))) return refusal("wrong-role", may);
  if (rule.act === "handed-over" && wasGivenBack(found, by)) return refusal("same-person", [rule.act]);
  if (rule.apart.some((act) => doneBy(found, act).has(by))) return refusal("same-person", rule.apart);
  const again = rule.every && (roleOf(rule, stage, found, actor) === null || [...seconders(rule, found).values()].includes(by));
  return again ? refusal("already", [rule.act]) : null;
}

/** Whether this member handed the case over last, and somebody else said that it has come back. Handing over stops the office's work and every limit, and no authority signs: nobody does it again alone. */
function wasGivenBack({ events, uncounted }: Case, member: string): boolean {
  const [over, back] = events.filter(({ act, n }) => (act === "handed-over" || act === "handed-back") && !uncounted.has(n)).slice(-2);
  return over?.act === "handed-over" && back?.act === "handed-back" && over.by === member && back.by !== member;
}

/** What somebody asked for and this act answers as the second of two, if it does; and the roles that may act. */
function secondOf(rule: ActRule, stage: Stage, found: Case, actor: Actor): { readonly second: Event | null; readonly may: readonly string[] } {
  const may = mayDo(rule, stage);
  const second = BY_TWO.has(rule.act) ? askingMeant(found, rule, may, actor) : null;
  return { second, may: whoMayAnswer(second, may) };
}

function aboutCase(rule: ActRule, found: Case): Refusal | null {
  if (found.frozen && !GOES_ON_FROZEN.has(rule.act)) return refusal("frozen");
  if (!found.frozen && rule.act === "handed-back") return refusal("first", ["handed-over"]);
  if (rule.grades.length > 0 && !rule.grades.includes(found.codes.grade ?? "")) return refusal("another-grade", rule.grades);
  const fresh = new Set(sinceEntry(found).map((event) => event.act));
  const missing = [...rule.needs.filter((act) => !fresh.has(act)), ...rule.ever.filter((act) => !happened(found, act))];
  if (missing.length > 0) return refusal("first", missing);
  const asking = ANSWERS[rule.act];
  if (asking !== undefined && answers(rule) && asked(found, rule) === null) return refusal("first", [asking]);
  const done = rule.unless.filter((act) => fresh.has(act));
  if (done.length > 0) return refusal("already", done);
  return rule.most !== null && (found.counts.get(rule.act) ?? 0) >= rule.most ? refusal("too-often", [String(rule.most)]) : null;
}

function aboutTime(rule: ActRule, actor: Actor): Refusal | null {
  if (rule.within !== null && actor.lapsed.has(rule.within)) return refusal("too-late", [rule.within]);
  return rule.after !== null && !actor.lapsed.has(rule.after) ? refusal("too-early", [rule.after]) : null;
}

/** The roles that may do an act: its own, or the actors of the stage. */
export function mayDo(rule: ActRule, stage: Stage): readonly string[] {
  return rule.by.length > 0 ? rule.by : stage.actors;
}

/** Who has done this act since the case came into the stage, by role. */
function seconders(rule: ActRule, found: Case): Map<string | null, string | null> {
  return new Map(sinceEntry(found).filter((event) => event.act === rule.act).map((event) => [event.role, event.by]));
}

/** The role in which the member acts: the first that fits and, where each role counts, is still missing. */
function roleOf(rule: ActRule, stage: Stage, found: Case, actor: Actor): string | null {
  if (traitOf(rule.act).party !== "member") return null;
  const done = rule.every ? seconders(rule, found) : new Map<string | null, string | null>();
  return secondOf(rule, stage, found, actor).may.find((role) => actor.roles.has(role) && !done.has(role)) ?? null;
}

/** Whether with this role every role of the rule has done the act. */
function lastOf(rule: ActRule, found: Case, role: string | null): boolean {
  const done = seconders(rule, found);
  return rule.by.every((one) => one === role || done.has(one));
}

/** An export to a court or an authority abroad names the authority that has approved it. */
function unapproved(found: Case, rule: ActRule, stage: Stage, command: Command): "authority" | null {
  const { second } = secondOf(rule, stage, found, command);
  return goesAbroad(second) && command.codes.authority === undefined ? "authority" : null;
}

/** Item, codes and next stage of a command that may be done. */
function load(rules: Rules, found: Case, [rule, stage]: readonly [ActRule, Stage], command: Command): Refusal | null {
  const { item } = traitOf(rule.act);
  if (item !== "none" && item !== "optional" && command.item === null) return refusal("item-missing", [item]);
  if (item === "none" && command.item !== null) return refusal("item-too-many");
  if (rule.written && command.item === null) return refusal("unwritten", [rule.act]);
  const wrong = wrongCode(rules, found, command.act, command.codes) ?? unapproved(found, rule, stage, command);
  if (wrong !== null) return refusal("wrong-code", [wrong]);
  const waits = asked(found, rule);
  if (waits !== null && answersAnother(found, rule, command.codes)) return refusal("asked-again", [String(waits.n)]);
  if (command.to === null && rule.to.length > 1) return refusal("which-stage", rule.to);
  return command.to !== null && !rule.to.includes(command.to) ? refusal("another-stage", rule.to) : null;
}

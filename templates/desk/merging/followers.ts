/** Cases of one matter: which were merged into another, which could be, and what may be done in all of them. */

import { allowedRules, actorOf, isUnanswered, mergedInto, traitOf } from "../../../casework/index.js";
import { type Choice, choicesOf } from "../acting/choices.js";
import { type OpenedCase, type Ruled, type DeskCase, titleOf } from "../opened/model.js";
import { rulingOf } from "../opened/casestate.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { caseNumber } from "../opened/number.js";
import { textOf } from "../trusted/policy.js";
import { h } from "../ui.js";

/** A case beside the one that is open: opened here, and judged by its own record. */
export interface Follower {
  readonly id: string;
  readonly title: string;
  readonly opened: OpenedCase;
  readonly ruled: Ruled;
}

/** One step that can be done in several cases, each for itself. */
export interface Joint {
  readonly choice: Choice;
  readonly able: readonly Follower[];
}

/** By which number, day, company and policy a case is known among others of its matter: their first words may be alike. */
export function whichCase({ id, opened: { row }, ruled }: Follower, words: OfficeWords): HTMLElement {
  const title = textOf(words.policies, { policy: row.policy, version: ruled.found.version })?.title;
  const facts = [h("span", { class: "mono", "data-test": "which-number" }, caseNumber(id)), t("received {day}", { day: words.day(row.day, row.entity) }), words.namedEntity(row.entity), title === undefined ? row.policy : officeText(title)];
  return h("span", { class: "facts", "data-test": "which-case" }, facts.map((fact) => h("span", {}, fact)));
}

/** The cases around one. `master` is null where it was not merged; `elsewhere` where that case is not this member's. */
export interface Around {
  readonly master: Follower | "elsewhere" | null;
  readonly followers: readonly Follower[];
  /** Whether any case could be merged into this one: the page of a case asks no more, and judges no thousand cases for it. */
  readonly hasCandidates: boolean;
  readonly candidates: () => readonly Follower[];
}

/** Acts that reach the reporters, and so come first; then the others. */
export interface Joints {
  readonly answers: readonly Joint[];
  readonly others: readonly Joint[];
}

const MINUTE = 60_000;
/** What is said or done for one case alone. */
const ALONE: ReadonlySet<string> = new Set(["merged", "pledged", "recused", "migrated"]);

/** Every case of a shelf that can be judged. */
function judged(shelf: Iterable<DeskCase>): Follower[] {
  return [...shelf].flatMap(({ row, opened }) => {
    if (opened === null || opened.ruled === null) return [];
    const title = opened.report === null ? row.case.slice(0, 8) : titleOf(opened.report);
    return [{ id: row.case, title, opened, ruled: opened.ruled }];
  });
}

/** The cases around `id`: merged into it, or of its entity and policy and free to be merged by this member. */
export function around(id: string, shelf: Iterable<DeskCase>, me: string, now: Date): Around {
  const all = judged(shelf);
  const here = all.find((one) => one.id === id);
  if (here === undefined) return { master: null, followers: [], hasCandidates: false, candidates: () => [] };
  const into = mergedInto(here.ruled.found);
  const followers = all.filter((one) => mergedInto(one.ruled.found) === id);
  const leading = new Set(all.map((one) => mergedInto(one.ruled.found)));
  const free = (one: Follower): boolean => one.id !== id && !leading.has(one.id) && isSame(one, here) && mergedInto(one.ruled.found) === null && mayBe(one, "merged", me, now);
  return {
    master: into === null ? null : (all.find((one) => one.id === into) ?? "elsewhere"),
    followers, hasCandidates: into === null && all.some(free), candidates: () => (into === null ? all.filter(free) : []),
  };
}

function isSame(one: Follower, other: Follower): boolean {
  return one.opened.row.entity === other.opened.row.entity && one.ruled.found.policy === other.ruled.found.policy;
}

/** What a member may do in a case at a minute: limits end at whole minutes, and pages ask for the same cases again and again. */
const known = new WeakMap<Ruled, { readonly me: string; readonly minute: number; readonly acts: ReadonlySet<string> }>();

function actsNow(ruled: Ruled, me: string, now: Date): ReadonlySet<string> {
  const minute = Math.floor(now.getTime() / MINUTE);
  const before = known.get(ruled);
  if (before?.me === me && before.minute === minute) return before.acts;
  const acts = new Set<string>(allowedRules(ruled.rules, ruled.found, actorOf(rulingOf(ruled, now), ruled.found, me)).map((rule) => rule.act));
  known.set(ruled, { me, minute, acts });
  return acts;
}

function mayBe({ opened, ruled }: Follower, act: string, me: string, now: Date): boolean {
  return opened.chainHolds && actsNow(ruled, me, now).has(act);
}

/** Whether its reporter has heard nothing since the merger. */
export function isDueIn({ ruled }: Follower): boolean {
  return isUnanswered(ruled.rules, ruled.found);
}

/** What may be done in some of the cases or all; a step stands apart where it leads elsewhere. */
export function jointsOf(followers: readonly Follower[], me: string, now: Date): Joints {
  const found = new Map<string, { choice: Choice; able: Follower[] }>();
  for (const one of followers) {
    for (const choice of stepsOf(one, me, now)) {
      const key = [choice.act, one.ruled.found.version, ...choice.leads].join(" ");
      const joint = found.get(key) ?? { choice, able: [] };
      joint.able.push(one);
      found.set(key, joint);
    }
  }
  const joints = [...found.values()];
  const answers = joints.filter(({ choice }) => traitOf(choice.act).item === "to-reporter");
  return { answers, others: joints.filter((one) => !answers.includes(one)) };
}

function stepsOf(one: Follower, me: string, now: Date): Choice[] {
  if (!one.opened.chainHolds) return [];
  const { onward, here, always } = choicesOf(one.ruled, me, now, one.opened);
  const own = [...onward, ...here, ...always].filter(({ act }) => !ALONE.has(act));
  return mayBe(one, "replied", me, now) ? [{ act: "replied", rules: [], leads: [] }, ...own] : own;
}

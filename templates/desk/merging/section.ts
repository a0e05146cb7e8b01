/** The cases of one matter on the page of a case: where it was merged, what was merged into it, and one step for all of them. */

import { t } from "../../shared/strings.js";
import { actTitle, stageSaid } from "../acting/words.js";
import type { OpenedCase } from "../opened/model.js";
import type { OfficeWords } from "../context.js";
import { type Child, h } from "../ui.js";
import { type Around, type Follower, type Joint, isDueIn, jointsOf, whichCase } from "./followers.js";

/** The cases around the open one, and what may be done with them. */
export interface Merging extends Around {
  /** Opens the form of a step in several cases. */
  readonly together: (joint: Joint) => void;
  /** Opens the form that merges others into this one. */
  readonly gather: () => void;
  readonly show: (id: string) => void;
}

/** The section; null where no other case is of this matter or could be. */
export function mergingSection(opened: OpenedCase, words: OfficeWords, merging: Merging, me: string, now: Date): Child {
  if (opened.ruled === null) return null;
  const { master, followers, hasCandidates } = merging;
  if (master !== null) return intoLine(master, merging);
  if (followers.length > 0) return followersSection(opened, words, merging, jointsOf(followers, me, now));
  if (!hasCandidates || !opened.chainHolds) return null;
  return h("details", { class: "merging", "data-test": "merging" }, h("summary", {}, t("Other reports about the same matter")),
    h("p", { class: "hint" }, t("Reports of the same matter are handled as one case. Each keeps its record, and each reporter is answered.")),
    gatherButton(merging));
}

function intoLine(master: Follower | "elsewhere", { show }: Merging): Child {
  return h("p", { class: "notice small", "data-test": "merged-into" }, t("This case was merged into another case. Work continues there."), " ",
    master === "elsewhere" ? t("You do not have access to that case.") : h("button", { type: "button", class: "plain", "data-test": "show-master", onclick: () => show(master.id) }, master.title));
}

function gatherButton({ gather }: Merging): HTMLElement {
  return h("button", { type: "button", "data-test": "gather", onclick: gather }, t("Merge cases into this one"));
}

function followersSection(opened: OpenedCase, words: OfficeWords, merging: Merging, joints: ReturnType<typeof jointsOf>): HTMLElement {
  const { followers, hasCandidates } = merging;
  const owed = followers.filter(isDueIn).length;
  const row = (label: string, list: readonly Joint[], primary = false): Child => list.length === 0 ? null :
    h("div", { class: "act-row", role: "group", "aria-label": label }, h("span", { class: "act-label" }, label), list.map((joint) => jointButton(joint, merging, primary)));
  return h("section", { class: "acts merging", "aria-labelledby": "merging-title", "data-test": "merging" },
    h("h3", { id: "merging-title" }, t("Cases merged into this one ({count})", { count: followers.length })),
    h("p", { class: owed > 0 ? "facts owed" : "facts", "data-test": "owed" }, owed > 0 ? t("Not answered since the cases were merged: {count}", { count: owed }) : t("Every reporter has been answered since the cases were merged.")),
    row(t("Answer them all"), joints.answers, true),
    joints.others.length === 0 ? null : h("details", { "data-test": "joint-others" }, h("summary", {}, t("Other steps, in all cases at once")), row(t("In each case"), joints.others)),
    h("details", { "data-test": "followers" }, h("summary", {}, t("The cases")), h("ul", {}, [...followers].sort((one, other) => Number(isDueIn(other)) - Number(isDueIn(one))).map((one) => followerRow(one, words, merging)))),
    !hasCandidates || !opened.chainHolds ? null : gatherButton(merging));
}

function jointButton(joint: Joint, { followers, together }: Merging, primary: boolean): HTMLElement {
  const { choice, able } = joint;
  return h("button", { type: "button", class: primary ? "primary" : "", "data-test": `joint-${choice.act}`, onclick: () => together(joint) },
    actTitle(choice.act), h("span", { class: "count" }, able.length === followers.length ? able.length : t("{count} of {total}", { count: able.length, total: followers.length })));
}

function followerRow(one: Follower, words: OfficeWords, { show }: Merging): HTMLElement {
  const facts = [stageSaid(one.ruled.rules, one.ruled.found.stage), isDueIn(one) ? t("no answer yet") : t("answered")];
  return h("li", { "data-test": "follower", "data-case": one.id, "data-owed": isDueIn(one) ? "yes" : "no" },
    h("button", { type: "button", class: "plain", onclick: () => show(one.id) }, one.title), whichCase(one, words), h("span", { class: "facts" }, facts.map((fact) => h("span", {}, fact))));
}

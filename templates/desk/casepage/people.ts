/** Who can read a case, who was excluded, and the way to add or remove a colleague. */

import { outsideIds } from "../../../crypto/staff.js";
import { keyCode } from "../../shared/keycode.js";
import { around, blank, inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import { changedOn, lateReaders, makerOf, unopenedBy } from "../opened/claims.js";
import { isOneEnough } from "./readerprompts.js";
import { couldRead, keepOutForm } from "./exclusion.js";
import { isLonely } from "../opened/holders.js";
import type { OpenedCase } from "../opened/model.js";
import { hasProposed } from "../opened/waiting.js";
import type { OfficeWords } from "../context.js";
import { type Child, field, h } from "../ui.js";


/** The section of readers. */
export function peopleSection(opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  return h("section", { class: "people", "aria-labelledby": "people-title" },
    h("h3", { id: "people-title" }, t("Who can read this case")),
    h("ul", { "data-test": "holders" }, opened.holders.map((id) => holderRow(id, opened, words, act))),
    isOneEnough(words) ? h("p", { class: "small soft", "data-test": "one-alone" }, t("Any one of them alone can add and remove readers.")) : null,
    markLine(opened, words),
    lateNotice(opened, words, act),
    twoSign(opened, words, act),
    excludedList(opened, words),
    addForm(opened, words, act),
    keepOutForm(opened, words, act));
}

/** What two colleagues compare where one can't see that the other was shown the same. */
function markLine(opened: OpenedCase, words: OfficeWords): Child {
  const { mark } = opened.claims;
  if (mark === null) return null;
  const hint = unopenedBy(opened, words).length === 0
    ? t("The desk of everyone who can read this case has signed that it received exactly this report and this key. This does not mean that the person has read it.")
    : t("Someone shown as “Not opened yet” may still have opened it: a server could hide that. If it matters, compare the case mark by telephone before you act: with the same mark, both of you have the same report. That a case was opened at somebody's desk does not mean that the person has read it.");
  return h("div", {},
    h("p", {}, h("strong", {}, t("Case mark")), " ", h("span", { class: "mono", "data-test": "case-mark" }, mark)),
    h("p", { class: "hint", "data-test": "mark-hint" }, hint));
}

/** A key that never reached somebody, by the server's doing or by its maker's, shows in nothing else than this. */
function lateNotice(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const late = lateReaders(opened, words);
  if (late.length === 0 || late.includes(act.me)) return null;
  const may = opened.chainHolds && !hasProposed(opened, words, act.me) && makerOf(opened) !== act.me;
  return h("div", { class: "notice notice-care", "data-test": "late" },
    h("p", {}, around(t("Not opened for five working days: {people}. The key may not have reached them, or may not work for them. Call them. If they cannot find the case, it needs a new key, made by a colleague who did not make this one.", { people: blank("people") }), { people: words.namedAll(late) })),
    may ? h("button", { type: "button", "data-test": "renew-late", onclick: act.renew }, t("Give the case a new key")) : null);
}

/** Signed by the reader's desk, which does so while it loads the list: nobody need have read it. "Not yet" may be a lie of the server's. */
function openedLine(id: string, opened: OpenedCase, words: OfficeWords): Child {
  const day = opened.claims.opened.get(id);
  if (day !== undefined) return h("span", { class: "soft", "data-test": "has-opened" }, t("Opened on {day}", { day: words.day(day, opened.row.entity) }));
  const changed = changedOn(opened);
  return h("span", { class: "soft", "data-test": "not-opened" }, changed === null ? t("Not opened yet")
    : t("Not opened since the keys changed on {day}", { day: words.day(changed, opened.row.entity) }));
}

/** That this member alone can read a case, above everything else of it, and the way to add somebody. */
export function lonelyAlarm(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  if (!isLonely(opened, words)) return null;
  const way = isOneEnough(words) ? t("You are the only person who can read this case. While you are away, nobody can, and if your keys are lost, so is the case. Add a second reader.")
    : t("You are the only person who can read this case. While you are away, nobody can, and if your keys are lost, so is the case. Add an outside holder, who signs this with you. You can add colleagues after that.");
  return h("div", { class: "notice notice-care", role: "alert", "data-test": "lonely" }, h("p", {}, way),
    couldAdd(opened, words, act).length > 0 && h("button", { type: "button", "data-test": "lonely-add", onclick: showAddForm }, t("Add a reader")));
}

function showAddForm(): void {
  const select = document.getElementById("add-whom");
  select?.closest("details")?.setAttribute("open", "");
  select?.focus();
}

/** Says what adding and removing come to where two have to sign, and why there is no button for it meanwhile. */
function twoSign(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  if (isOneEnough(words) || !opened.chainHolds) return null;
  return h("p", { class: "hint", "data-test": "two-sign" }, hasProposed(opened, words, act.me) ? t("Your change of readers is waiting for a second signature. Until it is signed or you withdraw it, you cannot propose another.")
    : t("The office directory requires two signatures for a change of readers. What you add or remove is only proposed until a second person has signed."));
}

function holderRow(id: string, opened: OpenedCase, words: OfficeWords, act: CaseActions): HTMLElement {
  const member = words.directory.validMember(id);
  // Anyone who changes the readers knows the new keys: nobody removes themselves.
  const removable = opened.chainHolds && !hasProposed(opened, words, act.me) && opened.holders.length > 1 && id !== act.me;
  return h("li", { class: "holder", "data-test": "holder", "data-member": id },
    h("span", {}, h("strong", {}, words.named(id)), " ", h("span", { class: "soft" }, words.role(id)), id === act.me ? ` ${t("(you)")}` : ""),
    member === null ? h("span", { class: "wrong" }, t("no longer in the office directory")) : [h("span", { class: "mono soft" }, keyCode(member)), openedLine(id, opened, words)],
    removable ? h("button", { type: "button", class: "quiet", "data-test": "remove-colleague", "data-member": id, "aria-label": t("Remove {person}", { person: words.person(id) }), onclick: () => act.remove(id) }, t("Remove")) : null);
}

function excludedList(opened: OpenedCase, words: OfficeWords): Child {
  if (opened.excluded.length === 0) return null;
  return h("div", { class: "notice notice-care", "data-test": "excluded" },
    h("p", {}, h("strong", {}, around(t("Excluded from this case: {people}", { people: blank("people") }), { people: words.namedAll(opened.excluded) }))),
    h("p", {}, t("They were excluded by the reporter, the policy or a change of readers, and cannot be added here. Do not tell them that there is a report.")));
}

/** Whom this member could add now. */
function couldAdd(opened: OpenedCase, words: OfficeWords, { me }: CaseActions): ReturnType<typeof couldRead> {
  if (!opened.chainHolds || hasProposed(opened, words, me)) return [];
  // Where one reader is left, nobody else could sign with them.
  const outside = outsideIds(words.directory, opened.row.entity);
  return couldRead(words, opened.row.entity).filter((one) => !opened.holders.includes(one.id) && (isOneEnough(words) || !isLonely(opened, words) || outside.includes(one.id)));
}

function addForm(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const free = couldAdd(opened, words, act);
  if (free.length === 0) return null;
  const options = free.map((one) => {
    const barred = opened.excluded.includes(one.id);
    const label = `${inLanguage(one.name)} · ${words.role(one.id)}${barred ? ` · ${t("excluded")}` : ""}`;
    return h("option", { value: one.id, disabled: barred }, label);
  });
  const select = h("select", { id: "add-whom", "data-test": "add-whom" }, h("option", { value: "" }, t("Choose a colleague")), options);
  const add = (): void => {
    if (select.value === "") select.focus();
    else act.add(select.value);
  };
  return h("details", { class: "add", "data-test": "add-details" }, h("summary", {}, t("Add a colleague")),
    field(t("Colleague"), select, isOneEnough(words) ? t("They will be able to read everything in this case, past and future. The case gets a new key, and the reporter is told who can read it.")
      : t("Once a second person has signed, they will be able to read everything in this case, past and future. The case gets a new key, and the reporter is told who can read it.")),
    h("button", { type: "button", "data-test": "add-colleague", onclick: add }, t("Add")));
}

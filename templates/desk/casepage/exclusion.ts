/** Keeping somebody out of a case for good: no later change of readers can let them in again. */

import { hasPlace } from "../../../crypto/staff.js";
import { inLanguage } from "../../shared/officetext.js";
import { inARow, t } from "../../shared/strings.js";
import type { CaseActions } from "../actions.js";
import type { OpenedCase } from "../opened/model.js";
import { hasProposed } from "../opened/waiting.js";
import type { OfficeWords } from "../context.js";
import { type Child, field, h } from "../ui.js";
import { isOneEnough } from "./readerprompts.js";

const READING: readonly string[] = ["registrar", "investigator", "approver", "outside"];

/** Who could read a case of this entity: nobody of another group of entities, whom the server would never hand the grant. */
export function couldRead({ directory }: OfficeWords, entity: string): OfficeWords["directory"]["content"]["members"] {
  const { content } = directory;
  return content.members.filter((one) => directory.validMember(one.id) !== null && READING.includes(one.role) && hasPlace(content, one.id, entity));
}

/** The form; nobody keeps themselves out: who makes a key knows it. */
export function keepOutForm(opened: OpenedCase, words: OfficeWords, act: CaseActions): Child {
  const left = couldRead(words, opened.row.entity).filter(({ id }) => id !== act.me && !opened.excluded.includes(id));
  if (!opened.chainHolds || hasProposed(opened, words, act.me) || left.length === 0) return null;
  const options = left.map((one) => h("option", { value: one.id }, `${inLanguage(one.name)} · ${words.role(one.id)}${opened.holders.includes(one.id) ? ` · ${t("reads it now")}` : ""}`));
  const select = h("select", { id: "keep-out-whom", "data-test": "keep-out-whom" }, h("option", { value: "" }, t("Choose a colleague")), options);
  const keep = (): void => {
    if (select.value === "") select.focus();
    else act.keepOut(select.value);
  };
  const what = t("They receive nothing new from this case, and nobody can ever add them again. This cannot be undone. They keep what they have read. The case gets a new key, and the reporter is told who can read it. If a person only stops working on it, remove them instead.");
  return h("details", { class: "add", "data-test": "keep-out-details" }, h("summary", {}, t("Exclude someone permanently")),
    field(t("Colleague"), select, isOneEnough(words) ? what : inARow(t("It is only proposed until a second person has signed."), what)),
    h("button", { type: "button", "data-test": "keep-out", onclick: keep }, t("Exclude permanently")));
}

/** The third step: who must not see it, by name. */

import { fill, h } from "../../shared/dom.js";
import { keyCode } from "../../shared/keycode.js";
import { sayError } from "../../shared/refusals.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { readersByName } from "../people.js";
import { roleName } from "../roles.js";
import { pick, tip } from "./fields.js";
import type { Lack } from "./step.js";
import type { Telling } from "./telling.js";

/** Who can read it and who can't, after what is ticked. */
export function outcome(telling: Telling): HTMLElement {
  try {
    const { members, ids, escalated } = telling.holders();
    const out = telling.people().filter(({ id }) => !ids.includes(id));
    return readersByName(members, out, escalated && h("p", {}, t("It goes past this office, to the outside or superior holders.")));
  } catch (error) {
    return h("p", { class: "notice notice-alarm" }, sayError(error));
  }
}

/** Above so many people a field narrows them down. */
const MANY_PEOPLE = 8;

export function peopleStep(telling: Telling): HTMLElement {
  const result = h("div", { role: "status", "data-test": "people-outcome" }, outcome(telling));
  const rows = telling.people().map((member) => h("div", { class: "person", "data-name": `${member.name.zh} ${member.name.en}`.toLowerCase() },
    pick({
      name: "exclude", value: member.id, many: true, checked: telling.excluded.has(member.id), test: `exclude-${member.id}`,
      label: h("span", { class: "person-name" }, officeText(member.name)), hint: roleName(member.role),
      onpick: (checked) => {
        if (checked) telling.excluded.add(member.id);
        else telling.excluded.delete(member.id);
        fill(result, outcome(telling));
      },
    }),
    h("details", { class: "small" }, h("summary", {}, t("Check code")), h("p", { class: "mono" }, keyCode(member)))));
  return h("div", { class: "stack" },
    tip(telling, "people"),
    h("p", {}, t("Each of these people would be able to read it. Later they may add somebody else from the office's list; you would see the name in your mailbox. Tick anybody who is involved, or close to somebody who is: they can never open it, and no list or count shows it to them. Unless it is marked as urgent, only with the help of somebody who runs the server could one of them learn that some report is kept from them, and still not a word of it.")),
    rows.length > MANY_PEOPLE && narrowing(rows),
    h("fieldset", { class: "stack-small", id: "people" }, h("legend", {}, t("Must not see it")), rows),
    result);
}

function narrowing(rows: readonly HTMLElement[]): HTMLElement {
  const field = h("input", { type: "search", id: "find-person", autocomplete: "off", "data-test": "find-person" });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !(row.dataset["name"] ?? "").includes(wanted);
  });
  return h("div", { class: "stack-small" }, h("label", { for: "find-person" }, t("Find a name")), field);
}

export function peopleLacks(telling: Telling): Lack[] {
  try {
    telling.holders();
    return [];
  } catch (error) {
    return [{ field: "people", words: sayError(error) }];
  }
}

/** The third step: who must not see it, by name. */

import type { Member } from "../../../crypto/index.js";
import { HOLDER_ROLES } from "../../../crypto/office/directoryshape.js";
import { hasPlace } from "../../../crypto/office/holders.js";
import { fill, h } from "../../shared/dom.js";
import { keyCode } from "../../shared/keycode.js";
import { sayError } from "../../shared/refusals.js";
import { around, blank, officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { canRead, leftOut, namesOf, readersByName, rolesOf } from "../people.js";
import { dutyOf, roleName } from "../roles.js";
import { pick, tip } from "./fields.js";
import type { MissingField } from "./formstep.js";
import type { ReportDraft } from "./answers.js";

/** Who can read it and who can't, after what is ticked; `checked` where it is looked over before it is sent. */
export function outcome(telling: ReportDraft, checked = false): HTMLElement {
  try {
    const { members, ids, escalated } = telling.holders();
    const not = telling.people().filter(({ id }) => !ids.includes(id));
    const out = not.filter(({ id }) => telling.excluded.has(id));
    const passed = passedOver(not.filter(({ id }) => !telling.excluded.has(id)));
    const past = escalated && h("p", { "data-test": "goes-past" },
      around(t("None of the people above gets it: it goes to {names} instead.", { names: blank("names") }), { names: rolesOf(members) }));
    const after = [passed, nobodyElse(telling, ids), inText(telling, members)];
    return checked ? h("div", { class: "stack-small" }, leftOut(out), past, canRead(members), after) : readersByName(members, out, past, after);
  } catch (error) {
    return h("p", { class: "notice notice-alarm" }, sayError(error));
  }
}

/** Readers whom the report names: one of them may be whom it is about. */
function inText(telling: ReportDraft, readers: readonly Member[]): HTMLElement | false {
  const plain = (text: string): string => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  const said = plain([telling.account, ...telling.givenAnswers().map(({ value }) => value)].join(" "));
  // Chinese knows no blanks between words; elsewhere a short name stands in many others.
  const found = readers.filter(({ name }) => Object.values(name.texts).some((one) => said.includes(/\p{sc=Han}/u.test(one) ? plain(one).trim() : plain(one))));
  return found.length > 0 && h("p", { class: "notice notice-alarm", "data-test": "named-reader" },
    around(t("Your report names {names}, who can read it.", { names: blank("names") }), { names: namesOf(found) }));
}

/** Nobody else now; and by name those whom readers could still let in. */
function nobodyElse(telling: ReportDraft, readers: readonly string[]): HTMLElement {
  const later = couldBeAdded(telling).filter(({ id }) => !telling.excluded.has(id) && !readers.includes(id));
  if (later.length === 0) return h("p", { class: "soft" }, t("Nobody else is given a key."));
  return h("p", { class: "soft", "data-test": "later" },
    around(t("Nobody else is given a key now. Those who can read it could add {names} later; your mailbox would show it.", { names: blank("names") }), { names: rolesOf(later) }));
}

/** Nobody ticked them: they get no key now, and nothing keeps them from being let in later. */
function passedOver(people: readonly Member[]): HTMLElement | null {
  if (people.length === 0) return null;
  return h("p", { "data-test": "passed-over" }, around(t("You did not tick {names}. They don't get it now either, but could be added later; tick them to rule that out.", { names: blank("names") }), { names: namesOf(people) }));
}

/** To whom it goes past the office, and when, before anybody is ticked; nothing where there is nobody outside. */
function beforehand(telling: ReportDraft): HTMLElement | null {
  const ids = telling.people().map(({ id }) => id);
  const [one, all] = [telling.holdersWithout(ids.slice(0, 1)), telling.holdersWithout(ids)];
  // In a small office a single tick is enough.
  const [words, past] = one?.escalated ? [t("As soon as you tick one of them, none of them gets it: it goes to {names} instead.", { names: blank("names") }), one]
    : [t("If you tick all of them, it goes to {names} instead.", { names: blank("names") }), all];
  return past && h("p", { "data-test": "beforehand" }, around(words, { names: rolesOf(past.members) }));
}

function sure(): HTMLElement {
  return h("details", { class: "small" }, h("summary", { "data-test": "how-sure" }, t("How sure is that?")),
    h("p", {}, t("Nobody you tick is given a key, and no list or count shows them your report. Unless it is urgent, they learn of it only with help from someone running the server, or by sending many reports of their own; what it says they never see. No program stops people from talking.")),
    h("p", {}, t("If only one reader or none is left, the outside holders can open your report with a recovery key that is stored on paper; nobody you ticked gets it even then.")));
}

/** Everybody whom the list names for this report, and those it may go to past them. */
function withCodes(telling: ReportDraft): readonly Member[] {
  const people = telling.people();
  const past = telling.holdersWithout(people.map(({ id }) => id))?.members ?? [];
  return [...people, ...past.filter(({ id }) => people.every((one) => one.id !== id))];
}

/** By which each can be compared with what the office has published elsewhere. */
function keyCodes(telling: ReportDraft): HTMLElement {
  return h("details", { class: "small" }, h("summary", { "data-test": "key-codes" }, t("Key check codes (optional)")),
    h("p", { class: "hint" }, t("If the office or a reader gave you such a code in some other way, it should match the one here.")),
    h("ul", {}, withCodes(telling).map((member) => h("li", {}, officeText(member.name), " ", h("span", { class: "mono" }, keyCode(member))))));
}

/** Members who are not among those shown for this report and could be let in later. */
function couldBeAdded(telling: ReportDraft): readonly Member[] {
  const { content } = telling.office.directory;
  const shown = new Set(telling.people().map(({ id }) => id));
  const may = ({ id, role }: Member): boolean => HOLDER_ROLES.includes(role) && !shown.has(id) && hasPlace(content, id, telling.entity);
  return content.members.filter(({ id }) => telling.office.directory.validMember(id) !== null).filter(may);
}

/** Each of whom can be kept out now. */
function addedLater(telling: ReportDraft, changed: () => void): HTMLElement {
  const others = couldBeAdded(telling);
  return h("details", { class: "small" }, h("summary", { "data-test": "added-later" }, t("Who could be added later?")),
    others.length === 0 ? h("p", {}, t("Nobody at present. Anyone who joins the office's list later could be added."))
      : h("fieldset", { class: "stack-small", "data-test": "could-be-added" }, h("legend", {}, t("Must not be added")), others.map((member) => personRow(telling, member, changed, "person-later"))));
}

function personRow(telling: ReportDraft, member: Member, changed: () => void, kind = "person"): HTMLElement {
  const duty = dutyOf(member.role);
  const mark = h("span", { class: "left-out block", hidden: !telling.excluded.has(member.id) }, h("span", { "aria-hidden": "true" }, "✕ "), t("Can't read it"));
  return h("div", { class: kind, "data-name": Object.values(member.name.texts).join(" ").toLowerCase() },
    pick({
      name: kind === "person" ? "exclude" : "exclude-later", value: member.id, many: true, checked: telling.excluded.has(member.id), test: `exclude-${member.id}`,
      label: [h("span", { class: "person-name" }, officeText(member.name)), mark], hint: [roleName(member.role), duty !== null && [" · ", duty]],
      onpick: (checked) => {
        if (checked) telling.excluded.add(member.id);
        else telling.excluded.delete(member.id);
        mark.hidden = !checked;
        changed();
      },
    }));
}

/** Above so many people a field narrows them down. */
const MANY_PEOPLE = 8;

export function peopleStep(telling: ReportDraft): HTMLElement {
  const result = h("div", { role: "status", "data-test": "people-outcome" }, outcome(telling));
  const only = h("p", { "data-test": "only-these" }, h("strong", {}, t("Only the people listed here get a key that opens your report. Your manager and the people it is about get none, unless they are on this list.")));
  const redraw = (): void => {
    only.hidden = telling.holdersWithout([...telling.excluded])?.escalated ?? false;
    fill(result, outcome(telling));
  };
  const rows = telling.people().map((member) => personRow(telling, member, redraw));
  redraw();
  return h("div", { class: "stack" },
    tip(telling, "people"),
    only,
    h("p", {}, t("Tick anyone on it who is involved, or close to somebody who is: the office's programs never give them a key, and the case goes on without them. Readers could still tell them about it.")),
    beforehand(telling), sure(),
    rows.length > MANY_PEOPLE && narrowing(rows),
    h("fieldset", { class: "stack-small", id: "people" }, h("legend", {}, t("Must not see it")), rows),
    addedLater(telling, redraw),
    result, keyCodes(telling));
}

function narrowing(rows: readonly HTMLElement[]): HTMLElement {
  const field = h("input", { type: "search", id: "find-person", autocomplete: "off", "data-test": "find-person" });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !(row.dataset["name"] ?? "").includes(wanted);
  });
  return h("div", { class: "stack-small" }, h("label", { for: "find-person" }, t("Find a name")), field);
}

export function peopleLacks(telling: ReportDraft): MissingField[] {
  try {
    telling.holders();
    return [];
  } catch (error) {
    return [{ field: "people", words: sayError(error) }];
  }
}

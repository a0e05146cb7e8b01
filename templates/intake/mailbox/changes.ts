/** What the reporter has to know of a change of keys before writing on: who stays, who is new, who is gone, and who decided it. */

import type { ThreadEntry, Member, PayloadOf } from "../../../crypto/index.js";
import { type Child, h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import { sayDay, t } from "../../shared/strings.js";
import type { View } from "../sending/opened.js";
import { named, column } from "../people.js";

type Notice = PayloadOf<"epoch">;

/** Fewer of those of before, and the reporter is asked. */
const ENOUGH_STAY = 2;

const known = (view: View, ids: readonly string[]): Member[] => ids.flatMap((id) => view.office.directory.member(id) ?? []);

/** Names with what each does, as one line. */
function line(people: readonly Member[]): (HTMLElement | string)[] {
  return people.flatMap((member, at) => (at === 0 ? [named(member)] : [t(", "), named(member)]));
}

function decided(view: View, notice: Notice): HTMLElement {
  const by = known(view, notice.signatures.map(({ member }) => member));
  return h("p", { class: "small", "data-test": "decided-by" }, t("Decided on {day} by:", { day: sayDay(notice.day) }), " ", line(by));
}

/** One change in the thread: who decided it, and who can read since. */
export function changeEntry(view: View, entry: ThreadEntry): HTMLElement {
  const notice = entry.content?.payload as Notice;
  return h("div", { class: "stack-small", "data-test": "change" },
    h("p", { class: "soft" }, t("The keys of your report were changed, and the people who can read it may have changed with them. Who can read it now stands on this page by name. Anybody who was added can read everything sent before and from now on; anybody who was removed can't read what comes from now on.")),
    decided(view, notice),
    h("p", { class: "small" }, t("Readers since then:"), " ", line(known(view, notice.holders))));
}

/** The roads outside, where the reporter may not trust those who read now. */
export function outsideContacts(view: View): Child {
  const entity = view.office.directory.content.entities.find((one) => one.id === view.mailbox.entity);
  return entity === undefined ? null : [
    h("p", {}, inLanguage(entity.roads)),
    entity.authorities.length > 0 && h("ul", {}, entity.authorities.map((one) => h("li", {}, `${inLanguage(one.name)} `, h("strong", {}, one.contact)))),
  ];
}

function question(view: View): HTMLElement {
  return h("div", { class: "notice notice-alarm stack-small", role: "alert", "data-test": "change-question" },
    h("p", {}, h("strong", {}, t("Is one of these the person your report is about? Then do not write here."))),
    outsideContacts(view));
}

function titleOf(joined: number, gone: number): string {
  if (joined + gone === 0) return t("The keys of your report were changed; the same people read it.");
  if (gone === 0) return joined === 1 ? t("One more person can read your report") : t("{n} more people can read your report", { n: joined });
  if (joined > 0) return t("Other people read your report now");
  return gone === 1 ? t("One person fewer can read your report") : t("{n} people fewer can read your report", { n: gone });
}

/** Changes since this mailbox was last written into; null where there was none. Stands before the text box. */
export function changeBox(view: View): HTMLElement | null {
  const { before, holders } = view.mailbox;
  if (before === null) return null;
  const notices = view.mailbox.entries.flatMap(({ mark, content }) => (mark === null && content?.type === "epoch" ? [content.payload as Notice] : []));
  const stays = holders.filter((id) => before.holders.includes(id));
  const joined = holders.filter((id) => !before.holders.includes(id));
  const gone = before.holders.filter((id) => !holders.includes(id));
  return h("section", { class: "card stack-small", "data-test": "readers-changed" },
    h("h2", {}, titleOf(joined.length, gone.length)),
    h("div", { class: "two-columns" },
      column(t("Can still read it"), known(view, stays), "stays", t("Nobody")),
      column(t("New"), known(view, joined), "joined", t("Nobody")),
      column(t("No longer"), known(view, gone), "gone", t("Nobody"))),
    notices.filter(({ epoch }) => epoch > before.epoch).map((notice) => decided(view, notice)),
    stays.length < ENOUGH_STAY ? question(view) : null);
}

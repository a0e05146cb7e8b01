/** HR's systems: which form each is read by, and how much of what it sends counts as nothing yet. */

import { h } from "../../shared/dom.js";
import { counted } from "../../shared/counted.js";
import { msg, t } from "../../shared/strings.js";
import type { Draw } from "../drawing.js";
import type { OfficerSession } from "../session.js";
import { showForm } from "./form.js";
import { type Feed, feedsShape } from "./model.js";

export const showFeeds: Draw = async (room, go) => {
  const { feeds } = await room.calls.get(feedsShape, "/api/feeds");
  return h("div", { class: "stack" }, h("h1", { "data-test": "feeds-title" }, t("HR's feed")),
    h("p", {}, t("Each HR system has its own names for columns and measures. Define here what they mean.")),
    h("p", { class: "soft" }, t("You see headings, kinds and counts, but no rows, names or employee numbers. HR cannot see this page.")),
    feeds.length === 0 ? h("p", { class: "nothing" }, t("No HR system is registered yet. The person who runs this host does it with “yanlu watch source”."))
      : h("ul", { class: "rows" }, feeds.map((one) => h("li", {}, row(room, one, () => go(showForm(one.source)))))));
};

function row(room: OfficerSession, one: Feed, open: () => void): HTMLElement {
  const form = one.version === 0 ? t("read by known names") : t("form version {version}", { version: one.version });
  const unread = one.unread === 0 ? t("all rows recognised") : counted(msg("{count} row not recognised yet"), msg("{count} rows not recognised yet"), one.unread);
  return h("button", { type: "button", class: one.unread === 0 ? "alert-row" : "alert-row amber", "data-test": "feed-row", onclick: open },
    h("span", { class: "sentence" }, h("strong", {}, one.source), ` · ${room.entity(one.entity)}`),
    h("span", { class: "small soft block" }, [form, unread, ...(one.ended ? [t("no longer sends data")] : [])].join(" · ")));
}

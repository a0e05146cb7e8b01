/** Notices of the office: what each act of a policy tells the reporter, and where the case stands by the last one. */

import type { Day, ThreadEntry, PayloadOf } from "../../../crypto/index.js";
import { type Child, h } from "../../shared/dom.js";
import { inLanguage } from "../../shared/officetext.js";
import type { Option } from "../../shared/questionnaire.js";
import { noticeTitle } from "../../shared/noticetitles.js";
import { sayDay, t } from "../../shared/strings.js";
import { today } from "../office.js";
import { foreignWords } from "../foreignwords.js";
import type { View } from "../sending/opened.js";
import { type Doubt, type Papers, doubtOf, isFar } from "./plausible.js";

export type Notice = PayloadOf<"notice">;

/** Notices whose text is a reason, which they must give. */
const REASONS: ReadonlySet<string> = new Set(["refused", "extended"]);

/** A stage of the policy, in words. */
export function stageName(view: View, id: string): string {
  return named(view.office.policies.get(view.mailbox.policy)?.stages, id);
}

function named(options: readonly Option[] | undefined, id: string): string {
  const found = options?.find((one) => one.id === id);
  return found ? inLanguage(found.name) : id;
}

/** A verified entry with its notice. */
export interface NoticeEntry {
  readonly entry: ThreadEntry;
  readonly notice: Notice;
}

function papersOf({ office, mailbox }: View): Papers {
  return { policy: office.policies.get(mailbox.policy), handles: mailbox.handles, started: mailbox.started, today: today() };
}

/** Why a verified entry is not to be relied on; null where nothing speaks against it. */
export function doubtIn(view: View, { mark, content }: ThreadEntry): Doubt | null {
  return mark === null && content !== null ? doubtOf(content, papersOf(view)) : null;
}

/** Whether an entry is verified, of one of these kinds, and nothing speaks against its words. */
export function isBorneOut(view: View, entry: ThreadEntry, ...kinds: readonly string[]): boolean {
  return entry.mark === null && entry.content !== null && kinds.includes(entry.content.type) && doubtIn(view, entry) === null;
}

/** The last of those. */
export function lastOf(view: View, ...kinds: readonly string[]): ThreadEntry | null {
  return [...view.mailbox.entries].reverse().find((entry) => isBorneOut(view, entry, ...kinds)) ?? null;
}

/** The last notice of those. What was not verified asks for nothing. */
export function lastNotice(view: View): NoticeEntry | null {
  const entry = lastOf(view, "notice");
  return entry ? { entry, notice: entry.content?.payload as Notice } : null;
}

/** The day of the notice that first named this last day; null where it bears none. */
export function firstNotice(view: View, { day, limit }: NonNullable<Notice["until"]>): Day | null {
  const found = view.mailbox.entries.find((entry) => {
    const until = isBorneOut(view, entry, "notice") ? (entry.content?.payload as Notice).until : null;
    return until?.day === day && until.limit === limit;
  });
  return (found?.content?.payload as Notice | undefined)?.day ?? null;
}

/** What comes next and by when, or nothing. */
export function sayNext(view: View, { next, due }: Pick<Notice, "next" | "due">): string | null {
  const said = nextWords(view, { next, due });
  return due !== null && isFar(due, papersOf(view)) ? `${said} ${t("That day is before your report or more than a year away: this page can't confirm it.")}` : said;
}

function nextWords(view: View, { next, due }: Pick<Notice, "next" | "due">): string | null {
  if (next === null) return due === null ? null : t("By {day}.", { day: sayDay(due) });
  const stage = stageName(view, next);
  return due === null ? t("Next: {stage}", { stage }) : t("Next: {stage}, by {day}", { stage, day: sayDay(due) });
}

function listed(label: string, ids: readonly string[], options: readonly Option[] | undefined): Child {
  return ids.length > 0 && h("p", {}, h("strong", {}, label), " ", ids.map((id) => named(options, id)).join(t(", ")));
}

/** The notice in words, without its files. */
export function noticeBody(view: View, notice: Notice): Child[] {
  const policy = view.office.policies.get(view.mailbox.policy);
  const next = sayNext(view, notice);
  return [
    h("h3", {}, noticeTitle(notice.act)),
    listed(t("Outcome:"), notice.outcomes, policy?.outcomes),
    listed(t("Measures:"), notice.measures, policy?.measures),
    REASONS.has(notice.act) && h("p", {}, h("strong", {}, t("Reason:"))),
    notice.text && foreignWords(notice.text, "notice-text"),
    next && h("p", {}, next),
  ];
}

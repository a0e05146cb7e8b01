/** What waits for somebody's eye, counted in the tab's title: a number, and no word of a case. */

import { givenBy, handlersOf } from "../opened/handlers.js";
import { type DeskCase } from "../opened/model.js";
import { asksMe, hasNews, isClosed, isShown } from "./views.js";

let plain: string | null = null;

/** The open cases that nobody has taken or a colleague gave to this member, those in which the reporter has written since the last answer, and those with something for this member to sign. */
export function waitingIn(shelf: Iterable<DeskCase>, me: string, now: Date): Set<string> {
  const waits = (shelved: DeskCase): boolean => {
    const { opened } = shelved;
    return ((handlersOf(shelved).length === 0 || givenBy(me, shelved) !== null) && !isClosed(shelved)) || (opened !== null && (hasNews(opened) || asksMe(opened, me, now)));
  };
  return new Set([...shelf].filter((shelved) => isShown(shelved) && waits(shelved)).map(({ row }) => row.case));
}

/** Writes the count before the page's own title; none for 0. */
export function countInTitle(count: number): void {
  plain ??= document.title;
  document.title = count === 0 ? plain : `(${count}) ${plain}`;
}

/** The cases that this member reads now. */
export function readIn(shelf: Iterable<DeskCase>): Set<string> {
  return new Set([...shelf].flatMap(({ row, opened }) => (opened === null ? [] : [row.case])));
}

/** What waits for somebody's eye, counted in the tab's title: a number, and no word of a case. */

import { type Shelved } from "../opened/model.js";
import { hasNews } from "./views.js";

let plain: string | null = null;

/** The cases that nobody has taken, and those in which the reporter has written since the last answer. */
export function waitingIn(shelf: Iterable<Shelved>): Set<string> {
  const waiting = [...shelf].filter(({ row, opened }) => row.taken_by.length === 0 || (opened !== null && hasNews(opened)));
  return new Set(waiting.map(({ row }) => row.case));
}

/** Writes the count before the page's own title; none for 0. */
export function countInTitle(count: number): void {
  plain ??= document.title;
  document.title = count === 0 ? plain : `(${count}) ${plain}`;
}

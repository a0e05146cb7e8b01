/** Where the quick exit leads. */

/** Somewhere harmless that a person might well be reading. */
export const ELSEWHERE = { zh: "https://www.baidu.com/", en: "https://www.wikipedia.org/" } as const;

/** What the one entry carries that the quick exit leaves in the browser's list: it leads away again. */
export const LEFT = -1;

/** Whether this entry was left by the quick exit. */
export function wasLeft(): boolean {
  return window.history.state === LEFT;
}

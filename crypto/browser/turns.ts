/** Long work in turns, so that the page may paint and hear its buttons in between. */

/** What a step asks of the browser, which works it out beside the page; null where the page must do it itself. */
export type Asked = () => Promise<boolean | null>;

/** Work that says where the page may have its turn, and what the browser could answer in its place. */
export type Steps<T> = Generator<Asked | undefined, T, boolean | null>;

/** Gives the page its turn: a task of its own. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** All of it at once, and all by itself. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next(null);
    if (done === true) return value;
  }
}

/** One step in each task. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let answer: boolean | null = null; ; ) {
    const { done, value } = steps.next(answer);
    if (done === true) return value;
    answer = value === undefined ? null : await value();
    if (answer === null) await pause();
  }
}

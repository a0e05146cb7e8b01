/** Long work in turns, so that the page may paint and hear its buttons in between. */

/** What a step asks of the browser, which works it out beside the page; null where the page must do it itself. */
export type Asked = () => Promise<boolean | null>;

/** Work that says where the page may have its turn, and what the browser could answer in its place. */
export type Steps<T> = Generator<Asked | undefined, T, boolean | null>;

/** Channels whose message is on its way: one that nothing refers to may be collected before it arrives. */
const underWay = new Set<MessageChannel>();

/** Gives the page its turn: a task of its own. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    underWay.add(channel);
    channel.port1.onmessage = () => {
      underWay.delete(channel);
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
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

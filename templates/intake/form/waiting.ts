/** Files that were chosen and are still being cleaned: each can be taken away, and nothing waits for it then. */

/** One of them; `signal` ends its cleaning. */
export interface Waiting {
  readonly file: File;
  readonly signal: AbortSignal;
  /** Takes it away, or says that it is cleaned. */
  end(): void;
}

const all: Waiting[] = [];

export const filesWaiting = (): readonly Waiting[] => all;

/** One more is waiting; `count` hears of it, and once when it no longer is. */
export function waitFor(file: File, count?: (more: number) => void): Waiting {
  const ended = new AbortController();
  const one = {
    file, signal: ended.signal,
    end(): void {
      if (ended.signal.aborted) return;
      ended.abort();
      all.splice(all.indexOf(one), 1);
      count?.(-1);
    },
  };
  all.push(one);
  count?.(1);
  return one;
}

/** The same as the work, or rejected as soon as the file is taken away, whatever the work still does. */
export function unlessRemoved<T>({ signal }: Waiting, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, reject) => {
    if (signal.aborted) reject(new Error("taken away"));
    signal.addEventListener("abort", () => reject(new Error("taken away")));
  })]);
}

// Stands in for `node:test` when the same test file runs in a real browser.

type Body = () => void | Promise<void>;

interface Outcome {
  readonly name: string;
  readonly error: string | null;
}

const waiting: { name: string; body: Body }[] = [];
const outcomes: Outcome[] = [];
let group = "";

/** Keeps a test for later; its name is one sentence that says what is claimed. */
export function test(name: string, body: Body): void {
  waiting.push({ name: `${group}${name}`, body });
}

/** Puts the tests that `body` keeps under one heading. */
export function describe(name: string, body: () => void): void {
  const outer = group;
  group = `${outer}${name}: `;
  body();
  group = outer;
}

async function outcomeOf(name: string, body: Body): Promise<Outcome> {
  try {
    await body();
    return { name, error: null };
  } catch (error) {
    return { name, error: error instanceof Error ? `${error}\n${error.stack ?? ""}` : String(error) };
  }
}

/** Runs all kept tests one after another, then leaves the outcomes in the page as JSON. */
async function runAll(): Promise<void> {
  for (const { name, body } of waiting) outcomes.push(await outcomeOf(name, body));
  const place = document.createElement("pre");
  place.id = "outcomes";
  place.textContent = JSON.stringify(outcomes);
  document.body.append(place);
}

// Test files keep their tests while they load, so the queue is full by the next task.
setTimeout(() => void runAll(), 0);

export const it = test;
export default test;

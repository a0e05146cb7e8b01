/** One-key commands; silent while somebody types, and can be switched off (WCAG 2.1.4). */

import { type View, VIEWS } from "./queue/views.js";

export type Command = `view-${View}` | "next" | "previous" | "open" | "take" | "status" | "reply" | "note" | "policy" | "today" | "figures" | "search" | "help" | "back";

const KEYS: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(VIEWS.map((view, at) => [String(at + 1), `view-${view}` as const])),
  j: "next",
  k: "previous",
  Enter: "open",
  a: "take",
  s: "status",
  r: "reply",
  n: "note",
  p: "policy",
  t: "today",
  f: "figures",
  "/": "search",
  "?": "help",
  Escape: "back",
};

function types(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** The command of a key press, or null when it is none or belongs to a field. */
export function commandOf(event: KeyboardEvent): Command | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const command = KEYS[event.key] ?? null;
  if (command === "back") return command;
  if (command === "open") return event.target === document.body ? command : null;
  return types(event.target) ? null : command;
}

/** Listens on the page; `enabled` is asked each time. */
export function listen(act: (command: Command) => void, enabled: () => boolean): void {
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event);
    if (command === null || (command !== "back" && !enabled())) return;
    if (document.querySelector("dialog[open]") !== null) return;
    if (command !== "back") event.preventDefault();
    act(command);
    // The same Escape would close what it has just asked.
    if (document.querySelector("dialog[open]") !== null) event.preventDefault();
  });
}

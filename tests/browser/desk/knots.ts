// Elements without a browser, for tests of what a page says; imported before the page's own code.

export class Knot {
  readonly children: (Knot | string)[] = [];
  readonly attributes = new Map<string, string>();
  constructor(readonly tag: string) {}
  setAttribute(name: string, value: string): void { this.attributes.set(name, value); }
  addEventListener(): void { /* nobody presses anything here */ }
  append(...more: (Knot | string)[]): void { this.children.push(...more); }
}
Object.assign(globalThis, {
  Node: Knot,
  document: { documentElement: { lang: "en" }, getElementById: () => null, querySelector: () => null, createElement: (tag: string) => new Knot(tag), createElementNS: (_: string, tag: string) => new Knot(tag), createTextNode: (text: string) => text },
});

/** Each text with the language that it or what it stands in declares. */
export function* texts(found: unknown, lang = "en"): Generator<readonly [string, string]> {
  if (Array.isArray(found)) { for (const one of found) yield* texts(one, lang); }
  else if (found instanceof Knot) yield* texts(found.children, found.attributes.get("lang") ?? lang);
  else if (typeof found === "string" || typeof found === "number") yield [String(found), lang];
}

/** All the words that an element shows. */
export function textOf(found: unknown): string {
  return [...texts(found)].map(([text]) => text).join("");
}

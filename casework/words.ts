/** One text in both languages. */

export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** The same text in both languages: an id that nobody translated. */
export function plain(text: string): Words {
  return { zh: text, en: text };
}

/** Where an export of a case may go: fixed words, so that nothing in clear names anybody (twin of `casework/rules/destinations.py`). */

import type { Words } from "./words.js";

export const DESTINATIONS: Readonly<Record<string, Words>> = {
  own: { zh: "本单位自存", en: "the office's own files" },
  group: { zh: "集团内其他单位", en: "another entity of the group" },
  counsel: { zh: "律师、审计等外部专业人员", en: "counsel, auditors or other advisers" },
  person: { zh: "要求查阅、复制的本人", en: "the person who asks for a copy of what concerns them" },
  court: { zh: "境内司法机关", en: "a court of the same country" },
  authority: { zh: "境内有权机关", en: "an authority of the same country" },
  "court-abroad": { zh: "境外司法机构", en: "a court abroad" },
  "authority-abroad": { zh: "境外执法机构", en: "an authority abroad" },
};
/** What needs the approval of the competent authority first (Personal Information Protection Law of China, art. 41). */
export const ABROAD: ReadonlySet<string> = new Set(["court-abroad", "authority-abroad"]);

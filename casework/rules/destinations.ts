/** Where an export of a case may go: fixed words, so that nothing in clear names anybody (twin of `casework/rules/destinations.py`). */

import rows from "./destinations.json";
import type { Words } from "../words.js";

const TABLE = Object.entries(rows) as [string, { words: Words; abroad?: boolean }][];
export const DESTINATIONS: Readonly<Record<string, Words>> = Object.fromEntries(TABLE.map(([id, { words }]) => [id, words]));
/** What needs the approval of the competent authority first (Personal Information Protection Law of China, art. 41). */
export const ABROAD: ReadonlySet<string> = new Set(TABLE.flatMap(([id, { abroad }]) => (abroad ? [id] : [])));

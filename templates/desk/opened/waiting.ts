/** Whether a member's own change of readers waits for its second signature beside another's, which is shown first. */

import { daysBetween } from "../days.js";
import type { OfficeWords } from "../context.js";
import { GRANTING } from "./claims.js";
import type { OpenedCase } from "./model.js";

const DAYS = 3;

/** By the signed record: proposed since the keys last changed, not withdrawn, and no longer ago than three days. */
export function ownWaits({ events, row }: Pick<OpenedCase, "events" | "row">, words: Pick<OfficeWords, "today">, me: string): boolean {
  const held = events.filter(({ wrong }) => wrong === null);
  const mine = held.slice(held.findLastIndex(({ kind }) => GRANTING.has(kind)) + 1).filter(({ actor }) => actor === me);
  const proposed = mine.findLast(({ kind }) => kind === "regrant-proposed");
  if (proposed === undefined) return false;
  const withdrawn = mine.some(({ kind, data }) => kind === "regrant-declined" && data["proposal"] === proposed.data["proposal"]);
  return !withdrawn && daysBetween(proposed.day, words.today(row.entity)) <= DAYS;
}

/** One proposal of each member waits at a time, whatever others propose: theirs is shown first. */
export function hasProposed(opened: OpenedCase, words: OfficeWords, me: string): boolean {
  return opened.proposal !== null && (opened.proposal.by === me || ownWaits(opened, words, me));
}

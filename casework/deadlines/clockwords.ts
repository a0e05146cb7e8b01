/** Where a clock stands, in one or two sentences in Chinese and English (twin of `casework/deadlines/clock_words.py`). */

import type { ClockState } from "./clock.js";
import { yearOf } from "./days.js";
import { dayEn, dayZh, explain } from "./explanations.js";
import type { Due } from "./deadline.js";
import type { ClockKind, ClockTerms } from "./terms.js";
import type { Words } from "../words.js";

const NONE: Words = { zh: "", en: "" };

/** Why the clock ends when it ends, and where it stands now. */
export function explainState(terms: ClockTerms, state: ClockState): Words {
  if (state.length.kind === "unbound") {
    const { parameter } = state.length;
    return { zh: `期限“${parameter}”尚未设定，无法计时。`, en: `No limit is set for “${parameter}”: no clock runs.` };
  }
  if (state.length.kind === "promptly") return promptly(state, state.length.words);
  if (state.due === null) return { zh: "尚未开始计时。", en: "Not started." };
  const sentence = explain(state.due, terms.since, terms.kind !== "deadline");
  const stands = stateWords(terms.kind, state, state.due);
  return stands.zh === "" ? sentence : { zh: `${sentence.zh}${stands.zh}`, en: `${sentence.en} ${stands.en}` };
}

function promptly(state: ClockState, word: Words): Words {
  const zh = `制度写的是“${word.zh}”，没有给出期限`;
  const en = `The policy says “${word.en}” and gives no limit`;
  if (state.stopped !== null) return { zh: `${zh}；${dayZh(state.stopped)}已完成。`, en: `${en}; it was done on ${dayEn(state.stopped)}.` };
  if (state.started !== null) return { zh: `${zh}；自 ${dayZh(state.started)}起尚未完成。`, en: `${en}; open since ${dayEn(state.started)}.` };
  return { zh: `${zh}。`, en: `${en}.` };
}

function stateWords(kind: ClockKind, state: ClockState, due: Due): Words {
  const day = state.stopped ?? state.pausedSince ?? due.day;
  const zh = dayZh(day, yearOf(due.start));
  const en = dayEn(day, yearOf(due.start));
  switch (state.status) {
    case "met": return { zh: `${zh}已完成。`, en: `Done on ${en}.` };
    case "late": return { zh: `${zh}才完成，${lateZh(state.late)}。`, en: `Done on ${en}, ${lateEn(state.late)}.` };
    case "early": return { zh: `${zh}即已进行，早于规定的最早时间。`, en: `Done on ${en}, before it was allowed.` };
    case "missed": return { zh: `尚未完成，${lateZh(state.late)}。`, en: `Not done yet, ${lateEn(state.late)}.` };
    case "paused": return { zh: `自 ${zh}起中止计时，恢复后重新推算。`, en: `Paused since ${en}; the limit is worked out again when it resumes.` };
    case "open":
    case "running": return waiting(kind, state.status === "open");
    case "not-started":
    case "promptly":
    case "unbound": return NONE;
  }
}

function waiting(kind: ClockKind, over: boolean): Words {
  switch (kind) {
    case "not-before":
      return over
        ? { zh: "期满，现在可以进行。", en: "The waiting period is over." }
        : { zh: "期满之后方可进行。", en: "It must not happen before then." };
    case "warning":
      return over
        ? { zh: "期限已过，外部渠道已经开启。", en: "That has passed: an outside channel is open." }
        : { zh: "逾期未办，外部渠道即行开启。", en: "If it passes, an outside channel opens." };
    case "deadline": return NONE;
  }
}

function lateZh(days: number): string {
  return days > 0 ? `超期 ${days} 日` : "已超过时限";
}

function lateEn(days: number): string {
  return days > 0 ? `${days} ${days === 1 ? "day" : "days"} late` : "past the limit";
}

// Which words a page of the reporter speaks in: those of the policy, of the kind that was chosen, or of all policies where they agree.

import assert from "node:assert/strict";
import test from "node:test";
import { nameOf, speakAs, t, takeSentences, type Voice } from "../../../templates/shared/strings.js";
import { voiceOfCase, voiceOfDraft, voiceOfOffice } from "../../../templates/intake/voice.js";

const both = (zh: string): { zh: string; en: string } => ({ zh, en: "x" });
const page = (id: string, title: string, kinds: readonly object[] = [], summary = "可以说出问题。"): [string, object] => [id, { id, title: both(title), summary: both(summary), kinds }];
const KINDS = [{ id: "complaint", name: both("投诉"), categories: ["wages"] }, { id: "report", name: both("举报"), categories: ["leak"] }];
const AIRLINE = page("airline", "航空公司投诉管理制度");
const OWNERS = page("owners", "业主意见办法", [], "业主可以投诉。");
const WHISTLE = page("whistle", "公司投诉举报管理制度");
const MIXED = page("mixed", "公司举报投诉管理制度", KINDS);

function office(...pages: [string, object][]): never {
  const policies = pages.map(([id]) => ({ id, entities: ["group"] }));
  return { policies: new Map(pages), directory: { content: { policies } } } as never;
}

/** What is said in this voice. */
function said(voice: Voice | null): string {
  const before = speakAs(voice);
  const words = t("I withdraw my report");
  speakAs(before);
  return words;
}

const draft = (pages: [string, object][], policy: string, category = "", decided = true): string =>
  said(voiceOfDraft({ office: office(...pages), entity: "group", entityChosen: true, decided, policy, category } as never));

test("a page speaks of a complaint where its policy does, and keeps names that have the other word in them", () => {
  const chinese = { "I withdraw my report": "撤回举报；举报人保护专员；投诉举报热线", "Words of a complaint": "举报人保护=举报人保护 投诉举报=投诉举报 举报=投诉" };
  takeSentences(JSON.stringify({ "": "zh", ...Object.fromEntries(Object.entries(chinese).map(([from, to]) => [nameOf(from), to])) }));
  const [complaint, report] = ["撤回投诉；举报人保护专员；投诉举报热线", "撤回举报；举报人保护专员；投诉举报热线"];
  assert.deepEqual([draft([AIRLINE], "airline"), draft([OWNERS], "owners"), draft([AIRLINE, MIXED], "mixed", "wages"), draft([AIRLINE, OWNERS, WHISTLE], "owners")], Array.from({ length: 4 }, () => complaint));
  assert.deepEqual([draft([WHISTLE], "whistle"), draft([AIRLINE, MIXED], "mixed", "leak"), draft([AIRLINE, MIXED], "mixed")], Array.from({ length: 3 }, () => report));
  assert.deepEqual([draft([AIRLINE, OWNERS], "airline", "", false), draft([AIRLINE, WHISTLE], "airline", "", false)], [complaint, report]);
  assert.deepEqual([said(voiceOfOffice(office(AIRLINE, OWNERS))), said(voiceOfOffice(office(AIRLINE, MIXED))), said(voiceOfOffice(office()))], [complaint, report, report]);
  assert.deepEqual([said(voiceOfCase(office(AIRLINE, WHISTLE), "airline")), said(voiceOfCase(office(AIRLINE, WHISTLE), "whistle")), said(voiceOfCase(office(AIRLINE), "gone"))], [complaint, report, report]);
  takeSentences("{}");
});

test("sentences of another language come in no voice", () => {
  takeSentences(JSON.stringify({ "": "zh", [nameOf("I withdraw my report")]: "撤回举报" }));
  speakAs((words) => words.replace("举报", "投诉"));
  assert.equal(t("I withdraw my report"), "撤回投诉");
  takeSentences(JSON.stringify({ "": "zh", [nameOf("I withdraw my report")]: "撤回举报" }));
  assert.deepEqual([t("I withdraw my report"), speakAs(null)], ["撤回举报", null]);
  takeSentences("{}");
});

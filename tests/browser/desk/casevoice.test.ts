// A case under a policy about complaints is spoken of as one; what people wrote, and the list beside it, stay as they are.

import assert from "node:assert/strict";
import test from "node:test";
import { nameOf, speakAs, t, takeSentences } from "../../../templates/shared/strings.js";
import { actTitle } from "../../../templates/desk/acting/words.js";
import { voiceOf } from "../../../templates/shared/voices.js";
import { speakingOf } from "../../../templates/desk/opened/casevoice.js";
import { actionsOf, caseHeldBy, draw, inPage, onShelf, openedCase, words } from "./drawncase.js";
import { ITEM, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const PAIRS = "举报人保护=举报人保护 举报=";
const CHINESE = { "Reply to the reporter": "答复举报人", "Words of a complaint": `${PAIRS}投诉`, "Words of an appeal": `${PAIRS}申诉`, "Internal note by {person}, never shown to the reporter": "{person}的内部记录（举报人看不到）", "Reporter {text}": "举报人：{text}" };
const inChinese = (): void => takeSentences(JSON.stringify({ "": "zh", ...Object.fromEntries(Object.entries(CHINESE).map(([from, to]) => [nameOf(from), to])) }));
const kind = (id: string, zh: string): { id: string; name: { zh: string; en: string } } => ({ id, name: { zh, en: id } });
const saidIn = (kinds: readonly ReturnType<typeof kind>[], one?: string, title = "制度"): string => {
  const before = speakAs(voiceOf({ kinds } as never, one, title));
  const said = t("Reporter {text}", { text: "我要举报" });
  speakAs(before);
  return said;
};

test("the word is that of the case's kind, else of all kinds, else of the title; what may be a report is called one", () => {
  inChinese();
  const [complaint, report, appeal, advice] = [kind("complaint", "投诉"), kind("report", "举报"), kind("complaint", "个人申诉"), kind("suggestion", "建议")];
  assert.deepEqual([saidIn([complaint]), saidIn([complaint, report], "complaint"), saidIn([complaint, advice], "suggestion"), saidIn([], undefined, "客户投诉管理制度")], Array.from({ length: 4 }, () => "投诉人：我要举报"));
  assert.deepEqual([saidIn([report]), saidIn([complaint, report]), saidIn([complaint, report], "report"), saidIn([], undefined, "投诉举报办法"), saidIn([], undefined, "制度")], Array.from({ length: 5 }, () => "举报人：我要举报"));
  assert.equal(saidIn([appeal, kind("collective", "集体投诉")], "complaint"), "申诉人：我要举报");
  assert.equal(saidIn([appeal, advice], "complaint", "投诉管理制度及流程"), "投诉人：我要举报");
  const spoken = voiceOf({ kinds: [complaint] } as never, undefined, "");
  takeSentences(JSON.stringify({ "": "zh", [nameOf("Office")]: "举报人保护专员，被举报人" }));
  const before = speakAs(spoken);
  assert.equal(t("Office"), "举报人保护专员，被投诉人");
  speakAs(before);
  takeSentences("{}");
});

test("in a language without such words nothing is put in", () => {
  assert.equal(voiceOf({ kinds: [kind("complaint", "投诉")] } as never, "complaint", "投诉"), null);
});

test("a case that is spoken of as a complaint stays one, however often it is drawn", () => {
  inChinese();
  const again = (): string => {
    speakAs(voiceOf({ kinds: [kind("complaint", "投诉")] } as never, undefined, ""));
    return t("Reply to the reporter");
  };
  assert.deepEqual([again(), again(), again()], ["答复投诉人", "答复投诉人", "答复投诉人"]);
  speakAs(voiceOf({ kinds: [kind("report", "举报")] } as never, undefined, ""));
  assert.equal(t("Reply to the reporter"), "答复举报人");
  speakAs(null);
  takeSentences("{}");
});

onPage("the page of a complaint says who complained, of a report who reported, and the list beside it says neither by that", () => {
  inChinese();
  const page = (policy: string): string => {
    const one = openedCase(caseHeldBy(policy, [], { company: ["li"] }), [entry("note", ITEM, { text: "举报人来过电话。" })]);
    return draw(one, actionsOf("li"), true).textContent ?? "";
  };
  const complaint = page("airline-complaint");
  assert.match(complaint, /li的内部记录（投诉人看不到）/u);
  assert.doesNotMatch(complaint.replaceAll("举报人来过电话。", ""), /举报人/u);
  assert.match(complaint, /举报人来过电话。/u);
  assert.equal(actTitle("replied"), "答复投诉人");
  assert.equal(speakingOf(undefined, words, () => t("Reply to the reporter")), "答复举报人");
  assert.equal(t("Reply to the reporter"), "答复投诉人");
  const other = onShelf(openedCase(caseHeldBy("cn-samr-report", [], {}), []));
  assert.equal(speakingOf(other, words, () => t("Reply to the reporter")), "答复举报人");
  assert.match(page("cn-samr-report"), /li的内部记录（举报人看不到）/u);
  speakAs(null);
  takeSentences("{}");
});

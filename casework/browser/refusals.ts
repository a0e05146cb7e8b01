/** Why the engine refuses a command, as a code and as a sentence in both languages (twin of `casework/engine/refusals.py`). */

import type { Act } from "./acts.js";
import type { Words } from "./words.js";

const SENTENCES = {
  "another-version": { zh: "本案按制度 {names} 办理，不按此版本", en: "The case runs under {names}, not under this version" },
  "no-such-stage": { zh: "本制度没有阶段“{names}”", en: "This policy has no stage “{names}”" },
  "not-in-policy": { zh: "本制度没有“{names}”这一步", en: "This policy knows no “{names}”" },
  "not-here": { zh: "本阶段不能做“{names}”", en: "“{names}” cannot be done in this stage" },
  "worker-only": { zh: "只能由系统记录", en: "Only the worker writes this" },
  "member-only": { zh: "须由受理人员办理", en: "A member of the office must do this" },
  unsigned: { zh: "没有本人签名，不算数", en: "Without the signature of anyone who acts it does not count" },
  recused: { zh: "{names} 已回避本案", en: "{names} has stepped back from this case" },
  "wrong-role": { zh: "只有 {names} 可以办理", en: "Only {names} may do this" },
  "same-person": { zh: "须由另一人办理，不能是做过“{names}”的人", en: "Somebody else must do this than who did “{names}”" },
  "second-person": { zh: "须由提出人以外的另一人同意，可以是：{names}", en: "Another than who asked must agree; these may: {names}" },
  already: { zh: "已经做过“{names}”", en: "“{names}” was done already" },
  frozen: { zh: "已移送有权机关，本单位暂停办理", en: "The matter is with an authority; the office's own work stands still" },
  "another-grade": { zh: "只适用于 {names} 级", en: "Only for the grade {names}" },
  first: { zh: "须先完成：{names}", en: "First: {names}" },
  "too-often": { zh: "最多 {names} 次", en: "At most {names} times" },
  "too-late": { zh: "已过期限：{names}", en: "The limit has passed: {names}" },
  "too-early": { zh: "尚未到时间：{names}", en: "It is too early: {names}" },
  "item-missing": { zh: "缺少加密内容：{names}", en: "The sealed item is missing: {names}" },
  "item-too-many": { zh: "这一步不带内容", en: "This brings no item" },
  "wrong-code": { zh: "“{names}”缺失或不在制度之内", en: "“{names}” is missing or names nothing in the policy" },
  "which-stage": { zh: "请选择下一阶段：{names}", en: "Name the next stage: {names}" },
  "another-stage": { zh: "只能进入：{names}", en: "This leads only to {names}" },
  "which-version": { zh: "须与新版制度一并提出", en: "Name it together with the new version of the policy" },
  "no-such-outcome": { zh: "本制度没有这种处理结论：{names}", en: "This policy has no outcome {names}" },
  "no-such-measure": { zh: "本制度没有这种处理措施：{names}", en: "This policy has no measure {names}" },
  "verdict-first": { zh: "须先作出处理决定", en: "There must be a decision first" },
  "not-upheld": { zh: "只有属实或部分属实时才可以", en: "Only where the report was borne out, wholly or in part" },
  "no-such-reward": { zh: "本制度没有这种奖励：{names}", en: "This policy has no reward {names}" },
  "no-malice-rule": { zh: "本制度对诬告陷害没有规定", en: "This policy has no rule on malicious reports" },
} as const;

export type RefusalReason = keyof typeof SENTENCES;
export const REASONS = Object.keys(SENTENCES) as RefusalReason[];

/** Why a command is refused, what it is about, and what would be allowed instead. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly names: readonly string[];
  readonly allowed: readonly Act[];
}

export function refusal(reason: RefusalReason, names: readonly string[] = []): Refusal {
  return { reason, names, allowed: [] };
}

/** The sentence; `name` turns an id of the policy into its own word. */
export function refusalWords(refused: Refusal, name: (id: string) => Words = (id) => ({ zh: id, en: id })): Words {
  const names = refused.names.map(name);
  const { zh, en } = SENTENCES[refused.reason];
  return {
    zh: zh.replaceAll("{names}", names.map((one) => one.zh).join("、")),
    en: en.replaceAll("{names}", names.map((one) => one.en).join(", ")),
  };
}

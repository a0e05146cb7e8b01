/** Whose words a sentence uses of a report (twin of `casework/voices.py`): under a policy about complaints it is a complaint. */

/** Words, and what stands for each. */
export interface Pairs {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** The pairs of a voice as a catalogue has them (`a=b c=d`, the longer word first, that of a report itself last); none in a language that needs none. */
export function pairsOf(text: string): Pairs {
  const pairs = text.split(" ").map((one) => one.split("=")).filter(({ length }) => length === 2);
  return { from: pairs.map(([from = ""]) => from), to: pairs.map(([, to = ""]) => to) };
}

/** Each word where it stands, none twice: what was put in is not looked at again. */
export function spokenWith({ from, to }: Pairs): (said: string) => string {
  const any = new RegExp(from.join("|"), "gu");
  return (said) => said.replace(any, (word) => to[from.indexOf(word)] ?? word);
}

/** The voice that fits: by the first of what it is `called` that has the word of one; null where that is a report or may be one. */
export function voiceAmong(voices: readonly Pairs[], called: readonly string[], title: string): Pairs | null {
  const known = voices.filter(({ from }) => from.length > 0);
  const report = known[0]?.from.at(-1);
  if (report === undefined) return null;
  const wordOf = ({ to }: Pairs): string => to.at(-1) ?? "";
  const says = called.find((one) => [report, ...known.map(wordOf)].some((word) => one.includes(word))) ?? "";
  if (says === "" || says.includes(report)) return null;
  // A kind may be called an appeal under a policy whose title, and so its text, speaks of complaints.
  return [title, says].map((one) => known.find((voice) => one.includes(wordOf(voice)))).find((one) => one !== undefined) ?? null;
}

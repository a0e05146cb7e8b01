/** Names taken out of a text before it is published, and what in it may still point to somebody (twin of `casework/protection/blanking.py`). */

/** What stands in the place of a name. */
export const BLANK = "×××";
const SPACE = "\\t-\\r \\u0085\\u1680\\u2028\\u2029";
const INVISIBLE = /[\u00ad\u200b\u200c\u200d\u2060\ufeff]/u;
const LATIN = "a-z\\u00df-\\u00f6\\u00f8-\\u024f";
const BETWEEN = `[${SPACE}·•‐-]*`;
const ACCENTS = /[\u0300-\u036f]/gu;
const IS_LATIN = new RegExp(`^[${LATIN}]`, "u");
const SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊秦邱尹薛闫雷侯龙史陶黎贺顾毛郝龚邵钱覃戴莫孔汤";
const TITLES = "先生|女士|小姐|同志|师傅|老师|经理|主任|总监|主管|组长|科长|处长|某";
const POINTING = new RegExp([
  "[^ \\t-\\r@,;:()<>\"，；：（）、。]+@[^ \\t-\\r@,;:()<>\"，；：（）、。]+",
  "[0-9](?:[ ()./-]?[0-9]){5,}[Xx]?",
  `[${SURNAMES}][\\u4e00-\\u9fff]{0,2}(?:${TITLES})`,
  "[A-Z][a-z\\u00df-\\u00f6\\u00f8-\\u00ff]+(?:[ -][A-Z][a-z\\u00df-\\u00f6\\u00f8-\\u00ff]+)+",
].join("|"), "gu");

/** A text with every name blanked out: in any case and width, however spaced or accented, the longest first; one in Latin letters as a whole word. */
export function withoutNames(text: string, names: Iterable<string>): string {
  const length = (name: string): number => [...name].length;
  const patterns = [...new Set(names)].sort((one, other) => length(other) - length(one)).filter((name) => wordsOf(name).length > 0).map(pattern);
  if (patterns.length === 0) return text;
  const { plain, origin } = mapped(text, folded);
  let [shown, done] = ["", 0];
  for (const found of plain.matchAll(new RegExp(patterns.join("|"), "gu"))) {
    const [begin, end] = spanOf(origin, found, text);
    if (begin < done) continue;
    // What is folded away behind a letter, an accent of its own, goes with it.
    [shown, done] = [shown + text.slice(done, begin) + BLANK, Math.max(end, origin[found.index + found[0].length] ?? text.length)];
  }
  return shown + text.slice(done);
}

/** What in a text looks like an address, a number or a name, as it stands there; each once, in order. */
export function pointing(text: string): string[] {
  const { plain, origin } = mapped(text, unaltered);
  const found = [...plain.matchAll(POINTING)].filter((one) => !one[0].includes(BLANK));
  return [...new Set(found.map((one) => text.slice(...spanOf(origin, one, text))))];
}

/** Where a match stands in the text itself; it holds whole characters of it. */
function spanOf(origin: readonly number[], found: RegExpExecArray, text: string): [number, number] {
  const last = origin[found.index + found[0].length - 1] ?? 0;
  return [origin[found.index] ?? 0, last + String.fromCodePoint(text.codePointAt(last) ?? 0).length];
}

function wordsOf(name: string): string[] {
  return [...name].map(folded).join("").split(new RegExp(`[${SPACE}]+`, "u")).filter((word) => word !== "");
}

function pattern(name: string): string {
  const words = wordsOf(name);
  const escaped = (word: string): string[] => [...word].map((one) => one.replace(/[$()*+./?[\\\]^{|}]/u, "\\$&"));
  const found = words.map((word) => escaped(word).join(IS_LATIN.test(word) ? "" : `[${SPACE}]*`)).join(BETWEEN);
  const before = IS_LATIN.test(words[0] ?? "") ? `(?<![${LATIN}])` : "";
  const after = IS_LATIN.test([...(words.at(-1) ?? "")].at(-1) ?? "") ? `(?![${LATIN}])` : "";
  return before + found + after;
}

function unaltered(character: string): string {
  return INVISIBLE.test(character) ? "" : character.normalize("NFKC");
}

/** A character as it is compared: of no width, no accent and no case. */
function folded(character: string): string {
  return INVISIBLE.test(character) ? "" : character.normalize("NFKD").replace(ACCENTS, "").toUpperCase().toLowerCase();
}

/** A text folded character by character, and where in it each of its own units comes from. */
function mapped(text: string, fold: (character: string) => string): { plain: string; origin: number[] } {
  const origin: number[] = [];
  let [plain, at] = ["", 0];
  for (const character of text) {
    const piece = fold(character);
    plain += piece;
    for (let unit = 0; unit < piece.length; unit += 1) origin.push(at);
    at += character.length;
  }
  return { plain, origin };
}

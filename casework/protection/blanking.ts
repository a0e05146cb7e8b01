/** Names taken out of a text before it is published, and what in it may still point to somebody (twin of `casework/protection/blanking.py`). */

/** What stands in the place of a name. */
export const BLANK = "×××";
const SPACE = "\\t-\\r \\u0085\\u1680\\u2028\\u2029";
const INVISIBLE = /[\p{Cf}\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\u{e0100}-\u{e01ef}]/u;
/** The one format character that ends a word where it stands. */
const GAP = "\u200b";
/** What follows it is shown from its end. */
const OVERRIDE = "\u202e";
const LATIN = "a-z\\u00df-\\u00f6\\u00f8-\\u024f";
/** What joins the parts of a name, or is left out there. */
const JOINTS = `${SPACE}${GAP}·•・‧‐–—./|'’‘ʼ\`_\\-`;
/** What stands between the words of a listed name. */
const LISTED = `${SPACE}${GAP},、`;
const ACCENTS = /\p{Mn}/gu;
const IS_LATIN = new RegExp(`^[${LATIN}]`, "u");
const SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊秦邱尹薛闫雷侯龙史陶黎贺顾毛郝龚邵钱覃戴莫孔汤";
const TITLES = "先生|女士|小姐|同志|师傅|老师|经理|主任|总监|主管|组长|科长|处长|某";
const BETWEEN = " \\t-\\r@,;:()<>\"，；：（）、。";
const APART = `${BETWEEN}\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}`;
/** What is blanked of an e-mail address beside a name: not the sentence around it where no space divides the two. */
const ADDRESS = `(?<![^${APART}])[^${APART}]*@(?:[^${APART}]*[^${APART}.!?'])?`;
const CAPITALISED = "[A-Z\\u00c0-\\u00d6\\u00d8-\\u00de][a-z\\u00df-\\u00f6\\u00f8-\\u00ff]+";
const POINTING = new RegExp([
  `[^${BETWEEN}]+@[^${BETWEEN}]+`,
  "[0-9](?:[ ()./-]?[0-9]){5,}[Xx]?",
  `[${SURNAMES}][\\u4e00-\\u9fff]{0,2}(?:${TITLES})`,
  `${CAPITALISED}(?:[ -]${CAPITALISED})+`,
].join("|"), "gu");

const GIVEN = 2;
/** From how many letters a name of one word is found before the s of a genitive. */
const GENITIVE = 4;

type Span = readonly [begin: number, end: number];
/** The words of a name, each as the parts that something joins. */
type Parts = readonly (readonly string[])[];

/** A text with every name blanked out, in any case and width, however spaced, joined or accented; one in Latin letters as a whole word. Where names overlap, all that they cover goes; so does every invisible character, and the whole of an e-mail address that holds a name. */
export function withoutNames(text: string, names: Iterable<string>): string {
  let [shown, done] = ["", 0];
  for (const [begin, end] of united(withAddresses(text, spansOf(text, patterns(names, text.includes(OVERRIDE)))))) [shown, done] = [shown + text.slice(done, begin) + BLANK, end];
  return [...shown, ...text.slice(done)].filter((one) => !INVISIBLE.test(one)).join("");
}

/** What in a text looks like an address, a number or a name, or is one word of a listed name, as it stands there; each once, in order. */
export function pointing(text: string, names: Iterable<string> = []): string[] {
  const { plain, origin } = mapped(text, unaltered);
  const found = [...plain.matchAll(POINTING)].filter((one) => !one[0].includes(BLANK)).map((one) => spanOf(origin, one, text));
  const spans = [...found, ...spansOf(text, [...new Set(singleWords(names))].map((word) => pattern([[word]])))];
  const isWithin = ([begin, end]: Span, [from, to]: Span): boolean => from <= begin && end <= to && to - from > end - begin;
  const widest = inOrder(spans.filter((one) => !spans.some((other) => isWithin(one, other))));
  return [...new Set(widest.map(([begin, end]) => text.slice(begin, end)))];
}

/** Spans, each as wide as the e-mail addresses that it touches: the rest of them would still name somebody. */
function withAddresses(text: string, spans: readonly Span[]): Span[] {
  const { plain, origin } = mapped(text, unaltered);
  const addresses = [...plain.matchAll(new RegExp(ADDRESS, "gu"))].map((one) => spanOf(origin, one, text));
  return spans.map(([begin, end]): Span => {
    const touched = [[begin, end] as const, ...addresses.filter(([from, to]) => from <= end && begin <= to)];
    return [Math.min(...touched.map(([from]) => from)), Math.max(...touched.map(([, to]) => to))];
  });
}

function inOrder(spans: readonly Span[]): Span[] {
  return [...spans].sort(([begin, end], [from, to]) => begin - from || end - to);
}

/** Spans in order; those that overlap as one. */
function united(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const [begin, end] of inOrder(spans)) {
    const last = found.at(-1);
    if (last === undefined || begin >= last[1]) found.push([begin, end]);
    else found[found.length - 1] = [last[0], Math.max(end, last[1])];
  }
  return found;
}

/** Where each pattern is in a text, also where it begins within another. */
function spansOf(text: string, sources: readonly string[]): Span[] {
  const { plain, origin } = mapped(text, folded);
  return sources.flatMap((source) => [...matches(new RegExp(source, "gu"), plain)].map((found): Span => {
    const [begin, end] = spanOf(origin, found, text);
    // What is folded away behind a letter, an accent of its own, goes with it.
    return [begin, Math.max(end, origin[found.index + found[0].length] ?? text.length)];
  }));
}

function* matches(searched: RegExp, plain: string): Generator<RegExpExecArray> {
  for (let found = searched.exec(plain); found !== null; found = searched.exec(plain)) {
    yield found;
    searched.lastIndex = found.index + String.fromCodePoint(plain.codePointAt(found.index) ?? 0).length;
  }
}

/** Where a match stands in the text itself; it holds whole characters of it. */
function spanOf(origin: readonly number[], found: RegExpExecArray, text: string): Span {
  const last = origin[found.index + found[0].length - 1] ?? 0;
  return [origin[found.index] ?? 0, last + String.fromCodePoint(text.codePointAt(last) ?? 0).length];
}

function wordsOf(name: string): Parts {
  const split = (text: string, between: string): string[] => text.split(new RegExp(`[${between}]+`, "u")).filter((one) => one !== "");
  return split([...name].map(folded).join(""), LISTED).map((word) => split(word, JOINTS)).filter((word) => word.length > 0);
}

/** Words by which somebody of a listed name may be known; of three characters after a surname, the last two too. */
function singleWords(names: Iterable<string>): string[] {
  return [...names].flatMap((name) => wordsOf(name).flat()).flatMap((part) => {
    const letters = [...part];
    const counts = letters.length > GIVEN || (letters.length === GIVEN && !IS_LATIN.test(part));
    return [...(counts ? [part] : []), ...(letters.length === 1 + GIVEN && SURNAMES.includes(letters[0] ?? "") ? [letters.slice(1).join("")] : [])];
  });
}

function patterns(names: Iterable<string>, turned: boolean): string[] {
  const listed = [...new Set(names)];
  const found = [...listed, ...(turned ? listed.map((name) => [...name].reverse().join("")) : [])].map(wordsOf);
  const swapped = found.filter((words) => words.length === 1 + 1 && words.every(([first]) => IS_LATIN.test(first ?? ""))).map((words) => [...words].reverse());
  return [...found, ...swapped].filter((words) => words.length > 0).map(pattern);
}

function pattern(words: Parts): string {
  const parts = words.flat();
  const found = parts.map(lettersOf).join(`[,、${JOINTS}]*`);
  const before = IS_LATIN.test(parts[0] ?? "") ? `(?<![${LATIN}])` : "";
  if (!IS_LATIN.test([...(parts.at(-1) ?? "")].at(-1) ?? "")) return before + found;
  const genitive = parts.length > 1 || [...(parts[0] ?? "")].length >= GENITIVE ? "s?" : "";
  return `${before}${found}(?=${genitive}(?![${LATIN}]))`;
}

/** A part of a name; characters of a script without spaces may stand apart. */
function lettersOf(part: string): string {
  return [...part].map((one) => one.replace(/[$()*+./?[\\\]^{|}]/u, "\\$&")).join(IS_LATIN.test(part) ? `${GAP}*` : `[、${JOINTS}]*`);
}

function unaltered(character: string): string {
  return INVISIBLE.test(character) ? "" : character.normalize("NFKC");
}

/** A character as it is compared: of no width, no accent and no case. */
function folded(character: string): string {
  if (character === GAP) return GAP;
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

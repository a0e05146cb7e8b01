// SPEC §6: names of attachments, as sent or saved and as shown.

const within = (code, ranges) => ranges.some(([from, to]) => code >= from && code <= to);
const CONTROL = [[0, 0x1f], [0x7f, 0x9f]];
const UNSEEN = [[0x61c, 0x61c], [0x200e, 0x200f], [0x2028, 0x202e], [0x2066, 0x206f], [0xfeff, 0xfeff]];
const REPLACED = [...CONTROL, ...UNSEEN, [0x2f, 0x2f], [0x5c, 0x5c], [0xd800, 0xdfff]];
const LOW_LINE = 0x5f;
const DOT = 0x2e;
const HYPHEN = 0x2d;

const sizeOf = (points) => Buffer.byteLength(String.fromCodePoint(...points));

function sent(points) {
  const clean = points.map((code) => (within(code, REPLACED) ? LOW_LINE : code));
  while (sizeOf(clean) > 255) clean.shift();
  if (clean.length <= 2 && clean.every((code) => code === DOT)) return [LOW_LINE];
  if (clean[0] === DOT || clean[0] === HYPHEN) clean[0] = LOW_LINE;
  return clean;
}

function shown(points) {
  const said = (code) => Array.from(`‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`, (one) => one.codePointAt(0));
  return points.flatMap((code) => (within(code, [...CONTROL, ...UNSEEN]) ? said(code) : [code]));
}

export const FILE_NAMES = { file_name: ({ points }) => ({ sent: sent(points), shown: shown(points) }) };

/** A QR code of the key for one-time codes: version 5, level L, bytes (ISO/IEC 18004), drawn here so that the key goes nowhere. */

import { svg } from "../shared/dom.js";
import { checkWords } from "../intake/qr.js";
import { h } from "./ui.js";

const SIZE = 37;
const DATA_WORDS = 108;
const CHECK_WORDS = 26;
const MOST_BYTES = 106;
const ALIGNMENT = 30;
/** Format bits for level L and mask 0. */
const FORMAT = 0b111011111000100;
const QUIET = 4;

type Grid = (boolean | null)[][];

function bitsOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => (value >> (width - 1 - i)) & 1);
}

/** Byte mode, eight bits of length. */
function dataWords(bytes: Uint8Array): number[] {
  const bits = [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, 8), ...[...bytes].flatMap((byte) => bitsOf(byte, 8))];
  bits.push(...bitsOf(0, Math.min(4, DATA_WORDS * 8 - bits.length)));
  const words = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join("").padEnd(8, "0"), 2));
  for (let i = 0; words.length < DATA_WORDS; i += 1) words.push(i % 2 === 0 ? 0xec : 0x11);
  return words;
}

function set(grid: Grid, y: number, x: number, dark: boolean): void {
  const row = grid[y];
  if (row !== undefined && x >= 0 && x < SIZE) row[x] = dark;
}

function rings(grid: Grid, middleY: number, middleX: number, reach: number, light: readonly number[]): void {
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) set(grid, middleY + y, middleX + x, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
  }
}

function fixedPatterns(): Grid {
  const grid: Grid = Array.from({ length: SIZE }, () => new Array<boolean | null>(SIZE).fill(null));
  rings(grid, 3, 3, 4, [2, 4]);
  rings(grid, 3, SIZE - 4, 4, [2, 4]);
  rings(grid, SIZE - 4, 3, 4, [2, 4]);
  rings(grid, ALIGNMENT, ALIGNMENT, 2, [1]);
  for (let i = 8; i < SIZE - 8; i += 1) {
    set(grid, 6, i, i % 2 === 0);
    set(grid, i, 6, i % 2 === 0);
  }
  formatBits(grid);
  return grid;
}

function formatBits(grid: Grid): void {
  const bit = (i: number): boolean => ((FORMAT >> i) & 1) === 1;
  for (let i = 0; i <= 5; i += 1) set(grid, i, 8, bit(i));
  set(grid, 7, 8, bit(6));
  set(grid, 8, 8, bit(7));
  set(grid, 8, 7, bit(8));
  for (let i = 9; i < 15; i += 1) set(grid, 8, 14 - i, bit(i));
  for (let i = 0; i < 8; i += 1) set(grid, 8, SIZE - 1 - i, bit(i));
  for (let i = 8; i < 15; i += 1) set(grid, SIZE - 15 + i, 8, bit(i));
  set(grid, SIZE - 8, 8, true);
}

function place(grid: Grid, bits: readonly number[]): void {
  let at = 0;
  for (let right = SIZE - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < SIZE; step += 1) {
      const y = upward ? SIZE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (grid[y]?.[x] !== null) continue;
        set(grid, y, x, (bits[at] === 1) !== ((y + x) % 2 === 0));
        at += 1;
      }
    }
  }
}

/** The modules of the code, row by row; true is dark. At most 106 bytes. */
export function qrOfText(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MOST_BYTES) throw new RangeError("only up to 106 bytes fit");
  const words = dataWords(bytes);
  const grid = fixedPatterns();
  place(grid, [...words, ...checkWords(words, CHECK_WORDS)].flatMap((word) => bitsOf(word, 8)));
  return grid.map((row) => row.map((dark) => dark === true));
}

/** A shorter address with the same key, where names make the whole too long. */
function fitting(uri: string): string {
  if (new TextEncoder().encode(uri).length <= MOST_BYTES) return uri;
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  return `otpauth://totp/Yanlu?secret=${secret}`;
}

/** The code as a picture; always dark on white, or phones do not read it. */
export function qrPicture(uri: string, label: string): HTMLElement {
  const side = SIZE + 2 * QUIET;
  const path = qrOfText(fitting(uri)).flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  const picture = svg("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  picture.append(svg("rect", { width: side, height: side, fill: "#fff" }), svg("path", { d: path.join(""), fill: "#000" }));
  return h("figure", { class: "qr", "data-test": "totp-qr" }, picture);
}

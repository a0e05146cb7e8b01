/** A QR code of the 28 digits: version 1, level M, numeric (ISO/IEC 18004); nothing else is ever encoded here. */

const SIZE = 21;
const DATA_WORDS = 16;
const CHECK_WORDS = 10;
const MASK = 0;
/** Format bits for level M and mask 0. */
const FORMAT = 0b101010000010010;

type Grid = (boolean | null)[][];

function bitsOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => (value >> (width - 1 - i)) & 1);
}

/** Numeric mode: three digits in ten bits. */
function dataWords(digits: string): number[] {
  const bits = [...bitsOf(0b0001, 4), ...bitsOf(digits.length, 10)];
  for (const group of digits.match(/.{1,3}/g) ?? []) bits.push(...bitsOf(Number(group), [0, 4, 7, 10][group.length] ?? 10));
  bits.push(...bitsOf(0, Math.min(4, DATA_WORDS * 8 - bits.length)));
  while (bits.length % 8 !== 0) bits.push(0);
  const words = Array.from({ length: bits.length / 8 }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(""), 2));
  for (let i = 0; words.length < DATA_WORDS; i += 1) words.push(i % 2 === 0 ? 0xec : 0x11);
  return words;
}

function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product >> 7) * 0x11d;
    product ^= ((b >> bit) & 1) * a;
  }
  return product;
}

/** Reed-Solomon check words over GF(256), polynomial 0x11D. */
export function checkWords(data: readonly number[], count = CHECK_WORDS): number[] {
  let generator = [1];
  for (let i = 0, root = 1; i < count; i += 1, root = times(root, 2)) {
    const next = [...generator, 0];
    generator.forEach((factor, at) => {
      next[at + 1] = (next[at + 1] as number) ^ times(factor, root);
    });
    generator = next;
  }
  const rest = [...data, ...new Array<number>(count).fill(0)];
  for (let i = 0; i < data.length; i += 1) {
    const factor = rest[i] as number;
    generator.forEach((g, at) => {
      rest[i + at] = (rest[i + at] as number) ^ times(g, factor);
    });
  }
  return rest.slice(data.length);
}

function finder(grid: Grid, top: number, left: number): void {
  for (let y = -1; y <= 7; y += 1) {
    for (let x = -1; x <= 7; x += 1) {
      const row = grid[top + y];
      if (!row || left + x < 0 || left + x >= SIZE) continue;
      const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3));
      row[left + x] = ring !== 2 && ring !== 4;
    }
  }
}

function set(grid: Grid, y: number, x: number, dark: boolean): void {
  (grid[y] as (boolean | null)[])[x] = dark;
}

function fixedPatterns(): Grid {
  const grid: Grid = Array.from({ length: SIZE }, () => new Array<boolean | null>(SIZE).fill(null));
  finder(grid, 0, 0);
  finder(grid, 0, SIZE - 7);
  finder(grid, SIZE - 7, 0);
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

function* zigzag(): Generator<[number, number]> {
  for (let right = SIZE - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < SIZE; step += 1) {
      const y = upward ? SIZE - 1 - step : step;
      yield [y, right];
      yield [y, right - 1];
    }
  }
}

/** The modules of the code, row by row; true is dark. */
export function qrOfDigits(digits: string): boolean[][] {
  if (!/^[0-9]{1,34}$/.test(digits)) throw new RangeError("only up to 34 digits fit");
  const data = dataWords(digits);
  const bits = [...data, ...checkWords(data)].flatMap((word) => bitsOf(word, 8));
  const grid = fixedPatterns();
  let at = 0;
  for (const [y, x] of zigzag()) {
    if (grid[y]?.[x] !== null) continue;
    const masked = (y + x + MASK) % 2 === 0;
    set(grid, y, x, (bits[at] === 1) !== masked);
    at += 1;
  }
  return grid.map((row) => row.map((dark) => dark === true));
}

/** QR codes (ISO/IEC 18004) of one block and mask 0, drawn here so that what they hold goes nowhere. */

/** One kind of symbol: modules a side, words of data and of checks, format bits, and where its alignment pattern stands. */
export interface QrSymbol {
  readonly size: number;
  readonly dataWords: number;
  readonly checkWords: number;
  readonly format: number;
  readonly alignment: number | null;
}

/** Version 1, level M. */
export const VERSION_1M: QrSymbol = { size: 21, dataWords: 16, checkWords: 10, format: 0b101010000010010, alignment: null };
/** Version 5, level L. */
export const VERSION_5L: QrSymbol = { size: 37, dataWords: 108, checkWords: 26, format: 0b111011111000100, alignment: 30 };

type Grid = (boolean | null)[][];

/** The lowest `width` bits of a number, highest first. */
export function bitsOf(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => (value >> (width - 1 - i)) & 1);
}

/** The modules of a symbol that holds these bits (mode, length, payload), row by row; true is dark. */
export function qrModules(symbol: QrSymbol, payload: readonly number[]): boolean[][] {
  const words = padded(symbol, payload);
  const bits = [...words, ...checkWords(words, symbol.checkWords)].flatMap((word) => bitsOf(word, 8));
  const grid = fixedPatterns(symbol);
  let at = 0;
  for (const [y, x] of zigzag(symbol.size)) {
    if (grid[y]?.[x] !== null) continue;
    set(grid, y, x, (bits[at] === 1) !== ((y + x) % 2 === 0));
    at += 1;
  }
  return grid.map((row) => row.map((dark) => dark === true));
}

function padded(symbol: QrSymbol, payload: readonly number[]): number[] {
  const bits = [...payload, ...bitsOf(0, Math.min(4, symbol.dataWords * 8 - payload.length))];
  const words = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join("").padEnd(8, "0"), 2));
  for (let i = 0; words.length < symbol.dataWords; i += 1) words.push(i % 2 === 0 ? 0xec : 0x11);
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
export function checkWords(data: readonly number[], count: number): number[] {
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

function set(grid: Grid, y: number, x: number, dark: boolean): void {
  const row = grid[y];
  if (row !== undefined && x >= 0 && x < grid.length) row[x] = dark;
}

function rings(grid: Grid, middleY: number, middleX: number, reach: number, light: readonly number[]): void {
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) set(grid, middleY + y, middleX + x, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
  }
}

function fixedPatterns({ size, format, alignment }: QrSymbol): Grid {
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | null>(size).fill(null));
  for (const [y, x] of [[3, 3], [3, size - 4], [size - 4, 3]] as const) rings(grid, y, x, 4, [2, 4]);
  if (alignment !== null) rings(grid, alignment, alignment, 2, [1]);
  for (let i = 8; i < size - 8; i += 1) {
    set(grid, 6, i, i % 2 === 0);
    set(grid, i, 6, i % 2 === 0);
  }
  formatBits(grid, format);
  return grid;
}

function formatBits(grid: Grid, format: number): void {
  const size = grid.length;
  const bit = (i: number): boolean => ((format >> i) & 1) === 1;
  for (let i = 0; i <= 5; i += 1) set(grid, i, 8, bit(i));
  set(grid, 7, 8, bit(6));
  set(grid, 8, 8, bit(7));
  set(grid, 8, 7, bit(8));
  for (let i = 9; i < 15; i += 1) set(grid, 8, 14 - i, bit(i));
  for (let i = 0; i < 8; i += 1) set(grid, 8, size - 1 - i, bit(i));
  for (let i = 8; i < 15; i += 1) set(grid, size - 15 + i, 8, bit(i));
  set(grid, size - 8, 8, true);
}

function* zigzag(size: number): Generator<[number, number]> {
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = upward ? size - 1 - step : step;
      yield [y, right];
      yield [y, right - 1];
    }
  }
}

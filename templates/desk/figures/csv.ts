/** Figures as a file for a spreadsheet: made in this browser, and nothing in it is run as a formula. */

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/u;
/** By it a spreadsheet reads Chinese as it is. */
const BYTE_ORDER_MARK = "\ufeff";

/** One cell: text that a spreadsheet would run gets an apostrophe in front; a number stays one. */
function cellOf(cell: string | number): string {
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell.normalize("NFKC").trimStart()) || FORMULA.test(cell) ? `'${cell}` : cell;
  return `"${text.replaceAll('"', '""')}"`;
}

/** Rows as text, each cell of words in quotation marks. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => row.map(cellOf).join(",")).join("\r\n") + "\r\n";
}

/** The counts of cases that the desk gives to those who open none. */

interface Both {
  readonly zh: string;
  readonly en: string;
}

/** A table of counts; `cells` is null where a cell is withheld, `total` where there are too few cases for any. */
export interface FigureTable {
  readonly id: string;
  readonly title: Both;
  readonly rows: readonly { readonly id: string; readonly name: Both }[];
  readonly columns: readonly { readonly id: string; readonly name: Both }[];
  readonly cells: readonly (readonly (number | null)[])[];
  readonly row_totals: readonly number[];
  readonly column_totals: readonly number[];
  readonly total: number | null;
}

export interface Figures {
  readonly first: string;
  readonly last: string;
  readonly tables: readonly FigureTable[];
}

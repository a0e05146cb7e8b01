/**
 * The company that was chosen on the first page, on its way to the report. It goes in the window's name, which is taken out as
 * soon as the next page begins: an address would stand in the browser's history, and a store on the disk.
 */

const MARK = "yanlu-company:";

/** Right before the report is opened. */
export function carryEntity(id: string): void {
  window.name = MARK + id;
}

/** What was carried, once; null where nothing was. */
export function takeEntity(): string | null {
  const { name } = window;
  window.name = "";
  return name.startsWith(MARK) ? name.slice(MARK.length) : null;
}

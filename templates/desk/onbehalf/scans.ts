/** Scans of somebody's letter and pictures out of an e-mail: drawn again as the reporter's own page does, in the frame that holds no key. */

import { neutralName } from "../../shared/redrawing.js";
import { t } from "../../shared/strings.js";
import { redrawn } from "../files/pixels.js";

/** The files as they are sealed: pictures without place, device, date and the old name; the rest as it is. */
export async function cleanScans(files: readonly File[]): Promise<File[]> {
  const found: File[] = [];
  for (const file of files) found.push(await cleaned(file, found.length + 1));
  return found;
}

async function cleaned(file: File, number: number): Promise<File> {
  if (!file.type.startsWith("image/") || file.type === "image/svg+xml") return file;
  const picture = await redrawn(file);
  return picture === null ? file : new File([picture], neutralName(t("Picture"), number, picture.type), { type: picture.type });
}

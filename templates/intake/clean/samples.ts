/** Where the data of a track stands in a film, as its table of samples says. */

import { type Bounds, type Box, boxesIn } from "./boxes.js";

export type Range = readonly [from: number, to: number];

/** The numbers of a table: how many rows it says, and each of their words; null where it is not there or says more than it has. */
function table(bytes: Uint8Array, box: Box | undefined, before: number, width: number): { rows: number; at: (index: number) => number } | null {
  if (!box || box.body + before + 4 > box.end) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + box.body, box.end - box.body);
  const rows = view.getUint32(before);
  if (before + 4 + rows * width > view.byteLength) return null;
  return { rows, at: (index) => view.getUint32(before + 4 + 4 * index) };
}

/** Null where the table can't be followed. */
export function rangesOf(bytes: Uint8Array, stbl: Box, bounds: Bounds): Range[] | null {
  const boxes = new Map(boxesIn(bytes, stbl.body, stbl.end, bounds).map((box) => [box.type, box]));
  const sizes = boxes.get("stsz");
  const fixed = sizes && sizes.body + 8 <= sizes.end ? table(bytes, { ...sizes, end: sizes.body + 8 }, 4, 0)?.rows : undefined;
  const wide = boxes.has("co64") ? 2 : 1;
  const [samples, runs, chunks] = [table(bytes, sizes, 8, fixed ? 0 : 4), table(bytes, boxes.get("stsc"), 4, 12), table(bytes, boxes.get(wide === 2 ? "co64" : "stco"), 4, 4 * wide)];
  if (!samples || !runs || !chunks || runs.rows === 0 || !bounds.has("samples", samples.rows + chunks.rows)) return null;
  const ranges: Range[] = [];
  let [sample, run] = [0, 0];
  for (let chunk = 0; chunk < chunks.rows; chunk += 1) {
    while (run + 1 < runs.rows && runs.at(3 * run + 3) <= chunk + 1) run += 1;
    const from = wide === 2 ? chunks.at(2 * chunk) * 2 ** 32 + chunks.at(2 * chunk + 1) : chunks.at(chunk);
    let to = from;
    const last = Math.min(samples.rows, sample + runs.at(3 * run + 1));
    for (; sample < last; sample += 1) to += fixed || samples.at(sample);
    if (to > from) ranges.push([from, to]);
  }
  return sample === samples.rows ? ranges : null;
}

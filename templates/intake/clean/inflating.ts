/** Opens what is compressed inside a file, up to a limit: a few bytes can stand for gigabytes. */

/** The content, or as much of it as fits and could be read; `whole` says whether that is all. */
export interface Inflated {
  readonly content: Uint8Array;
  readonly whole: boolean;
}

const NOTHING: Inflated = { content: new Uint8Array(0), whole: false };

function joined(pieces: readonly Uint8Array[], most: number): Uint8Array {
  const content = new Uint8Array(Math.min(most, pieces.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const piece of pieces) {
    content.set(piece.subarray(0, content.length - at), at);
    at += piece.length;
    if (at >= content.length) break;
  }
  return content;
}

/** Of zlib (`deflate`) or of bare deflate; `most` bytes of it. */
export async function inflated(packed: Uint8Array<ArrayBuffer>, format: "deflate" | "deflate-raw", most: number): Promise<Inflated> {
  if (typeof DecompressionStream === "undefined") return NOTHING;
  const [pieces, reader] = [[] as Uint8Array[], new Blob([packed]).stream().pipeThrough(new DecompressionStream(format)).getReader()];
  let size = 0;
  try {
    while (size <= most) {
      const { done, value } = await reader.read();
      if (done) return { content: joined(pieces, most), whole: true };
      pieces.push(value);
      size += value.length;
    }
    await reader.cancel();
  } catch {
    // Damaged, or with something behind its end: what came out of it before is looked at.
  }
  return { content: joined(pieces, most), whole: false };
}

/** Bytes as characters 0–255, each its own. */
export function binary(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join("");
}

/** The other way round. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

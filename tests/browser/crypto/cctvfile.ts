// A file of the public age vectors: what it says about itself, and the age file.

export async function loadVector(bytes: Uint8Array): Promise<{ head: Map<string, string>; file: Uint8Array<ArrayBuffer> }> {
  const end = bytes.findIndex((byte, i) => byte === 10 && bytes[i + 1] === 10);
  const head = new Map(new TextDecoder().decode(bytes.subarray(0, end)).split("\n").map((line) => line.split(": ", 2) as [string, string]));
  const file = new Uint8Array(bytes.subarray(end + 2));
  if (head.get("compressed") !== "zlib") return { head, file };
  const inflated = new Blob([file]).stream().pipeThrough(new DecompressionStream("deflate"));
  return { head, file: new Uint8Array(await new Response(inflated).arrayBuffer()) };
}

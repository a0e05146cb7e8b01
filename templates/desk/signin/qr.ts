/** A QR code of the key for one-time codes, byte mode. */

import { svg } from "../../shared/dom.js";
import { VERSION_5L, bitsOf, qrModules } from "../../shared/qr.js";
import { h } from "../ui.js";

const MOST_BYTES = 106;
const QUIET = 4;

/** The modules of the code, row by row; true is dark. At most 106 bytes. */
export function qrOfText(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MOST_BYTES) throw new RangeError("only up to 106 bytes fit");
  return qrModules(VERSION_5L, [...bitsOf(0b0100, 4), ...bitsOf(bytes.length, 8), ...[...bytes].flatMap((byte) => bitsOf(byte, 8))]);
}

/** A shorter address with the same key, where names make the whole too long. */
function fitting(uri: string): string {
  if (new TextEncoder().encode(uri).length <= MOST_BYTES) return uri;
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  return `otpauth://totp/Yanlu?secret=${secret}`;
}

/** The code as a picture; always dark on white, or phones do not read it. */
export function qrPicture(uri: string, label: string): HTMLElement {
  const side = VERSION_5L.size + 2 * QUIET;
  const path = qrOfText(fitting(uri)).flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  const picture = svg("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  picture.append(svg("rect", { width: side, height: side, fill: "#fff" }), svg("path", { d: path.join(""), fill: "#000" }));
  return h("figure", { class: "qr", "data-test": "totp-qr" }, picture);
}

// SPEC §2: age v1 files with `mlkem768x25519` stanzas only.
import { demand, equal, hkdf, hmac } from "./ground.js";
import { openBox, openHpke, readIdentity } from "./keys.js";

const KIND = "mlkem768x25519";
const INFO = "age-encryption.org/mlkem768x25519";
const CHUNK = 65536 + 16;
const MAX_HEADER = 65536;

/** Reads standard Base64 without padding. */
function fromBase64(text) {
  const bytes = Buffer.from(text, "base64");
  demand(bytes.toString("base64").replace(/=+$/, "") === text, "header", "no Base64");
  return bytes;
}

class Lines {
  constructor(file) {
    this.file = file;
    this.at = 0;
  }

  /** The next line as Latin-1 text, without its newline. */
  next() {
    const end = this.file.subarray(0, MAX_HEADER).indexOf(10, this.at);
    demand(end >= 0, "header", "no end of a line");
    const line = this.file.toString("latin1", this.at, end);
    this.at = end + 1;
    return line;
  }
}

/** Reads a stanza whose first line was read; refuses another type as soon as it is met. */
function readStanza(line, lines) {
  const words = line.slice(3).split(" ");
  demand(line.startsWith("-> ") && words.every((word) => /^[\x21-\x7e]+$/.test(word)), "header", "no stanza");
  demand(words[0] === KIND, "stanzas", "another type");
  demand(words.length === 2, "header", "another number of arguments");
  const enc = fromBase64(words[1]);
  const body = lines.next();
  const box = fromBase64(body);
  demand(enc.length === 1120 && box.length === 32 && body.length < 64, "header", "another size");
  return { enc, box };
}

/** Reads a header: its stanzas, the bytes under its MAC, the MAC, and what is behind. */
function readHeader(file) {
  const lines = new Lines(file);
  demand(lines.next() === "age-encryption.org/v1", "header", "another version");
  const stanzas = [];
  for (let line = lines.next(); ; line = lines.next()) {
    if (line.startsWith("---")) return finish(file, lines, line, stanzas);
    const stanza = readStanza(line, lines);
    demand(stanzas.length < 32, "stanzas", "a 33rd one");
    stanzas.push(stanza);
  }
}

function finish(file, lines, line, stanzas) {
  demand(/^--- [A-Za-z0-9+/]{43}$/.test(line), "header", "no MAC");
  demand(stanzas.length > 0, "header", "no stanza");
  const signed = file.subarray(0, lines.at - line.length - 1 + 3);
  return { stanzas, signed, mac: fromBase64(line.slice(4)), behind: file.subarray(lines.at) };
}

/** Reads a header and refuses a number of stanzas that is not among `counts`. */
export function checkEnvelope(file, counts) {
  const header = readHeader(file);
  demand(counts.includes(header.stanzas.length), "stanzas", "another number of stanzas");
  return header;
}

function openChunks(key, sealed) {
  const opened = [];
  const chunks = Math.max(1, Math.ceil(sealed.length / CHUNK));
  for (let n = 0; n < chunks; n += 1) {
    const last = n === chunks - 1;
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(n, 7);
    nonce[11] = last ? 1 : 0;
    const text = openBox(key, nonce, sealed.subarray(n * CHUNK, (n + 1) * CHUNK));
    demand(text !== null && !(last && n > 0 && text.length === 0), "payload", "a chunk does not open");
    opened.push(text);
  }
  return Buffer.concat(opened);
}

/** Opens a file with one of the seeds given, `fromLast` by the last stanza first; `counts` are the numbers of stanzas that the context expects. */
export function openWithSeeds(file, seeds, counts, fromLast = false) {
  const header = checkEnvelope(file, counts);
  const stanzas = fromLast ? header.stanzas.toReversed() : header.stanzas;
  const key = seeds.map((seed) => fileKey(stanzas, seed)).find((found) => found !== null);
  demand(key !== undefined, "no-match", "sealed to somebody else");
  demand(equal(hmac(hkdf(key, "header"), header.signed), header.mac), "header-mac");
  demand(header.behind.length >= 16, "header", "no nonce");
  const payload = hkdf(key, "payload", 32, header.behind.subarray(0, 16));
  return openChunks(payload, header.behind.subarray(16));
}

function fileKey(stanzas, seed) {
  for (const { enc, box } of stanzas) {
    const key = openHpke(seed, INFO, enc, box);
    if (key !== null) return key;
  }
  return null;
}

export const openSealed = (file, identity, counts) => openWithSeeds(file, [readIdentity(identity)], counts);

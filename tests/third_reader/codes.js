// SPEC §1: codes for people, and codes with a check.
import { demand } from "./ground.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Reads what was typed into values of 0 to 31; refuses at `schema`. */
function readSymbols(text) {
  const plain = text.replace(/[ -]/g, "");
  demand(/^[0-9A-Za-z]*$/.test(plain), "schema", "no character of a code");
  const upper = plain.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  const values = Array.from(upper, (character) => ALPHABET.indexOf(character));
  demand(!values.includes(-1), "schema", "no character of the alphabet");
  return values;
}

function write(values) {
  const text = values.map((value) => ALPHABET[value]).join("");
  return text.replace(/(.{4})(?=.)/g, "$1-");
}

/** The first `count` groups of five bits, the last one filled up with zeros. */
function symbolsOf(bytes, count) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: count }, (_, n) => parseInt(bits.slice(5 * n, 5 * n + 5).padEnd(5, "0"), 2));
}

export function writeCode(bytes) {
  return write(symbolsOf(bytes, Math.ceil((bytes.length * 8) / 5)));
}

/** Reads a code of `size` bytes. */
export function readCode(text, size) {
  const values = readSymbols(text);
  demand(values.length === Math.ceil((size * 8) / 5), "schema", "another length");
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  demand(!bits.slice(size * 8).includes("1"), "schema", "unused bits");
  return Buffer.from(Array.from({ length: size }, (_, n) => parseInt(bits.slice(8 * n, 8 * n + 8), 2)));
}

/** Multiplies by x in GF(2)[x]/(x⁵ + x² + 1). */
const timesX = (value) => ((value << 1) & 31) ^ (value & 16 ? 0b00101 : 0);

/** Σ αⁱ·dᵢ, by Horner's rule. */
const checkSum = (values) => values.reduceRight((sum, value) => timesX(sum) ^ value, 0);

export function writeCheckedCode(hash) {
  const values = symbolsOf(hash, 19);
  const check = ALPHABET.split("").findIndex((_, value) => checkSum([...values, value]) === 0);
  return write([...values, check]);
}

/** Reads a code with a check into its one spelling. */
export function readCheckedCode(text) {
  const values = readSymbols(text);
  demand(values.length === 20 && checkSum(values) === 0, "schema", "a mistyped code");
  return write(values);
}

/** Every refusal in words that a frightened person understands: what happened, and that nothing was sent. */

import { CryptoError, LinkAltered, NotConfirmed, type CheckStage } from "../../crypto/errors.js";
import { sayClocks } from "./confirmed.js";
import { type Sentence, msg, t } from "./strings.js";

/** The server's answer was not a success; `title` and `detail` are its own words, already translated. */
export class ServerRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
  ) {
    super(code);
    this.name = "ServerRefusal";
  }
}

/** No answer came: the line is down, or the server is. */
export class NoAnswer extends Error {
  constructor() {
    super("no answer");
    this.name = "NoAnswer";
  }
}

/** Something was tried and is known not to have happened; the message says so in the reader's words. */
export class NotDone extends Error {
  constructor(readonly words: string) {
    super("not done");
    this.name = "NotDone";
  }
}

const NOT_GENUINE = msg("This page could not prove that it belongs to your office. Nothing was sent. Do not report here; use the telephone number or the letter box on the poster.");
const ALTERED = msg("Something in the answer was altered or damaged. It is not shown, and nothing was sent.");

const WORDS: Partial<Record<CheckStage, Sentence>> = {
  receipt: msg("These are not the 28 digits of a receipt: a digit is wrong or missing, or two are swapped."),
  foreign: msg("The code belongs to another office than the one that answers here. Check the code on the poster. Nothing was sent."),
  root: NOT_GENUINE,
  directory: NOT_GENUINE,
  log: msg("No witness outside the office has confirmed what this page shows. Nothing was sent. Do not report here; use the telephone number or the letter box on the poster."),
  json: NOT_GENUINE,
  schema: NOT_GENUINE,
  expired: msg("The office's list of key holders is out of date, or the date of this device is wrong. Nothing was sent. Check the date, or try again tomorrow, or use another channel."),
  older: msg("The office shows an older list of key holders than you have seen before. Somebody may be trying to deceive you. Nothing was sent."),
  excluded: msg("Nobody would be left who could read this report. Leave at least one person, or use one of the outside roads."),
  padding: msg("This text is too long. Put the long part into a file and attach it."),
  bundle: msg("This file is not an encrypted report, or it was cut short on its way. Nothing was sent."),
  stanzas: msg("There are more key holders than the format allows. Nothing was sent; please use another channel."),
};

/** The sentence for an error; never the error's own technical text. */
export function sayError(error: unknown): string {
  if (error instanceof NotConfirmed) return sayClocks(error);
  if (error instanceof LinkAltered) return t("Its code is right, but the part behind the code does not fit this office. Scan the QR code on the poster again, or open the link once more from where you got it. If it still does not fit, do not report here; use another way. Nothing was sent.");
  if (error instanceof CryptoError) return t(WORDS[error.stage] ?? ALTERED);
  if (error instanceof ServerRefusal && error.title + error.detail !== "") return [error.title, error.detail].filter(Boolean).join(" ");
  if (error instanceof NotDone) return error.words;
  if (error instanceof NoAnswer) return t("There is no connection to the office just now. Nothing is lost while this page stays open.");
  return t("Something went wrong in this page. Nothing was sent. Please try again, or use another channel.");
}

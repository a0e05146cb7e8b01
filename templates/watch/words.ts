/** What went wrong, in words for the officer; and what has to stop the work. */

import { CryptoError, NotConfirmed, type CheckStage } from "../../crypto/errors.js";
import { sayClocks } from "../shared/confirmed.js";
import { NoAnswer, ServerRefusal } from "../shared/refusals.js";
import { type Sentence, msg, t } from "../shared/strings.js";
import { NotTheOfficer } from "./session.js";

const BY_STAGE: Partial<Record<CheckStage, Sentence>> = {
  foreign: msg("This host belongs to a different office than your key file. Nothing was sent. Stop and tell your keepers by telephone."),
  root: msg("The office's root document does not have the required signatures. Nothing was sent. Stop and tell your keepers by telephone."),
  directory: msg("The office directory is not signed by the keepers. Somebody may have altered it. Nothing was sent. Stop and tell your keepers by telephone."),
  log: msg("No witness outside the office has confirmed this directory. Nothing was sent. Stop and tell your keepers by telephone."),
  expired: msg("The office directory has expired. Nothing was sent. The keepers must sign a new one; also check the date of this computer."),
  older: msg("This host shows an older office directory than this browser or your key file has seen. Nothing was sent. Stop and tell your keepers by telephone."),
  "wrapped-key": msg("Passphrase or device secret do not open your key."),
};

const BY_CODE: Readonly<Record<string, Sentence>> = {
  "sign-in-refused": msg("The host did not accept your signature. Check the clock of this computer: a request is valid for two minutes."),
  "not-the-officer": msg("The host knows you, but not as the retaliation officer."),
  "too-many-attempts": msg("You have reached today's limit for viewing names. Try again tomorrow."),
};

/** Whether the refusal means that a host or a document lied. */
export function isAlarm(error: unknown): boolean {
  return error instanceof CryptoError && error.stage !== "wrapped-key";
}

/** The sentence for an error; never its own technical text. */
export function wordsFor(error: unknown): string {
  if (error instanceof NotTheOfficer) return t("Today's office directory does not list this key as the retaliation officer's. The keepers must sign one that does.");
  if (error instanceof NotConfirmed) return sayClocks(error);
  if (error instanceof CryptoError) return t(BY_STAGE[error.stage] ?? msg("What this host gave could not be verified. Nothing was sent."));
  if (error instanceof NoAnswer) return t("The watch's host is not responding. Nothing was done. Try again.");
  if (error instanceof ServerRefusal) return refusal(error);
  return t("Something went wrong on this page. Nothing was sent. Try again.");
}

function refusal(error: ServerRefusal): string {
  const known = BY_CODE[error.code];
  if (known !== undefined) return t(known);
  return [error.title, error.detail].filter(Boolean).join(" ") || t("The watch's host refused this.");
}

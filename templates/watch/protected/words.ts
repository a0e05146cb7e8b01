/** Who and what a packet speaks of, in words. */

import { type Sentence, msg } from "../../shared/strings.js";
import type { Protection } from "../../../crypto/watch/protection.js";
import type { Outcome } from "./model.js";

type Checkin = NonNullable<Protection["checkin"]>;

export const BONDS: Readonly<Record<Protection["bond"] | "cover", Sentence>> = {
  reporter: msg("reporter"), witness: msg("witness"), assistant: msg("somebody who helped"), relative: msg("relative"), cover: msg("cover: says nothing about the person"),
};
export const REQUEST_KINDS: Readonly<Record<Protection["wish"], Sentence>> = { protect: msg("protect"), end: msg("end protection"), checkin: msg("check-in") };
export const ANSWERS: Readonly<Record<Checkin["answer"], Sentence>> = { yes: msg("Something got worse"), no: msg("All is as before"), unsure: msg("Not sure") };
export const CHANGES: Readonly<Record<string, Sentence>> = {
  shifts: msg("shifts, hours or leave"), tasks: msg("tasks or place of work"), rating: msg("rating or warnings"), pay: msg("pay, bonus or benefits"), treatment: msg("how people treat the reporter"),
};
export const OUTCOMES: Readonly<Record<Outcome, Sentence>> = {
  entered: msg("registered: {count}"), prolonged: msg("extended: {count}"), ended: msg("ended: {count}"), "not-there": msg("no longer exist: {count}"),
  full: msg("four people are protected through this receipt already: {count}"), waits: msg("waiting for a place in one of the next months; nothing is lost: {count}"), unknown: msg("in no roster yet, waiting until one lists them: {count}"),
  "not-agreed": msg("waiting, because no agreement is recorded for their entity: {count}"),
};

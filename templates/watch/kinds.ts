/** What HR's kinds of events are called, and which letter of art. 19 names which form of retaliation. */

import { type Sentence, msg, t } from "../shared/strings.js";
import { named } from "./codes.js";

const NAMES: Readonly<Record<string, Sentence>> = {
  dismissal: msg("dismissal"), redundancy: msg("redundancy"), contract_not_renewed: msg("contract not renewed"), dispatch_return: msg("returned to the dispatch agency"),
  suspension: msg("suspension"), demotion: msg("demotion"), pay_cut: msg("pay cut"), standby: msg("put on standby"), insurance_stopped: msg("social insurance stopped"),
  improvement_plan: msg("improvement plan"), written_warning: msg("written warning"), bonus_cut: msg("bonus cut"), hours_reduced: msg("hours reduced"),
  promotion_denied: msg("promotion denied"), relocation: msg("relocation"), medical_referral: msg("medical referral"), transfer: msg("transfer"),
  duties_removed: msg("duties removed"), rating_drop: msg("rating drop"), no_raise: msg("no raise"), access_revoked: msg("access revoked"), verbal_warning: msg("verbal warning"),
  overtime_withdrawn: msg("overtime withdrawn"), shift_change: msg("shift change"), leave_denied: msg("leave denied"), training_denied: msg("training denied"),
  telework_revoked: msg("telework revoked"), dormitory_changed: msg("dormitory changed"),
  rating: msg("rating"), pay_review: msg("pay review"), promotion: msg("promotion"), leave_approved: msg("leave approved"), training_approved: msg("training approved"),
  access_granted: msg("access granted"), commendation: msg("commendation"), address_change: msg("change of address"), resignation: msg("resignation"),
};

const LETTERS: Readonly<Record<string, Sentence>> = {
  a: msg("suspension, lay-off, dismissal"), b: msg("demotion, promotion withheld"), c: msg("change of duties, place, pay or hours"), d: msg("training withheld"),
  e: msg("negative assessment"), f: msg("disciplinary measure"), h: msg("unfair treatment"), j: msg("temporary contract not renewed"), k: msg("harm, financial loss"),
  o: msg("medical referral"),
};

/** A kind by its code; one that nobody knows keeps its code. */
export function kindName(code: string): string {
  const known = named(NAMES, code);
  return known === null ? code : t(known);
}

/** What a letter of art. 19 of Directive (EU) 2019/1937 names. */
export function letterName(letter: string): string {
  const known = named(LETTERS, letter);
  return known === null ? "" : t(known);
}

/** The votes that count: what does not hold is left out, so that no single custodian can stop those who agreed. */

import { CryptoError, type IdentityText, type OpenedRequest, type StaffKeys, type UnsealVote, type VerifiedDirectory, checkVotes, unseal } from "../../../crypto/browser/staff.js";

/** The first vote of each custodian that holds (SPEC §11), from votes as the server gives them. */
export function holdingVotes(directory: VerifiedDirectory, opened: OpenedRequest, given: readonly string[]): UnsealVote[] {
  const found = new Map<string, UnsealVote>();
  for (const text of given) {
    const vote = held(directory, opened, text);
    if (vote !== null && !found.has(vote.custodian)) found.set(vote.custodian, vote);
  }
  return [...found.values()];
}

function held(directory: VerifiedDirectory, opened: OpenedRequest, text: string): UnsealVote | null {
  try {
    return checkVotes(directory, opened, [JSON.parse(text)])[0] ?? null;
  } catch (error) {
    if (error instanceof CryptoError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A name that was opened, and the custodians whose agreement held false shares. */
export interface Opened {
  readonly name: IdentityText;
  readonly leftOut: readonly string[];
}

/** Opens with all approvals, else with any of them that fit together; throws what stopped all of them. There are five at most. */
export async function openWithAny(staff: StaffKeys, directory: VerifiedDirectory, opened: OpenedRequest, votes: readonly UnsealVote[]): Promise<Opened> {
  const approvals = votes.filter(({ vote }) => vote === "approve");
  let stopped: unknown = null;
  for (let some = (1 << approvals.length) - 1; some > 0 || stopped === null; some -= 1) {
    const chosen = approvals.filter((_, at) => (some >> at) & 1);
    try {
      const name = await unseal(staff, directory, opened, chosen);
      return { name, leftOut: approvals.filter((vote) => !chosen.includes(vote)).map(({ custodian }) => custodian) };
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      stopped ??= error;
    }
  }
  throw stopped;
}

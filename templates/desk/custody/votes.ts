/** The votes that count: what does not hold is left out, so that no single custodian can stop those who agreed. */

import { CryptoError, type OpenedRequest, type StaffKeys, type UnsealVote, type VerifiedDirectory, checkApproval, checkVotes } from "../../../crypto/staff.js";

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

/** The custodians who signed an agreement whose shares are not theirs of this packet; `votes` hold. */
export async function falseApprovals(staff: StaffKeys, opened: OpenedRequest, votes: readonly UnsealVote[]): Promise<string[]> {
  const given = await Promise.all(votes.filter(({ vote }) => vote === "approve").map(async (vote) => ({ who: vote.custodian, slots: await slotsIn(staff, opened, vote) })));
  // Two with the shares of one: which of them they were given to does not show.
  const fits = (own: string | null): boolean => own !== null && given.filter(({ slots }) => slots === own).length === 1;
  return given.filter(({ slots }) => !fits(slots)).map(({ who }) => who);
}

async function slotsIn(staff: StaffKeys, opened: OpenedRequest, vote: UnsealVote): Promise<string | null> {
  try {
    return await checkApproval(staff, opened, vote);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

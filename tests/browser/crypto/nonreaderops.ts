// The operation of the vectors of signers who were no readers, over the browser twin.

import { type Grant, type VerifiedDirectory, markNonReaders, readCase, verifyEvents } from "../../../crypto/staff.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = any;

export const nonReaderOps = (office: (given: Given) => VerifiedDirectory, grantOf: (given: Given) => Promise<Grant>): Record<string, (given: Given) => Given> => ({
  mark_non_readers: async (g) => {
    const [directory, grant] = [office(g.office), await grantOf(g)];
    const view = await readCase(directory, grant, g.items);
    return { wrong: markNonReaders(directory, view, verifyEvents(directory, grant.case, g.events)).map(({ wrong }) => wrong) };
  },
});

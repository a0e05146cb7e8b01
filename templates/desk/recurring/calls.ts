/** What members signed of the recurring duties, from and to the server. */

import type { Bytes } from "../../../crypto/framing.js";
import { list, text } from "../../../crypto/shape.js";
import { optionalRecord } from "../../shared/responses.js";
import { get, sendContent } from "../api.js";

const LONGEST = 32_768;
const MOST = 65_536;
export const dutyStatements = optionalRecord({ statements: list(text(LONGEST), MOST) });

export const signedDuties = {
  /** Every statement, as the server has it; nobody has verified one yet. */
  list: async (): Promise<string[]> => (await get("/api/duties", dutyStatements)).statements,
  keep: async (line: Bytes): Promise<void> => {
    await sendContent("POST", "/api/duties", line);
  },
};

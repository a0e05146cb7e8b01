// The operations of the vectors on what a member signs who did a recurring duty, over the browser twin.

import { type StaffKeys, type VerifiedDirectory, readDutyDone, signDutyDone } from "../../../crypto/staff.js";
import { utf8 } from "../../../crypto/framing.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Given = any;

export const dutyOps = (office: (given: Given) => VerifiedDirectory, member: (given: Given) => StaffKeys): Record<string, (given: Given) => Given> => ({
  sign_duty_done: (g) => ({ line: new TextDecoder().decode(signDutyDone(member({ ...g.staff, office: office(g.office).office }), g.done)) }),
  read_duty_done: (g) => ({ signed: readDutyDone(office(g.office), utf8(g.line)) }),
});

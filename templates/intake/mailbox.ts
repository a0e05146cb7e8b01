/** The mailbox page: receipt in, thread out. */

import { byId } from "../shared/dom.js";
import { passGate } from "./gate.js";
import { askForReceipt } from "./mailbox/entry.js";
import { startShell } from "./shell.js";
import { startTrail } from "./trail.js";

startShell();
await startTrail();
passGate(byId("app"), (office) => askForReceipt(byId("app"), office), { alsoLapsed: true });

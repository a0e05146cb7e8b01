/** The mailbox page: receipt in, thread out. */

import { byId } from "../shared/dom.js";
import { passGate } from "./gate.js";
import { mailboxNotice } from "./lapsed.js";
import { askForReceipt } from "./mailbox/entry.js";
import { startShell } from "./shell.js";
import { startTrail } from "./trail.js";

startShell();
await startTrail();
passGate("app", { opened: (office) => askForReceipt(byId("app"), office), use: { alsoLapsed: true }, notice: mailboxNotice });

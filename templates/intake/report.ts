/** The report page: passes the gate, then asks. */

import { passGate } from "./gate.js";
import { startReport } from "./reportapp.js";
import { startShell } from "./shell.js";
import { Telling } from "./telling/telling.js";
import { startTrail } from "./trail.js";

startShell();
await startTrail();
passGate("app", { opened: (office) => startReport(new Telling(office)) });

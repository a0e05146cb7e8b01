/** What is protected, against whom and by which test; the page itself says all of it. */

import { startShell } from "./shell.js";

startShell();

/** What is protected, against whom and by which test; the page itself says all of it. */

import { redrawWith } from "./language.js";
import { startShell } from "./shell.js";

startShell();
// All of it is the server's: in another language too.
redrawWith(() => undefined);

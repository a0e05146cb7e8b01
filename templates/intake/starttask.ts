/** Imported first: the page's parsing ends in one task, and its script begins in the next. Together they block a phone for too long. */

import { pause } from "../../crypto/yielding.js";

await pause();

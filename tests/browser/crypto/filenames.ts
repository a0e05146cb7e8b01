/** Says for each name of a list on standard input under which one it is sent or saved, and how it is shown. */

import { readFileSync } from "node:fs";

import { cleanFileName, shownFileName } from "../../../crypto/index.js";

const names = JSON.parse(readFileSync(0, "utf-8")) as string[];
console.log(JSON.stringify(names.map((name) => [cleanFileName(name), shownFileName(name)])));

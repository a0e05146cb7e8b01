/** The table of who may do what: it needs no script but to say that the site is a demo. */

import { showDemo } from "./ui.js";

void showDemo();

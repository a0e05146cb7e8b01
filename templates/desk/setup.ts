/** The wizard that makes a member's keys; nobody gets a real report before its last step is passed. */

import { showWork } from "../shared/proofofwork.js";
import { byId, showDemo } from "./ui.js";
import { Wizard } from "./signin/wizard.js";

void new Wizard(byId("step"), byId("steps"), byId("problem")).begin();
showWork();
void showDemo();

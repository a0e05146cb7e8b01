// Every operation of the vectors that this reader knows, by its name there.
import { BASICS } from "./basics.js";
import { DESK } from "./desk.js";
import { choose, verifiedDirectory } from "./directory.js";
import { localizedText } from "./languages.js";
import { EVENTS } from "./events.js";
import { GRANTS } from "./grants.js";
import { INNERS } from "./inner.js";
import { LOGS } from "./log.js";
import { MAILBOX } from "./mailbox.js";
import { REGRANTS } from "./regrants.js";
import { STAFF } from "./staff.js";
import { SUBMISSIONS } from "./submission.js";
import { WORK } from "./work.js";

const OFFICE = {
  localized_text: localizedText,
  verify_directory: verifiedDirectory,
  choose_holders: choose,
};

export const OPERATIONS = { ...BASICS, ...OFFICE, ...INNERS, ...GRANTS, ...REGRANTS, ...DESK, ...MAILBOX, ...SUBMISSIONS, ...EVENTS, ...LOGS, ...STAFF, ...WORK };

// Every operation of the vectors that this reader knows, by its name there.
import { BASICS } from "./basics.js";
import { CHAINS } from "./chain.js";
import { CLAIMS } from "./claims.js";
import { CUSTODY } from "./custody.js";
import { DESK } from "./desk.js";
import { choose, verifiedDirectory } from "./directory.js";
import { DUTIES } from "./duties.js";
import { EVENTS } from "./events.js";
import { FILE_NAMES } from "./file_names.js";
import { GRANTS } from "./grants.js";
import { INNERS } from "./inner.js";
import { localizedText } from "./languages.js";
import { LOGS } from "./log.js";
import { MAILBOX } from "./mailbox.js";
import { OFFICES } from "./office.js";
import { PACKETS } from "./packets.js";
import { REGRANTS } from "./regrants.js";
import { REMOVALS } from "./removals.js";
import { REQUESTS } from "./requests.js";
import { REVIEWS } from "./review.js";
import { STAFF } from "./staff.js";
import { SUBMISSIONS } from "./submission.js";
import { WATCH } from "./watch.js";
import { WORK } from "./work.js";

const OFFICE = { ...OFFICES, localized_text: localizedText, verify_directory: verifiedDirectory, choose_holders: choose };
const CASES = { ...INNERS, ...GRANTS, ...REGRANTS, ...REVIEWS, ...CHAINS, ...DESK, ...MAILBOX, ...SUBMISSIONS, ...EVENTS, ...DUTIES, ...CLAIMS, ...REMOVALS };
const NAMES = { ...PACKETS, ...REQUESTS, ...CUSTODY, ...WATCH };

export const OPERATIONS = { ...BASICS, ...FILE_NAMES, ...OFFICE, ...CASES, ...NAMES, ...LOGS, ...STAFF, ...WORK };

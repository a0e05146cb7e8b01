/** What a page of the officer's desk is: it draws itself, and may lead to another screen. */

import type { OfficerSession } from "./session.js";

/** Goes to another screen of the same page, from where the browser's own way back leads to its first one; or draws it again. */
export type Go = (draw: Draw, way?: "forth" | "stay") => void;
/** What a page or screen shows; rejected, its reason is shown in words. */
export type Draw = (room: OfficerSession, go: Go) => Promise<HTMLElement>;

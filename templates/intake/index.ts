/** The choice of language: the browser's own where this site speaks it, else the reader's. Carries the office code along and leaves one history entry. */

import { wasLeft } from "./exittarget.js";

const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a")];

function primary(tag: string): string {
  return tag.split("-", 1)[0] ?? "";
}

/** From the short address it goes on to the page for people who come back. */
const further = window.location.pathname === "/m/" ? "mailbox/" : "";

function follow(link: HTMLAnchorElement): void {
  window.location.replace((link.getAttribute("href") ?? "/") + further + window.location.hash);
}

/** The first of the browser's languages that this site speaks; every page behind this one offers the others. */
function preferred(): HTMLAnchorElement | undefined {
  const spoken = navigator.languages.map((tag) => links.find(({ hreflang }) => primary(hreflang) === primary(tag)));
  return spoken.find((link) => link !== undefined);
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    follow(link);
  });
}
const own = preferred();
// What the quick exit left in the browser's list leads away again.
if (wasLeft()) window.location.replace((own ?? links.at(-1))?.dataset["elsewhere"] ?? "about:blank");
else if (own) follow(own);

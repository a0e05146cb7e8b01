/** The choice of language: carries the office code along and leaves one history entry. */

import { ELSEWHERE, wasLeft } from "./elsewhere.js";

// What the quick exit left in the browser's list leads away again.
if (wasLeft()) window.location.replace(ELSEWHERE[navigator.language.startsWith("zh") ? "zh" : "en"]);

for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.replace((link.getAttribute("href") ?? "/") + window.location.hash);
  });
}

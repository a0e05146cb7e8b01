/** The choice of language: carries the office code along and leaves one history entry. */

for (const link of document.querySelectorAll<HTMLAnchorElement>("nav a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.location.replace((link.getAttribute("href") ?? "/") + window.location.hash);
  });
}

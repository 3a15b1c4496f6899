/** Small hooks of the staff's pages: print, and the facts of a grid that is chosen on the map.
 *
 * `<button data-print>`; `<aside data-grid-facts="/map/grids/">` gets the fragment of the chosen grid's code.
 */

import htmx from "htmx.org";
import { on } from "./mount";

export function startCasePages(): void {
  on("click", "[data-print]", () => window.print());
  document.addEventListener("linli:grid", (event) => {
    const place = document.querySelector<HTMLElement>("[data-grid-facts]");
    const code = (event as CustomEvent<{ uuid?: string }>).detail?.uuid;
    if (place && code) void htmx.ajax("GET", `${place.dataset["gridFacts"]}${encodeURIComponent(code)}/`, { target: place, swap: "innerHTML" });
  });
}

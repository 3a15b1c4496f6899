/** List with the detail beside it: on a wide screen a row opens in `.split__detail`; elsewhere its link simply opens.
 *
 * `<div class="split" data-split><div class="table-box" data-rows>…</div><aside class="split__detail" hidden></aside></div>`
 * The page of the case is fetched as it is and its `<main>`'s `[data-detail]` part (or all of it) is shown.
 */

import htmx from "htmx.org";
import { on } from "./mount";

export function startDetail(): void {
  on("click", "[data-split] a.row-link", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!matchMedia("(min-width: 1200px)").matches) return;
    const split = link.closest<HTMLElement>("[data-split]")!;
    const detail = split.querySelector<HTMLElement>(".split__detail");
    if (!detail) return;
    event.preventDefault();
    split.classList.add("split--open");
    detail.hidden = false;
    detail.setAttribute("aria-busy", "true");
    for (const row of Array.from(split.querySelectorAll("tr[aria-selected]"))) row.removeAttribute("aria-selected");
    link.closest("tr")?.setAttribute("aria-selected", "true");
    const href = (link as HTMLAnchorElement).href;
    void htmx
      .ajax("GET", href, { target: detail, select: "[data-detail]", swap: "innerHTML" })
      .catch(() => location.assign(href))
      .then(() => detail.removeAttribute("aria-busy"));
  });
}

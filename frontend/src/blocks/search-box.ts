/** The search box above every page: answers below it while one types; ↓ ↑ move, Enter opens, Escape closes.
 *
 * `<form data-search-box><input role="combobox" aria-controls="found" hx-get=…><div id="found" role="listbox" hidden></div></form>`
 * Without script the form leads to the search page. An answer with `data-at="lon,lat,zoom"` first asks the page, by the event
 * `linli:show` on the document: a map that is the page's own goes there and takes the event (preventDefault).
 */

import { mount } from "./mount";

function start(form: HTMLElement): void {
  const input = form.querySelector<HTMLInputElement>("input");
  const list = form.querySelector<HTMLElement>("[role=listbox]");
  if (!input || !list) return;
  let at = -1;
  const hits = (): HTMLElement[] => Array.from(list.querySelectorAll<HTMLElement>("[role=option]"));
  const open = (on: boolean): void => {
    list.hidden = !on;
    input.setAttribute("aria-expanded", String(on));
    if (!on) mark(-1);
  };
  const mark = (to: number): void => {
    const all = hits();
    at = to;
    all.forEach((hit, each) => {
      hit.setAttribute("aria-selected", String(each === at));
      hit.id = `search-hit-${each}`;
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `search-hit-${at}`);
      all[at]?.scrollIntoView({ block: "nearest" });
    }
  };
  new MutationObserver(() => open(document.activeElement === input && list.childElementCount > 0)).observe(list, { childList: true });
  input.addEventListener("focus", () => open(list.childElementCount > 0));
  input.addEventListener("input", () => {
    if (!input.value.trim()) open(false);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains((event as FocusEvent).relatedTarget as Node | null)) open(false);
  });
  list.addEventListener("click", (event) => {
    const hit = (event.target as Element).closest<HTMLAnchorElement>("[data-at]");
    if (!hit || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [lon, lat, zoom] = (hit.dataset["at"] ?? "").split(",").map(Number);
    const asked = new CustomEvent("linli:show", { cancelable: true, detail: { lon, lat, zoom, at: hit.dataset["at"] } });
    if (document.dispatchEvent(asked)) return;
    event.preventDefault();
    input.value = hit.querySelector(".search-found__title")?.textContent ?? input.value;
    open(false);
  });
  // A press on an answer must not take the focus first, or the list would be gone before the press ends.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = hits();
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      if (list.hidden) open(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length);
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      all[at]?.click();
    }
  });
}

export function startSearchBox(): void {
  mount("[data-search-box]", start);
}

/** The list beside the map: what is in view, asked for where the map comes to rest; each selects in the other. */

import { type Map as MapLibre, Marker } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import { asked, asker, put } from "./query";

const REST_MS = 250;
const BESIDE = "(min-width: 1100px)";

export function startList(map: MapLibre, element: HTMLElement, address: string): () => void {
  const beside = document.querySelector<HTMLDetailsElement>("[data-map-beside]");
  const list = beside?.querySelector<HTMLElement>("[data-map-list]");
  if (!beside || !list) return () => undefined;
  const ask = asker();
  const mark = new Marker({ element: make("div", { class: "map-here" }) });
  let chosen = "";
  let waiting = 0;

  const rows = (): HTMLElement[] => Array.from(list.querySelectorAll<HTMLElement>("[data-case]"));
  const choose = (id: string): void => {
    chosen = id;
    mark.remove();
    for (const row of rows()) {
      const is = row.dataset["case"] === id;
      row.classList.toggle("is-here", is);
      if (!is) {
        row.removeAttribute("aria-current");
        continue;
      }
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
      const [lon, lat] = (row.dataset["at"] ?? "").split(",").map(Number);
      if (lon !== undefined && lat !== undefined && Number.isFinite(lon)) mark.setLngLat([lon, lat]).addTo(map);
    }
  };
  const write = async (): Promise<void> => {
    const bounds = map.getBounds();
    const edges = [Math.max(-180, bounds.getWest()), bounds.getSouth(), Math.min(180, bounds.getEast()), bounds.getNorth()];
    const words = await ask(asked(address, { box: edges.map((edge) => edge.toFixed(6)).join(",") }));
    if (words === null) return;
    if (words) put(list, words);
    else list.replaceChildren(make("p", { class: "notice" }, text("request.failed")));
    const count = list.querySelector("h2")?.firstChild?.textContent?.trim();
    const summary = beside.querySelector("[data-map-count]");
    if (summary && count) summary.textContent = count;
    choose(chosen);
  };
  const soon = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void write(), REST_MS);
  };
  const wide = matchMedia(BESIDE);
  const open = (): void => void (beside.open = wide.matches);
  wide.addEventListener("change", open);
  open();

  map.on("moveend", soon);
  // Keys, Tab and the pointer all choose by the focus of a row's link.
  list.addEventListener("focusin", (event) => choose((event.target as Element).closest<HTMLElement>("[data-case]")?.dataset["case"] ?? ""));
  list.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("[data-case]");
    if (row && !(event.target as Element).closest("a")) row.querySelector<HTMLElement>("a.row-link")?.focus({ preventScroll: true });
  });
  element.addEventListener("linli:case", (event) => choose((event as CustomEvent<string>).detail));
  element.addEventListener("linli:grid", () => {
    const facts = beside.querySelector<HTMLElement>("[data-grid-facts]");
    if (facts) facts.hidden = false;
    beside.open = true;
    facts?.scrollIntoView({ block: "nearest" });
  });
  soon();
  return soon;
}

/** What the map shows, in words: a list of the cases in view below the map, for screen readers and for who prefers reading. */

import type { Map as MapLibre } from "maplibre-gl";
import { icon, make } from "../blocks/elements";
import { text } from "../blocks/texts";
import type { Clock } from "./settings";

const MOST = 100;

export interface CaseOnMap {
  title: string;
  clock: Clock;
  url: string;
}

/** The clock badge as markup, the same as the template tag {% clock %} renders. */
export function clockBadge(clock: Clock): HTMLElement {
  return make("span", { class: `clock clock--${clock}` }, icon(`clock-${clock}`), text(`clock.${clock}`));
}

function inView(map: MapLibre): { cases: CaseOnMap[]; clustered: number } {
  const cases = new Map<string, CaseOnMap>();
  let clustered = 0;
  for (const feature of map.queryRenderedFeatures({ layers: ["case", "case-cluster"] })) {
    const given = feature.properties as Record<string, string | number>;
    if (feature.layer.id === "case") {
      const key = String(given["uuid"] ?? given["url"] ?? given["title"]);
      cases.set(key, { title: String(given["title"] ?? ""), clock: String(given["clock"]) as Clock, url: String(given["url"] ?? "") });
    } else {
      clustered += Number(given["point_count"] ?? given["count"] ?? 0);
    }
  }
  return { cases: [...cases.values()], clustered };
}

/** Keeps the list below the map in step with what is in view. */
export function startAlternative(map: MapLibre, element: HTMLElement): void {
  const summary = make("summary", {}, text("map.in_view", { count: 0 }));
  const list = make("ul", {});
  element.append(make("details", { class: "map-list" }, summary, list));
  const write = (): void => {
    if (!map.getLayer("case")) return;
    const { cases, clustered } = inView(map);
    summary.textContent = text("map.in_view", { count: cases.length + clustered });
    const rows: HTMLElement[] = cases.slice(0, MOST).map(({ title, clock, url }) =>
      make("li", {}, url ? make("a", { href: url }, title) : title, clockBadge(clock)),
    );
    if (clustered) rows.push(make("li", {}, text("map.clustered", { count: clustered })));
    list.replaceChildren(...rows);
  };
  map.on("idle", write);
}

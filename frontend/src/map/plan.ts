/** What a file of ground would change: shapes that are new (filled), changed (dashed), ended (dotted) or untouched (thin), and points where
 * something is wrong. A link with `data-plan-at` leads to its place. */

import { type ExpressionSpecification, type Map as MapLibre, Popup } from "maplibre-gl";
import { make } from "../blocks/elements";
import type { Palette } from "./palette";

const is = (...what: string[]): ExpressionSpecification => ["in", ["get", "what"], ["literal", what]];

/** Adds the layers; call it again after the style was replaced. */
export function addPlan(map: MapLibre, url: string, colours: Palette): void {
  if (!url) return;
  map.addSource("plan", { type: "geojson", data: new URL(url, document.baseURI).href });
  const of: [string, string, number[]][] = [
    ["here", colours.label, [1]], ["ended", colours.clock.red, [0.6, 1.4]], ["changed", colours.clock.amber, [3, 1.5]], ["added", colours.grid, [1]],
  ];
  for (const [what, colour, dashes] of of) {
    const shared = { source: "plan", filter: is(what) };
    map.addLayer({ id: `plan-${what}-fill`, type: "fill", ...shared, paint: { "fill-color": colour, "fill-opacity": what === "here" ? 0.04 : 0.2 } });
    map.addLayer({
      id: `plan-${what}`, type: "line", ...shared,
      paint: { "line-color": colour, "line-width": what === "here" ? 0.7 : 2, ...(dashes.length > 1 ? { "line-dasharray": dashes } : {}) },
    });
  }
  map.addLayer({
    id: "plan-fault", type: "circle", source: "plan", filter: is("fault", "remark"),
    paint: {
      "circle-radius": 7, "circle-color": colours.halo, "circle-stroke-width": 3,
      "circle-stroke-color": ["case", is("fault"), colours.clock.red, colours.clock.amber],
    },
  });
}

/** A press on a shape or a point says what it is; a press on a link of the page leads to its place. */
export function followPlan(map: MapLibre, element: HTMLElement, url: string): void {
  if (!url) return;
  map.on("click", (event) => {
    const layers = ["plan-fault", "plan-added", "plan-changed", "plan-ended", "plan-here"].flatMap((id) => [id, `${id}-fill`]);
    const found = map.queryRenderedFeatures(event.point, { layers: layers.filter((id) => map.getLayer(id)) })[0];
    if (!found) return;
    const { code, name } = found.properties as { code?: string; name: string };
    new Popup({ maxWidth: "18rem" }).setLngLat(event.lngLat).setDOMContent(make("div", {}, [code, name].filter(Boolean).join(" "))).addTo(map);
  });
  document.addEventListener("click", (event) => {
    const at = (event.target as Element).closest<HTMLElement>("[data-plan-at]")?.dataset["planAt"]?.split(",").map(Number);
    if (!at || !element.isConnected) return;
    map.jumpTo({ center: [at[0]!, at[1]!], zoom: Math.max(map.getZoom(), 16) });
  });
}

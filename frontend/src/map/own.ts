/** The layers that departments put on the map: points that are asked for where one looks, once they are switched on. */

import type { FeatureCollection, Point } from "geojson";
import { type GeoJSONSource, type Map as MapLibre, type MapLayerMouseEvent, Popup } from "maplibre-gl";
import { make } from "../blocks/elements";
import type { Palette } from "./palette";
import { FONT } from "./base-style";
import { CLOCKS, type OwnLayer } from "./settings";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

export const ownId = (layer: OwnLayer): string => `own-${layer.code}`;
const marksId = (layer: OwnLayer): string => `${ownId(layer)}-marks`;

/** Adds the layers, empty; call it again after the style was replaced. */
export function addOwn(map: MapLibre, layers: OwnLayer[], colours: Palette): void {
  for (const layer of layers) {
    map.addSource(ownId(layer), { type: "geojson", data: NOTHING });
    const tone = ["match", ["get", "tone"], ...CLOCKS.flatMap((clock) => [clock, colours.clock[clock]]), colours.grid] as unknown as string;
    map.addLayer({
      id: ownId(layer), type: "circle", source: ownId(layer), layout: { visibility: "none" },
      paint: {
        "circle-radius": layer.legend.length ? 10 : 6, "circle-color": tone, "circle-stroke-color": colours.halo, "circle-stroke-width": 2,
      },
    });
    if (!layer.legend.length) continue;
    map.addLayer({
      id: marksId(layer), type: "symbol", source: ownId(layer),
      layout: { visibility: "none", "text-field": ["get", "mark"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true },
      paint: { "text-color": colours.halo },
    });
  }
}

async function ask(map: MapLibre, layer: OwnLayer): Promise<void> {
  const bounds = map.getBounds();
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(6));
  const answer = await fetch(`${layer.url}?box=${box.join(",")}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return; // what is drawn stays; the next move asks again
  const found = (await answer.json()) as FeatureCollection;
  const source = map.getSource(ownId(layer));
  if (source) (source as GeoJSONSource).setData(found);
}

const isOn = (map: MapLibre, layer: OwnLayer): boolean =>
  Boolean(map.getLayer(ownId(layer))) && map.getLayoutProperty(ownId(layer), "visibility") === "visible";

/** Switches a layer on or off; what is switched on is asked for at once. */
export function showOwn(map: MapLibre, layer: OwnLayer, on: boolean): void {
  if (!map.getLayer(ownId(layer))) return;
  for (const id of [ownId(layer), marksId(layer)]) {
    if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  }
  if (on) void ask(map, layer);
}

function open(map: MapLibre, event: MapLayerMouseEvent): void {
  const feature = event.features?.[0];
  if (!feature) return;
  const given = feature.properties as { title: string; url: string };
  const place = (feature.geometry as Point).coordinates as [number, number];
  new Popup({ maxWidth: "18rem" }).setLngLat(place).setDOMContent(make("div", {}, make("a", { href: given.url }, given.title))).addTo(map);
}

/** Follows the map: what is on is asked for anew where it comes to rest, and a press on a point tells what it is. */
export function followOwn(map: MapLibre, layers: OwnLayer[]): void {
  map.on("moveend", () => layers.filter((layer) => isOn(map, layer)).forEach((layer) => void ask(map, layer)));
  for (const layer of layers) {
    map.on("click", ownId(layer), (event) => open(map, event));
    map.on("mouseenter", ownId(layer), () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", ownId(layer), () => (map.getCanvas().style.cursor = ""));
  }
}

/** What is at a point, in words, with the ways there. */

import { type Map as MapLibre, Popup } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import type { Point } from "./measures";
import { asker, put } from "./query";

const ask = asker();

export async function showPlace(map: MapLibre, address: string, [lon, lat]: Point): Promise<void> {
  const content = make("div", {}, text("map.loading_place"));
  new Popup({ maxWidth: "20rem", className: "map-place-popup" }).setLngLat([lon, lat]).setDOMContent(content).addTo(map);
  const words = await ask(`${address}?at=${lon.toFixed(6)},${lat.toFixed(6)}`);
  if (words) put(content, words);
  else if (words !== null) content.textContent = text("request.failed");
}

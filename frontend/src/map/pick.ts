/** Picking a place: tap or drag the mark, take the middle of the map, or type coordinates; all write the same fields.
 *
 * The fields stand in the element that `pick_fields` names: `[data-lon]`, `[data-lat]`, optionally `[data-position-source]`
 * and `[data-accuracy-m]`. Coordinates are WGS 84 degrees.
 */

import { Marker, type LngLatLike, type Map as MapLibre } from "maplibre-gl";
import { icon, make } from "../blocks/elements";
import { type PositionSource, writePosition } from "../blocks/position";
import { text } from "../blocks/texts";

export function startPick(map: MapLibre, root: Element, tools: HTMLElement, color: string): void {
  const mark = new Marker({ color, draggable: true });
  const lon = root.querySelector<HTMLInputElement>("[data-lon]");
  const lat = root.querySelector<HTMLInputElement>("[data-lat]");
  const said = make("output", {});
  let writing = false;

  const show = (at: [number, number], words: string): void => {
    mark.setLngLat(at).addTo(map);
    said.textContent = words;
  };
  const put = (at: LngLatLike & { lng: number; lat: number }, source: PositionSource): void => {
    show([at.lng, at.lat], text("map.picked"));
    writing = true;
    writePosition(root, at.lng, at.lat, source);
    writing = false;
  };
  const read = (): void => {
    if (writing || !lon?.value || !lat?.value) return;
    const at: [number, number] = [Number(lon.value), Number(lat.value)];
    if (!Number.isFinite(at[0]) || !Number.isFinite(at[1]) || Math.abs(at[0]) > 180 || Math.abs(at[1]) > 90) return;
    show(at, text("map.picked"));
    map.easeTo({ center: at, zoom: Math.max(map.getZoom(), 16) });
  };

  map.on("click", (event) => put(event.lngLat, "map"));
  mark.on("dragend", () => put(mark.getLngLat(), "map"));
  root.addEventListener("linli:position", read);
  // The server's words for the pin say more than its coordinates.
  (root.closest("form") ?? root).addEventListener("linli:place", (event) => {
    const words = (event as CustomEvent<string>).detail;
    if (words) said.textContent = words;
  });
  for (const field of [lon, lat]) {
    field?.addEventListener("change", () => {
      const source = root.querySelector<HTMLInputElement>("[data-position-source]");
      if (source) source.value = "typed";
      read();
    });
  }
  const middle = make("button", { type: "button", class: "button" }, icon("map-pin"), text("map.take_middle"));
  middle.addEventListener("click", () => put(map.getCenter(), "map"));
  tools.append(middle, said);
  read();
}

/** The map: mounts on `<div class="map" data-map='{…}'>`; settings.ts says which keys the JSON has.
 *
 * Loaded by blocks/map-mount.ts only where a page has a map. MapLibre's worker is a file of its own (no blob: in the policy).
 */

import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/map.css";
import {
  AttributionControl,
  type GeoJSONSource,
  GeolocateControl,
  Map as MapLibre,
  type MapLayerMouseEvent,
  Marker,
  NavigationControl,
  type PaddingOptions,
  Popup,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { isDark } from "../blocks/display";
import { make } from "../blocks/elements";
import { text } from "../blocks/texts";
import { clockBadge, startAlternative } from "./alternative";
import { FONT, baseStyle } from "./base-style";
import { addLayers, selectGrid } from "./layers";
import { addOwn, followOwn } from "./own";
import { DARK, LIGHT, type Palette } from "./palette";
import { startPick } from "./pick";
import { addPlan, followPlan } from "./plan";
import { type Clock, type MapSettings, readSettings } from "./settings";
import { startSwitches } from "./switches";
import { ringSign } from "./symbols";

// What the editor of grids stands on, which has a map of its own (editor/index.ts).
export { FONT, type Palette, baseStyle, readSettings };

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

const WHOLE_COUNTRY: [number, number] = [104, 35.5];

const STREETS_ZOOM = 15.2;

export const palette = (): Palette => (isDark() ? DARK : LIGHT);

function words(): Record<string, string> {
  return {
    "NavigationControl.ZoomIn": text("map.zoom_in"),
    "NavigationControl.ZoomOut": text("map.zoom_out"),
    "GeolocateControl.FindMyLocation": text("map.my_position"),
    "GeolocateControl.LocationNotAvailable": text("position.refused"),
    "AttributionControl.ToggleAttribution": text("map.sources"),
    "Map.Title": text("map.map"),
    "Marker.Title": text("map.mark"),
    "Popup.Close": text("close"),
  };
}

/** On a narrow screen what is shown keeps clear of the buttons at the edges of the map; elsewhere there is room beside them. */
function clearOfButtons(): PaddingOptions | undefined {
  return matchMedia("(max-width: 700px)").matches ? { top: 64, right: 64, bottom: 40, left: 24 } : undefined;
}

/** The map itself with its ground and buttons, without anything of linli's on it. Throws where the browser cannot draw it. */
export function build(canvas: HTMLElement, settings: MapSettings): MapLibre {
  const map = new MapLibre({
    container: canvas,
    style: baseStyle(settings, palette()),
    center: settings.center ?? settings.point ?? WHOLE_COUNTRY,
    zoom: settings.center || settings.point ? settings.zoom : 3,
    ...(settings.bounds ? { bounds: settings.bounds, fitBoundsOptions: { padding: clearOfButtons() ?? 24 } } : {}),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    locale: words(),
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.addControl(new AttributionControl({ compact: true, customAttribution: settings.base ? "" : settings.attribution }));
  const locate = new GeolocateControl({ positionOptions: { enableHighAccuracy: true }, showAccuracyCircle: true });
  map.addControl(locate, "top-right");
  // MapLibre names this button only after it has asked for the permission's state.
  canvas.querySelector(".maplibregl-ctrl-geolocate")?.setAttribute("aria-label", text("map.my_position"));
  return map;
}

function openCase(map: MapLibre, element: HTMLElement, desk: MapSettings["desk"], event: MapLayerMouseEvent): void {
  const feature = event.features?.[0];
  if (!feature || feature.geometry.type !== "Point") return;
  const given = feature.properties as { title?: string; url?: string; clock: Clock; state?: string };
  const title = given.title ?? "";
  // In tiles the id of a feature is that of its case.
  const url = given.url ?? (desk && feature.id !== undefined ? desk.case.replace("/0/", `/${feature.id}/`) : "");
  const content = make("div", {}, url ? make("a", { href: url }, title) : title, clockBadge(given.clock), given.state ? ` ${given.state}` : "");
  element.dispatchEvent(new CustomEvent("linli:case", { detail: String(feature.id ?? "") }));
  new Popup({ maxWidth: "18rem" }).setLngLat(feature.geometry.coordinates as [number, number]).setDOMContent(content).addTo(map);
}

async function openCluster(map: MapLibre, event: MapLayerMouseEvent): Promise<void> {
  const feature = event.features?.[0];
  if (!feature || feature.geometry.type !== "Point") return;
  const center = feature.geometry.coordinates as [number, number];
  const id = feature.properties["cluster_id"] as number | undefined;
  const zoom =
    id === undefined ? map.getZoom() + 2 : await (map.getSource("cases") as GeoJSONSource).getClusterExpansionZoom(id);
  map.easeTo({ center, zoom });
}

function listen(map: MapLibre, element: HTMLElement, settings: MapSettings, select: (uuid: string) => void): void {
  // While somebody draws or asks where a place is, a press means that.
  const busy = (): boolean => Boolean(element.dataset["busy"]);
  if (settings.cases) {
    map.on("click", "case", (event) => busy() || openCase(map, element, settings.desk, event));
    map.on("click", "case-cluster", (event) => busy() || void openCluster(map, event));
    for (const layer of ["case", "case-cluster"]) {
      map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
    }
  }
  if (!settings.grids || settings.pick) return;
  map.on("click", "grid-fill", (event) => {
    if (busy()) return;
    if (settings.cases && map.queryRenderedFeatures(event.point, { layers: ["case", "case-cluster"] }).length) return;
    const grid = event.features?.[0]?.properties as { uuid?: string } | undefined;
    if (!grid?.uuid) return;
    select(grid.uuid);
    element.dispatchEvent(new CustomEvent("linli:grid", { bubbles: true, detail: grid }));
  });
}

/** Opens the map of a place to be picked where streets have names: at most two levels closer than all of the ground. */
function comeCloser(map: MapLibre, settings: MapSettings): void {
  if (!settings.pick || !settings.bounds) return;
  const all = map.getZoom();
  map.jumpTo({ zoom: Math.max(all, Math.min(all + 2, STREETS_ZOOM)) });
}

/** Shows all cases or grids when the page gave neither middle nor bounds. */
async function fit(map: MapLibre, settings: MapSettings): Promise<void> {
  if (settings.bounds || settings.center || settings.point) return;
  const source = map.getSource("cases") ?? map.getSource("grids");
  if (source?.type !== "geojson") return;
  const bounds = await (source as GeoJSONSource).getBounds();
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: clearOfButtons() ?? 32, maxZoom: 16, animate: false });
}

/** Goes where the search above the page leads, and marks the place; the address says it, so that a reload shows the same. */
function follow(map: MapLibre, element: HTMLElement, marker: Marker | undefined): void {
  let mark = marker;
  document.addEventListener("linli:show", (event) => {
    if (!element.isConnected) return;
    const { lon, lat, zoom, at } = (event as CustomEvent<{ lon: number; lat: number; zoom: number; at: string }>).detail;
    event.preventDefault();
    mark ??= new Marker({ color: palette().clock.on_time }).setLngLat([lon, lat]).addTo(map);
    mark.setLngLat([lon, lat]);
    map.flyTo({ center: [lon, lat], zoom: Math.max(zoom, map.getZoom()), maxDuration: 1500 });
    element.scrollIntoView({ block: "nearest" });
    const address = new URL(location.href);
    address.searchParams.set("at", at);
    history.replaceState(history.state, "", address);
  });
}

/** Draws the map into `element`. Called once per element. */
export function startMap(element: HTMLElement): void {
  const settings = readSettings(element);
  const canvas = element.querySelector<HTMLElement>(".map__canvas") ?? make("div", { class: "map__canvas" });
  if (!canvas.isConnected) element.prepend(canvas);
  const tools = make("div", { class: "map-tools" });
  let map: MapLibre;
  try {
    map = build(canvas, settings);
  } catch {
    canvas.hidden = true;
    element.prepend(make("p", { class: "notice" }, text("map.unavailable")));
    return;
  }
  comeCloser(map, settings);
  map.getCanvas().setAttribute("aria-label", settings.title || text("map.map"));
  let selected = settings.selected;
  map.setMissingStyleImageResolver((id) => {
    if (!id.startsWith("ring|") || map.hasImage(id)) return;
    const { image, pixelRatio } = ringSign(id, palette());
    map.addImage(id, image, { pixelRatio });
  });
  const applySwitches = settings.layers ? startSwitches(map, element, settings) : (): void => undefined;
  map.on("style.load", () => {
    addLayers(map, settings, selected, palette());
    addOwn(map, settings.own, palette());
    addPlan(map, settings.plan, palette());
    applySwitches();
  });
  map.once("load", () => void fit(map, settings));
  followOwn(map, settings.own);
  followPlan(map, element, settings.plan);
  listen(map, element, settings, (uuid) => {
    selected = uuid;
    selectGrid(map, uuid, settings.shades);
  });
  const marker = settings.point ? new Marker({ color: palette().clock.on_time }).setLngLat(settings.point).addTo(map) : undefined;
  if (settings.layers) follow(map, element, marker);
  if (settings.pick) {
    const root = document.querySelector(settings.pick_fields) ?? element.closest("form") ?? element;
    startPick(map, root, tools, LIGHT.clock.on_time);
    canvas.after(tools);
  }
  if (settings.desk) void import("./desk/index").then(({ startDesk }) => startDesk(map, element, settings, palette));
  else if (settings.cases) startAlternative(map, element);
  const repaint = (): void => void map.setStyle(baseStyle(settings, palette()), { diff: false });
  document.addEventListener("linli:display", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

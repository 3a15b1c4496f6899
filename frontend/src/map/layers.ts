/** linli's own layers over the base: grids, components, cases with their clusters, single marks. */

import type { ExpressionSpecification, GeoJSONSourceSpecification, LayerSpecification, Map as MapLibre, SourceSpecification } from "maplibre-gl";
import { FONT } from "./base-style";
import type { Palette } from "./palette";
import { CLOCKS, type MapSettings, type Source } from "./settings";
import { RING_ID, caseSign } from "./symbols";

/** From here on components show by themselves; who switches them on sees them from zoom 14 on. */
export const COMPONENTS_FROM = 17;
/** From here on each bears the sign of its class (大类 of GB/T 47678.5). */
export const SIGNS_FROM = 16;
export const COMPONENT_SIGNS = { "01": "●", "02": "◆", "03": "■", "04": "▲" };
export const OTHER_SIGN = "○";

const absolute = (url: string): string => decodeURI(new URL(url, document.baseURI).href);
const isTiles = (source: Source | null): source is string => typeof source === "string" && source.includes("{z}");

/** Tiles of polygons are exact enough at zoom 14; those of points are asked for up to POINTS_TO, since each holds so many at most. */
const POINTS_TO = 18;

function sourceOf(source: Source, more: Partial<GeoJSONSourceSpecification> = {}, maxzoom = 14): SourceSpecification {
  if (isTiles(source)) return { type: "vector", tiles: [absolute(source)], maxzoom };
  return { type: "geojson", data: typeof source === "string" ? absolute(source) : source, ...more };
}

/** Which layer of a source a style layer reads: only vector tiles have named layers. */
const part = (source: Source, name: string): object => (isTiles(source) ? { "source-layer": name } : {});

const isChosen = (uuid: string): ExpressionSpecification => ["==", ["get", "uuid"], uuid];

/** Where a whole street fits on a phone its many grids stand back behind the communities. */
const gridOpacity = (chosen: ExpressionSpecification): ExpressionSpecification => [
  "interpolate", ["linear"], ["zoom"], 12, ["case", chosen, 1, 0.2], 14, ["case", chosen, 1, 0.45],
];

/** The colour of each grid by its shade; grids without one keep the colour of all. */
function fillColour(shades: Record<string, number>, colours: Palette): string | ExpressionSpecification {
  const codes = colours.shades.map((_colour, shade) => Object.keys(shades).filter((code) => shades[code] === shade));
  const branches = codes.flatMap((some, shade) => (some.length ? [some, colours.shades[shade]!] : []));
  return branches.length ? (["match", ["get", "uuid"], ...branches, colours.grid] as unknown as ExpressionSpecification) : colours.grid;
}

/** Filled at 12 % where chosen, at 70 % where shaded. */
const fillOpacity = (chosen: ExpressionSpecification, shades: Record<string, number>): ExpressionSpecification => {
  const shaded = Object.keys(shades);
  return ["case", ...(shaded.length ? [["in", ["get", "uuid"], ["literal", shaded]], 0.7] : []), chosen, 0.12, 0] as unknown as ExpressionSpecification;
};

function addGrids(map: MapLibre, source: Source, selected: string, shades: Record<string, number>, colours: Palette): void {
  map.addSource("grids", sourceOf(source));
  // Borders run along streets: the names of the base stand on them.
  const names = map.getStyle().layers.find(({ type }) => type === "symbol")?.id;
  const shared = { source: "grids", ...part(source, "grids") };
  const chosen = isChosen(selected);
  map.addLayer({ id: "grid-fill", type: "fill", ...shared, paint: { "fill-color": fillColour(shades, colours), "fill-opacity": fillOpacity(chosen, shades) } } as LayerSpecification, names);
  map.addLayer({ id: "grid-line", type: "line", ...shared, layout: { "line-join": "round" }, paint: { "line-color": colours.grid, "line-opacity": gridOpacity(chosen), "line-width": ["case", chosen, 2.4, 0.8] } } as LayerSpecification, names);
  if (isTiles(source)) {
    map.addLayer({
      id: "area-line", type: "line", source: "grids", "source-layer": "areas", layout: { "line-join": "round" },
      paint: { "line-color": colours.grid, "line-opacity": 0.75, "line-width": ["interpolate", ["linear"], ["zoom"], 11, 1.2, 14, 2.4, 18, 4] },
    } as LayerSpecification, names);
  }
  // In tiles the names are points of their own: a polygon that is cut by tiles would be named in each of them.
  map.addLayer({
    id: "grid-name", type: "symbol", ...shared, ...part(source, "grid_names"), minzoom: 14.6,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 6, "text-padding": 10 },
    paint: { "text-color": colours.grid, "text-halo-color": colours.halo, "text-halo-width": 1.8 },
  } as LayerSpecification);
}

/** The style layers of another layer of grids. */
export const otherGrids = (code: string): string[] => [`grids-${code}`, `grids-${code}-names`];

/** Other layers than the main one: dashed, in the colour of text, and off until somebody asks for them. */
function addOtherGrids(map: MapLibre, settings: MapSettings, colours: Palette): void {
  for (const { code, tiles } of settings.grid_layers) {
    const [id, names] = otherGrids(code) as [string, string];
    map.addSource(id, sourceOf(tiles));
    map.addLayer({
      id, type: "line", source: id, "source-layer": "grids", layout: { visibility: "none", "line-join": "round" },
      paint: { "line-color": colours.label, "line-width": 1.6, "line-dasharray": [3, 2] },
    });
    map.addLayer({
      id: names, type: "symbol", source: id, "source-layer": "grid_names", minzoom: 14,
      layout: { visibility: "none", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-max-width": 6 },
      paint: { "text-color": colours.label, "text-halo-color": colours.halo, "text-halo-width": 1.8 },
    });
  }
}

/** Fills the grid with this uuid and takes the fill from the one before; what is shaded stays so. */
export function selectGrid(map: MapLibre, uuid: string, shades: Record<string, number>): void {
  if (!map.getLayer("grid-fill")) return;
  const chosen = isChosen(uuid);
  map.setPaintProperty("grid-fill", "fill-opacity", fillOpacity(chosen, shades));
  map.setPaintProperty("grid-line", "line-opacity", gridOpacity(chosen));
  map.setPaintProperty("grid-line", "line-width", ["case", chosen, 2.4, 0.8]);
}

/** From afar only how many: a disc that grows with them, and the number. */
function addComponentCounts(map: MapLibre, colours: Palette): void {
  const shared = { source: "components", "source-layer": "component_counts" };
  map.addLayer({
    id: "component-count", type: "circle", ...shared, layout: { visibility: "none" },
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 6, 30, 16], "circle-color": colours.component, "circle-opacity": 0.25,
      "circle-stroke-color": colours.component, "circle-stroke-width": 1, "circle-stroke-opacity": 0.6,
    },
  } as LayerSpecification);
  map.addLayer({
    id: "component-number", type: "symbol", ...shared,
    layout: { visibility: "none", "text-field": ["to-string", ["get", "count"]], "text-font": FONT, "text-size": 11, "text-padding": 0 },
    paint: { "text-color": colours.component, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
  } as LayerSpecification);
}

function addComponents(map: MapLibre, source: Source, colours: Palette): void {
  map.addSource("components", sourceOf(source, {}, POINTS_TO));
  const shared = { source: "components", ...part(source, "components") };
  map.addLayer({
    id: "component", type: "circle", ...shared, minzoom: COMPONENTS_FROM, maxzoom: SIGNS_FROM,
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.6, 17, 3], "circle-color": colours.component,
      "circle-opacity": 0.8, "circle-stroke-color": colours.halo, "circle-stroke-width": 1,
    },
  } as LayerSpecification);
  map.addLayer({
    id: "component-sign", type: "symbol", ...shared, minzoom: SIGNS_FROM,
    layout: {
      "text-field": ["match", ["get", "kind"], ...Object.entries(COMPONENT_SIGNS).flat(), OTHER_SIGN], "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 16, 10, 19, 16], "text-allow-overlap": true, "text-ignore-placement": true,
    },
    paint: { "text-color": colours.component, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
  } as unknown as LayerSpecification);
  if (isTiles(source)) addComponentCounts(map, colours);
  map.addLayer({
    id: "component-name", type: "symbol", source: "components", ...part(source, "components"), minzoom: 18,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-offset": [0, 0.7], "text-anchor": "top", "text-padding": 4 },
    paint: { "text-color": colours.component, "text-halo-color": colours.halo, "text-halo-width": 1.4 },
  } as LayerSpecification);
}

function addCases(map: MapLibre, source: Source, colours: Palette): void {
  const counts = Object.fromEntries(
    CLOCKS.map((clock) => [clock, ["+", ["case", ["==", ["get", "clock"], clock], 1, 0]]]),
  ) as GeoJSONSourceSpecification["clusterProperties"];
  map.addSource("cases", sourceOf(source, { cluster: true, clusterRadius: 34, clusterMaxZoom: 16, clusterProperties: counts! }, POINTS_TO));
  const shared = { type: "symbol", source: "cases", ...part(source, "cases") };
  // A cluster has a count per state instead of one state, whether it was made here or by the server's tiles.
  map.addLayer({
    ...shared, ...part(source, "case_counts"), id: "case-cluster", filter: ["!", ["has", "clock"]],
    layout: { "icon-image": RING_ID, "icon-allow-overlap": true },
  } as LayerSpecification);
  map.addLayer({
    ...shared, id: "case", filter: ["has", "clock"],
    layout: {
      "icon-image": ["concat", "case-", ["get", "clock"]], "icon-allow-overlap": true,
      "symbol-sort-key": ["match", ["get", "clock"], "red", 3, "amber", 2, "on_time", 1, 0],
    },
  } as LayerSpecification);
  for (const clock of CLOCKS) {
    const { image, pixelRatio } = caseSign(clock, colours);
    if (!map.hasImage(`case-${clock}`)) map.addImage(`case-${clock}`, image, { pixelRatio });
  }
}

/** Adds what the settings ask for, in drawing order. Call it again after the style was replaced. */
export function addLayers(map: MapLibre, settings: MapSettings, selected: string, colours: Palette): void {
  if (settings.grids) addGrids(map, settings.grids, selected, settings.shades, colours);
  addOtherGrids(map, settings, colours);
  if (settings.components) addComponents(map, settings.components, colours);
  if (settings.cases) addCases(map, settings.cases, colours);
}

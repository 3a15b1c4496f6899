/** The quiet base: light grey land, white streets with an edge, pale water, names in grey; layers.ts puts linli's own on top.
 *
 * Vector tiles carry the layers land, water, green, landuse, road (class, name), building, place (class, name). There is no
 * `glyphs` address: MapLibre draws every character locally from the fonts named in text-font.
 */

import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";
import type { MapSettings } from "./settings";

export const FONT = ["PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"];

const absolute = (url: string): string => decodeURI(new URL(url, document.baseURI).href);

function source(settings: MapSettings): SourceSpecification {
  const shared = { tiles: [absolute(settings.base)], maxzoom: settings.base_max_zoom, attribution: settings.attribution };
  return settings.base_kind === "raster" ? { type: "raster", tileSize: 256, ...shared } : { type: "vector", ...shared };
}

const byZoom = (...stops: unknown[]): ExpressionSpecification => ["interpolate", ["exponential", 1.6], ["zoom"], ...stops] as ExpressionSpecification;
const among = (...classes: string[]): ExpressionSpecification => ["in", ["get", "class"], ["literal", classes]];

/** Streets from the least to the greatest: what classes they have in the tiles, from which zoom they show, how wide in pixels at
 * zoom 12, 15 and 18, and from which zoom their names stand along them. What no row names is the first. */
const GREAT = ["motorway", "trunk", "primary", "main"];
const MIDDLE = ["secondary", "tertiary"];
const SMALL = ["minor", "residential", "unclassified", "street", "living_street"];
const STREETS = [
  { id: "lane", filter: ["!", among(...GREAT, ...MIDDLE, ...SMALL)], from: 14.5, width: [0.3, 1.6, 9], named: 16.5, size: 11 },
  { id: "small", filter: among(...SMALL), from: 13, width: [0.6, 3, 15], named: 15.2, size: 11.5 },
  { id: "middle", filter: among(...MIDDLE), from: 11, width: [1.6, 5.5, 22], named: 14, size: 12 },
  { id: "great", filter: among(...GREAT), from: 9, width: [2.6, 8.5, 30], named: 12.5, size: 13 },
] as const;

/** Places by what they are: between which zooms a name makes sense, and how large it is. */
const PLACES = [
  { id: "city", classes: ["city", "town"], zooms: [8, 12.4], size: 16 },
  { id: "street", classes: ["street", "suburb"], zooms: [11, 12.3], size: 15 },
  // A phone shows a whole street at about zoom 12.5: its communities are named there, beside the clusters of cases.
  { id: "community", classes: ["community", "neighbourhood"], zooms: [12.2, 15], size: byZoom(12.2, 11, 13.5, 14) },
  { id: "water", classes: ["water", "bridge", "park"], zooms: [14, 24], size: 12 },
  { id: "premises", classes: ["school", "hospital", "market", "office_tower", "industrial_park", "compound"], zooms: [15.4, 24], size: 11.5 },
  { id: "shop", classes: ["shop"], zooms: [17.4, 24], size: 11 },
] as const;

/** A name that a sign stands on steps aside. */
const ASIDE = { "text-variable-anchor-offset": ["center", [0, 0], "top", [0, 1.9], "bottom", [0, -1.9], "left", [1.9, 0], "right", [-1.9, 0]] };

function roads(colours: Palette): LayerSpecification[] {
  const line = (street: (typeof STREETS)[number], edge: number): LayerSpecification =>
    ({
      id: `base-road-${street.id}${edge ? "-edge" : ""}`, type: "line", source: "base", "source-layer": "road",
      minzoom: street.from, filter: street.filter,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": edge ? colours.roadEdge : street.id === "great" ? colours.roadGreat : colours.road,
        "line-width": byZoom(12, street.width[0] + edge, 15, street.width[1] + edge * 1.4, 18, street.width[2] + edge * 2),
      },
    }) as LayerSpecification;
  return [...STREETS.map((street) => line(street, 1.2)), ...STREETS.map((street) => line(street, 0))];
}

function names(colours: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": colours.halo, "text-halo-width": 1.6 };
  const along = STREETS.map(
    ({ id, filter, named, size }) =>
      ({
        id: `base-road-name-${id}`, type: "symbol", source: "base", "source-layer": "road", minzoom: named, filter: ["all", ["has", "name"], filter],
        layout: {
          "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "symbol-placement": "line",
          "symbol-spacing": 260, "text-letter-spacing": 0.12, "text-max-angle": 35, "text-padding": 6,
        },
        paint: { "text-color": colours.roadLabel, ...halo },
      }) as LayerSpecification,
  );
  const places = PLACES.map(
    ({ id, classes, zooms, size }) =>
      ({
        id: `base-place-${id}`, type: "symbol", source: "base", "source-layer": "place", minzoom: zooms[0], maxzoom: zooms[1],
        filter: ["all", ["has", "name"], among(...classes)],
        layout: {
          "text-field": ["get", "name"], "text-font": FONT, "text-size": size, "text-max-width": 8, "text-padding": id === "community" ? 0 : 8,
          ...(id === "community" ? ASIDE : {}),
          "text-letter-spacing": ["city", "street", "community"].includes(id) ? 0.16 : 0,
        },
        paint: { "text-color": id === "water" ? colours.waterLabel : colours.label, ...halo },
      }) as LayerSpecification,
  );
  return [...along.reverse(), ...places.reverse()];
}

function layers(colours: Palette): LayerSpecification[] {
  const fill = (id: string, color: string, minzoom = 0): LayerSpecification => ({
    id: `base-${id}`, type: "fill", source: "base", "source-layer": id, minzoom, paint: { "fill-color": color },
  });
  const outlined = (id: string, color: string, outline: string, minzoom = 0): LayerSpecification =>
    ({ ...fill(id, color, minzoom), paint: { "fill-color": color, "fill-outline-color": outline } }) as LayerSpecification;
  return [
    fill("land", colours.land),
    fill("landuse", colours.landuse, 12),
    fill("green", colours.green),
    outlined("water", colours.water, colours.waterEdge),
    outlined("building", colours.building, colours.buildingEdge, 14),
    ...roads(colours),
    ...names(colours),
  ];
}

/** The style document for a palette. Without a base address it is plain land. */
export function baseStyle(settings: MapSettings, colours: Palette): StyleSpecification {
  const ground: LayerSpecification = { id: "ground", type: "background", paint: { "background-color": colours.land } };
  if (!settings.base) return { version: 8, sources: {}, layers: [ground] };
  const own: LayerSpecification[] =
    settings.base_kind === "raster"
      ? [{ id: "base-raster", type: "raster", source: "base", paint: { "raster-saturation": -0.7, "raster-opacity": 0.75 } }]
      : layers(colours);
  return { version: 8, sources: { base: source(settings) }, layers: [ground, ...own] };
}

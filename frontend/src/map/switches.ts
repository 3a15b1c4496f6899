/** The layers that a reader may switch on and off, each with the sign that it is drawn with; kept on this device. */

import type { Map as MapLibre } from "maplibre-gl";
import { icon, make } from "../blocks/elements";
import { text } from "../blocks/texts";
import { COMPONENTS_FROM, COMPONENT_SIGNS, OTHER_SIGN, SIGNS_FROM, otherGrids } from "./layers";
import { showOwn } from "./own";
import type { MapSettings, OwnSign } from "./settings";

const KEY = "linli_map_layers";
const COMPONENTS_WHEN_ASKED = 14;

/** A group of style layers with its words; `usual` is how it stands before anybody touched it. */
interface Group {
  id: string;
  usual: boolean;
  words: () => string;
  legend: OwnSign[];
  show: (map: MapLibre, on: boolean) => void;
}

/** The classes of components, as the map draws them from near. */
const componentSigns = (): OwnSign[] =>
  [...Object.entries(COMPONENT_SIGNS), ["05", OTHER_SIGN] as const]
    .sort()
    .map(([kind, mark]) => ({ mark, tone: "component", words: text(`map.component_${kind}`) }));

const GROUPS = [
  { id: "cases", layers: ["case", "case-cluster"], words: (): string => text("map.layer_cases"), usual: true },
  { id: "grids", layers: ["grid-line", "grid-name"], words: (): string => text("map.layer_grids"), usual: true },
  { id: "areas", layers: ["area-line"], words: (): string => text("map.layer_areas"), usual: true },
  { id: "components", layers: ["component", "component-sign", "component-name", "component-count", "component-number"], words: (): string => text("map.layer_components"), usual: false },
] as const;

function kept(): Record<string, boolean> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return read && typeof read === "object" ? (read as Record<string, boolean>) : {};
  } catch {
    return {}; // private windows keep nothing
  }
}

function keep(chosen: Record<string, boolean>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // The choice then lasts as long as the page.
  }
}

function show(map: MapLibre, layers: readonly string[], on: boolean): void {
  for (const layer of layers) {
    if (!map.getLayer(layer)) continue;
    if (layer === "component") map.setLayerZoomRange(layer, on ? COMPONENTS_WHEN_ASKED : COMPONENTS_FROM, SIGNS_FROM);
    else if (layer === "component-sign") map.setLayerZoomRange(layer, on ? SIGNS_FROM : COMPONENTS_FROM, 24);
    else if (layer !== "component-name") map.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
  }
}

function groups(settings: MapSettings): Group[] {
  const offered = GROUPS.filter(({ id }) => (id === "areas" ? settings.grids : settings[id]));
  const ours = offered.map(({ layers, ...group }): Group => ({ ...group, legend: group.id === "components" ? componentSigns() : [], show: (map: MapLibre, on: boolean) => show(map, layers, on) }));
  const own = settings.own.map((layer) => ({
    id: `own-${layer.code}`, usual: false, words: (): string => layer.words, legend: layer.legend, show: (map: MapLibre, on: boolean) => showOwn(map, layer, on),
  }));
  const others = settings.grid_layers.map(({ code, words }): Group => ({
    id: `grids-${code}`, usual: false, words: () => words, legend: [], show: (map: MapLibre, on: boolean) => show(map, otherGrids(code), on),
  }));
  return [...ours, ...others, ...own];
}

/** What the signs of a layer mean, each drawn as on the map; nothing for a layer without signs. */
function legend(group: Group): HTMLElement[] {
  if (!group.legend.length) return [];
  const lines = group.legend.map((one) =>
    make("li", { class: "map-layers__line" }, make("span", { class: `map-layers__mark map-layers__mark--${one.tone}` }, one.mark), one.words),
  );
  return [make("ul", { class: "map-layers__legend" }, ...lines)];
}

/** Puts the switches into the corner of the map and answers a function that applies them to a style just loaded. */
export function startSwitches(map: MapLibre, element: HTMLElement, settings: MapSettings): () => void {
  const offered = groups(settings);
  const chosen = kept();
  const isOn = (group: Group): boolean => chosen[group.id] ?? group.usual;
  const rows = offered.flatMap((group) => {
    const meaning = legend(group);
    const box = make("input", { type: "checkbox" });
    box.checked = isOn(group);
    box.addEventListener("change", () => {
      chosen[group.id] = box.checked;
      keep(chosen);
      group.show(map, box.checked);
      meaning.forEach((list) => (list.hidden = !box.checked));
    });
    meaning.forEach((list) => (list.hidden = !box.checked));
    const row = make("label", { class: "map-layers__row" }, box, make("span", { class: `map-layers__sign map-layers__sign--${group.id.startsWith("own-") ? "own" : group.id.startsWith("grids-") ? "other" : group.id}` }), group.words());
    return [row, ...meaning];
  });
  const sheet = make("div", { class: "map-layers__sheet" }, ...rows);
  const summary = make("summary", { class: "map-layers__button" }, icon("layers"), text("map.layers"));
  element.querySelector(".map__canvas")?.append(make("details", { class: "map-layers" }, summary, sheet));
  return () => offered.forEach((group) => group.show(map, isOn(group)));
}

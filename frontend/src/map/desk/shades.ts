/** Cases as heat, or areas in shades by how many they have; the select of the bar chooses. Each case is drawn where nothing is chosen. */

import type { ExpressionSpecification, LayerSpecification, Map as MapLibre, VectorTileSource } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import type { Palette } from "../palette";
import type { MapSettings } from "../settings";
import { asked, asker, put } from "./query";

/** Counts of zoom 13 stand for some 300 m; nearer they are drawn larger, so that a colour means the same on the ground. */
const HEAT_ZOOM = 13;
const HEAT_PX = 40;
/** How much the fullest cell of the view weighs. */
const FULLEST = 1.6;
const NEVER = 24;

export interface Shades {
  show: (how: string) => void;
  refresh: () => void;
  add: () => void;
}

const tilesOf = (cases: string): string => decodeURI(new URL(cases, document.baseURI).href);

/** Gives the map tiles of other cases, as signs and as heat. */
export function changeTiles(map: MapLibre, settings: MapSettings, cases: string): void {
  settings.cases = cases;
  for (const id of ["cases", "heat"]) (map.getSource(id) as VectorTileSource | undefined)?.setTiles([tilesOf(cases)]);
}

function addHeat(map: MapLibre, settings: MapSettings, colours: Palette): void {
  if (map.getSource("heat")) return;
  map.addSource("heat", { type: "vector", tiles: [tilesOf(String(settings.cases))], maxzoom: HEAT_ZOOM });
  map.addLayer({
    id: "heat", type: "heatmap", source: "heat", "source-layer": "case_counts",
    paint: {
      "heatmap-weight": ["get", "count"],
      "heatmap-radius": ["interpolate", ["exponential", 2], ["zoom"], HEAT_ZOOM, HEAT_PX, HEAT_ZOOM + 4, HEAT_PX * 16],
      "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, `${colours.shades[1]}00`, 0.12, colours.shades[1], 0.4, colours.shades[2], 0.7, colours.shades[3], 1, colours.shades[4]],
      "heatmap-opacity": 0.8,
    },
  } as LayerSpecification, map.getLayer("grid-name") ? "grid-name" : undefined);
}

/** The fullest cell in view gets the darkest colour. */
function tune(map: MapLibre): void {
  if (!map.getLayer("heat")) return;
  const counts = map.querySourceFeatures("heat", { sourceLayer: "case_counts" }).map(({ properties }) => Number(properties["count"]) || 0);
  const wanted = FULLEST / Math.max(1, ...counts);
  const now = Number(map.getPaintProperty("heat", "heatmap-intensity") ?? 1);
  if (Math.abs(wanted / now - 1) > 0.1) map.setPaintProperty("heat", "heatmap-intensity", wanted);
}

export function startShades(map: MapLibre, element: HTMLElement, settings: MapSettings, palette: () => Palette): Shades {
  const legend = document.querySelector<HTMLElement>("[data-map-shades]");
  const ask = asker();
  let how = "";
  let drawn: Record<string, number> = {};

  const showAreas = (): void => {
    if (map.getLayer("area-fill")) map.removeLayer("area-fill");
    const branches = Object.entries(drawn).flatMap(([code, shade]) => [code, palette().shades[shade] ?? "transparent"]);
    if (!branches.length || !map.getLayer("area-line")) return;
    map.addLayer({
      id: "area-fill", type: "fill", source: "grids", "source-layer": "areas",
      paint: { "fill-color": ["match", ["get", "uuid"], ...branches, "transparent"] as unknown as ExpressionSpecification, "fill-opacity": 0.75 },
    }, "area-line");
  };
  const showCases = (on: boolean): void => {
    for (const id of ["case", "case-cluster"]) if (map.getLayer(id)) map.setLayerZoomRange(id, on ? 0 : NEVER, NEVER);
  };
  const add = (): void => {
    if (how === "heat") addHeat(map, settings, palette());
    else {
      if (map.getLayer("heat")) map.removeLayer("heat");
      if (map.getSource("heat")) map.removeSource("heat");
    }
    showAreas();
    showCases(how === "");
  };
  const refresh = async (): Promise<void> => {
    drawn = {};
    if (legend && how !== "") {
      const [by, per] = how.split("-") as [string, string?];
      if (how === "heat") {
        legend.replaceChildren(make("section", { class: "card map-shades" }, make("h2", {}, text("map.heat")), make("div", { class: "heat-key" }, text("map.heat_few"), make("span", { class: "heat-key__bar" }), text("map.heat_many"))));
      } else {
        const words = await ask(asked(settings.desk!.shades, { by, per: per ? "households" : "" }));
        if (words === null) return;
        if (words) put(legend, words);
        else legend.replaceChildren(make("p", { class: "notice" }, text("request.failed")));
        drawn = JSON.parse(legend.querySelector<HTMLElement>("[data-shades]")?.dataset["shades"] ?? "{}") as Record<string, number>;
      }
    } else legend?.replaceChildren();
    add();
  };
  map.on("idle", () => {
    if (how === "heat") tune(map);
  });
  return {
    add,
    refresh: () => void (how && refresh()),
    show: (wanted) => {
      how = wanted;
      element.dataset["shown"] = how;
      const beside = document.querySelector<HTMLDetailsElement>("[data-map-beside]");
      if (beside && how) beside.scrollTop = 0;
      void refresh();
    },
  };
}

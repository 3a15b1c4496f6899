/** The desk of the map's own page: list beside it, choosing a part, figures by area and day, measuring, what is at a point, printing.
 *
 * Loaded only where the settings have `desk`. The buttons stand in the page (cases/map.html), each with `data-tool`.
 */

import "../../styles/map-desk.css";
import type { Map as MapLibre } from "maplibre-gl";
import { text } from "../../blocks/texts";
import type { Palette } from "../palette";
import type { MapSettings } from "../settings";
import { startDays } from "./days";
import { startList } from "./list";
import { type Point, areaOf, areaWords, circle, lengthOf, lengthWords, metres } from "./measures";
import { addPen, drawWithPen, takePen } from "./pen";
import { showPlace } from "./place";
import { printMap } from "./print";
import { startShades } from "./shades";

const MOST_CORNERS = 40;
const MOST_RADIUS_M = 50_000;

const corner = ([lon, lat]: Point): string => `${lon.toFixed(5)}_${lat.toFixed(5)}`;

/** Opens the page with a part of the map as filter: list, counts and tiles all go by the address. */
function choosePart(within: string): void {
  const url = new URL(location.href);
  url.searchParams.set("within", within);
  url.searchParams.delete("at");
  location.assign(url);
}

/** The part that the address has, as a closed border. */
function chosenPart(): Point[] {
  const words = new URLSearchParams(location.search).get("within") ?? "";
  const numbers = words.split("~").map((one) => one.split("_").map((part) => Number.parseFloat(part)));
  if (!words || numbers.flat().some((one) => !Number.isFinite(one))) return [];
  const [first] = numbers as [number[]];
  if (numbers.length === 1) return first.length === 3 ? circle([first[0]!, first[1]!], first[2]!) : [];
  return [...numbers, first].map((one): Point => [one[0]!, one[1]!]);
}

function addPart(map: MapLibre, colours: Palette): void {
  const border = chosenPart();
  if (!border.length || map.getSource("part")) return;
  map.addSource("part", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [border] } } });
  map.addLayer({ id: "part", type: "line", source: "part", layout: { "line-join": "round" }, paint: { "line-color": colours.text, "line-width": 2.4 } });
}

/** What the bar says while a border is drawn. */
const ringWords = (points: Point[]): string => (points.length < 3 ? text("pen.ring") : areaWords(areaOf(points)));
const discWords = (points: Point[]): string => (points.length < 2 ? text("pen.disc") : text("pen.radius", { length: lengthWords(metres(points[0]!, points[1]!)) }));
function measureWords(points: Point[]): string {
  if (points.length < 2) return text("pen.line");
  const length = lengthWords(lengthOf(points));
  return points.length < 3 ? length : text("pen.length_and_area", { length, area: areaWords(areaOf(points)) });
}

/** Starts everything; called once, after the map was made. */
export function startDesk(map: MapLibre, element: HTMLElement, settings: MapSettings, palette: () => Palette): void {
  const desk = settings.desk!;
  const bar = element.querySelector<HTMLElement>("[data-map-bar]");
  const refreshList = startList(map, element, desk.list);
  const shades = startShades(map, element, settings, palette);
  const days = startDays(map, element, settings, () => {
    refreshList();
    shades.refresh();
  });
  const onStyle = (): void => {
    addPart(map, palette());
    addPen(map, palette());
    shades.add();
  };
  if (map.getLayer("case")) onStyle();
  map.on("style.load", onStyle);
  if (!bar) return;
  bar.hidden = false;

  let leave: (() => void) | undefined;
  const pressed = (tool: string): void => {
    for (const button of Array.from(bar.querySelectorAll<HTMLElement>("[data-tool][aria-pressed]"))) {
      if (button.dataset["tool"] !== "days") button.setAttribute("aria-pressed", String(button.dataset["tool"] === tool));
    }
  };
  const none = (): void => {
    leave = undefined;
    pressed("");
  };
  const tools: Record<string, () => void> = {
    ring: () => (leave = takePen(map, element, { kind: "ring", fewest: 3, most: MOST_CORNERS, words: ringWords, left: none, done: (points) => choosePart(points.map(corner).join("~")) })),
    disc: () =>
      (leave = takePen(map, element, {
        kind: "disc", fewest: 2, most: 2, words: discWords, left: none,
        done: ([middle, rim]) => choosePart(`${corner(middle!)}_${Math.min(MOST_RADIUS_M, Math.max(1, Math.round(metres(middle!, rim!))))}m`),
      })),
    view: () => {
      const bounds = map.getBounds();
      const [west, south, east, north] = [Math.max(-180, bounds.getWest()), bounds.getSouth(), Math.min(180, bounds.getEast()), bounds.getNorth()];
      choosePart(([[west, south], [east, south], [east, north], [west, north]] as Point[]).map(corner).join("~"));
    },
    measure: () => {
      const measured = (points: Point[]): void => {
        // What was measured stays, with its length, until the button is pressed again.
        const said = document.createElement("output");
        said.className = "map-pen";
        said.textContent = measureWords(points);
        element.querySelector(".map__canvas")?.append(said);
        leave = () => {
          said.remove();
          drawWithPen(map, "line", []);
          none();
        };
      };
      leave = takePen(map, element, { kind: "line", fewest: 2, most: MOST_CORNERS, words: measureWords, left: none, done: measured });
    },
    place: () =>
      (leave = takePen(map, element, {
        kind: "place", fewest: 1, most: 1, words: () => text("pen.place"), left: none,
        done: ([at]) => {
          none();
          drawWithPen(map, "line", []);
          void showPlace(map, desk.place, at!);
        },
      })),
  };
  bar.addEventListener("click", (event) => {
    const tool = (event.target as Element).closest<HTMLElement>("[data-tool]")?.dataset["tool"];
    if (!tool) return;
    if (tool === "print") return void printMap(map, element, settings);
    if (tool === "days") return days.toggle();
    const again = bar.querySelector(`[data-tool="${tool}"]`)?.getAttribute("aria-pressed") === "true";
    leave?.();
    bar.querySelector("details[open]")?.removeAttribute("open");
    if (again) return;
    pressed(tool);
    tools[tool]?.();
  });
  bar.querySelector("[data-map-show]")?.addEventListener("change", (event) => shades.show((event.target as HTMLSelectElement).value));
  map.on("contextmenu", (event) => {
    if (!element.dataset["busy"]) void showPlace(map, desk.place, [event.lngLat.lng, event.lngLat.lat]);
  });
}

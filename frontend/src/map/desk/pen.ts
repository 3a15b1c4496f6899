/** Puts points on the map one by one: a press adds one, a double press or Enter ends, Backspace takes the last back, Escape gives up.
 *
 * While it is at work the element carries `data-busy`, and presses on cases and grids mean nothing else.
 */

import type { GeoJSONSource, Map as MapLibre, MapMouseEvent } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import type { Palette } from "../palette";
import { type Point, circle, metres } from "./measures";

export interface Task {
  /** What is drawn: a line, a polygon, a circle by its middle and its rim, or one place. */
  kind: "line" | "ring" | "disc" | "place";
  fewest: number;
  most: number;
  /** What the bar says of the points so far; the last of them is where the pointer is. */
  words: (points: Point[]) => string;
  done: (points: Point[]) => void;
  /** Called when somebody gives up. */
  left: () => void;
}

const SOURCE = "pen";

/** The layers of what is being drawn; call it again after the style was replaced. */
export function addPen(map: MapLibre, colours: Palette): void {
  if (map.getSource(SOURCE)) return;
  map.addSource(SOURCE, { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  const shared = { source: SOURCE };
  map.addLayer({ id: "pen-fill", type: "fill", ...shared, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.grid, "fill-opacity": 0.12 } });
  map.addLayer({ id: "pen-line", type: "line", ...shared, layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colours.text, "line-width": 2.4, "line-dasharray": [1.4, 1.6] } });
  map.addLayer({
    id: "pen-point", type: "circle", ...shared, filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 5, "circle-color": colours.card, "circle-stroke-color": colours.text, "circle-stroke-width": 2 },
  });
}

/** The geometry of some points; `moving` says that the last one is where the pointer is. */
function shape(kind: Task["kind"], points: Point[], moving: boolean): GeoJSON.FeatureCollection {
  const of = (geometry: GeoJSON.Geometry): GeoJSON.Feature => ({ type: "Feature", properties: {}, geometry });
  const fixed = moving ? points.slice(0, -1) : points;
  const features = fixed.map((point) => of({ type: "Point", coordinates: point }));
  if (kind === "disc" && points.length === 2) features.push(of({ type: "Polygon", coordinates: [circle(points[0]!, metres(points[0]!, points[1]!))] }));
  else if (kind === "ring" && points.length > 2) features.push(of({ type: "Polygon", coordinates: [[...points, points[0]!]] }));
  else if (points.length > 1) features.push(of({ type: "LineString", coordinates: points }));
  return { type: "FeatureCollection", features };
}

export function drawWithPen(map: MapLibre, kind: Task["kind"], points: Point[], moving = false): void {
  const source = map.getSource(SOURCE);
  if (source) (source as GeoJSONSource).setData(shape(kind, points, moving));
}

/** Begins a task and answers a function that ends it. */
export function takePen(map: MapLibre, element: HTMLElement, task: Task): () => void {
  const points: Point[] = [];
  const said = make("output", { class: "map-pen__said" });
  const button = (words: string, run: () => void): HTMLButtonElement => {
    const made = make("button", { type: "button", class: "button" }, words);
    made.addEventListener("click", run);
    return made;
  };
  const bar = make("div", { class: "map-pen", role: "group" }, said);
  if (task.kind === "ring" || task.kind === "line") bar.append(button(text("pen.back"), () => back()), button(text("pen.done"), () => finish()));
  bar.append(button(text("pen.leave"), () => leave()));
  element.querySelector(".map__canvas")?.append(bar);
  element.dataset["busy"] = task.kind;
  map.doubleClickZoom.disable();
  map.getCanvas().style.cursor = "crosshair";

  const show = (pointer?: Point): void => {
    const all = pointer ? [...points, pointer] : points;
    drawWithPen(map, task.kind, all, Boolean(pointer));
    said.textContent = task.words(all);
  };
  const end = (): void => {
    map.off("click", press);
    map.off("mousemove", move);
    map.off("dblclick", double);
    document.removeEventListener("keydown", key, true);
    bar.remove();
    map.doubleClickZoom.enable();
    map.getCanvas().style.cursor = "";
    // The press that ended it is still under way: it must not open a case.
    setTimeout(() => delete element.dataset["busy"]);
  };
  const finish = (): void => {
    if (points.length < task.fewest) return;
    end();
    drawWithPen(map, task.kind, points);
    task.done(points);
  };
  const leave = (): void => {
    end();
    drawWithPen(map, task.kind, []);
    task.left();
  };
  const back = (): void => {
    points.pop();
    show();
  };
  const press = (event: MapMouseEvent): void => {
    const at: Point = [event.lngLat.lng, event.lngLat.lat];
    const last = points.at(-1);
    // The second press of a double one.
    if (last && Math.abs(map.project(last).x - event.point.x) < 4 && Math.abs(map.project(last).y - event.point.y) < 4) return;
    points.push(at);
    show();
    if (points.length === task.most) finish();
  };
  const move = (event: MapMouseEvent): void => {
    if (points.length) show([event.lngLat.lng, event.lngLat.lat]);
  };
  const double = (event: MapMouseEvent): void => {
    event.preventDefault();
    finish();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(event.target.tagName) && event.key !== "Escape") return;
    const run = { Escape: leave, Enter: finish, Backspace: back }[event.key];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  map.on("click", press);
  map.on("mousemove", move);
  map.on("dblclick", double);
  document.addEventListener("keydown", key, true);
  // Enter means the drawing now, and not the button that began it.
  map.getCanvas().focus({ preventScroll: true });
  show();
  return leave;
}

/** Turns mouse, finger and keys on the map into what tools are told: a press, a way over the map, something taken hold of and let go. */

import type { Map as MapLibre, MapMouseEvent, MapTouchEvent } from "maplibre-gl";
import { pixelMetres } from "./geometry";
import type { Spot } from "./snap";
import type { Tool } from "./tool";

const MOUSE_PX = 11;
const FINGER_PX = 22;
const AFTER_DROP_MS = 350; // the browser's own click after a finger or mouse let go

/** Tells the tool that `present` answers. `free` says whether nothing is to be drawn onto what is near. */
export function followPointer(map: MapLibre, present: () => Tool | null, free: () => boolean): void {
  let held: Tool | null = null;
  let last: Spot | null = null;
  let dropped = -AFTER_DROP_MS;

  const spotAt = (x: number, y: number, reach_px: number, alt: boolean): Spot => {
    const { lng, lat } = map.unproject([x, y]);
    return { at: [lng, lat], x, y, reach_px, reach_m: reach_px * pixelMetres(map.getZoom(), lat), free: free() || alt };
  };
  const spot = (event: MapMouseEvent | MapTouchEvent): Spot => {
    const { originalEvent } = event;
    const finger = originalEvent.type.startsWith("touch") || (originalEvent as PointerEvent).pointerType === "touch";
    return spotAt(event.point.x, event.point.y, finger ? FINGER_PX : MOUSE_PX, originalEvent.altKey);
  };
  const take = (event: MapMouseEvent | MapTouchEvent): void => {
    if (event.originalEvent instanceof MouseEvent && event.originalEvent.button !== 0) return;
    if ("points" in event && event.points.length > 1) {
      held = null; // two fingers move the map
      return;
    }
    last = spot(event);
    held = present()?.grab?.(last) ? present() : null;
    if (held) event.preventDefault();
  };
  const way = (event: MapMouseEvent | MapTouchEvent): void => {
    if (!held && "points" in event) return;
    last = spot(event);
    if (held) {
      event.preventDefault();
      held.drag?.(last);
    } else present()?.hover?.(last);
  };
  const drop = (): void => {
    if (!held || !last) return;
    const tool = held;
    held = null;
    dropped = performance.now();
    tool.drop?.(last);
  };
  map.on("mousedown", take);
  map.on("touchstart", take);
  map.on("mousemove", way);
  map.on("touchmove", way);
  document.addEventListener("mouseup", drop);
  map.on("touchend", drop);
  map.on("touchcancel", drop);
  map.on("click", (event) => {
    if (performance.now() - dropped > AFTER_DROP_MS) present()?.click(spot(event));
  });
  // By keyboard the middle of the map is where one points: arrows move the map below it.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== " " || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { clientWidth, clientHeight } = map.getCanvas();
    present()?.click(spotAt(clientWidth / 2, clientHeight / 2, FINGER_PX, event.altKey));
  });
}

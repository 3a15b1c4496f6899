/** "My position" beside typed coordinates, for pages and browsers without a map: `<button data-position="#point">`.
 *
 * Writes into `[data-lon]`, `[data-lat]`, `[data-position-source]`, `[data-accuracy-m]` inside the named element.
 */

import { on } from "./mount";
import { text } from "./texts";

export type PositionSource = "device" | "map" | "typed";

/** Writes a WGS 84 position into the fields below `root` and says so with an input event on the longitude. */
export function writePosition(root: ParentNode, lon: number, lat: number, source: PositionSource, accuracyM?: number): void {
  const set = (selector: string, value: string): HTMLInputElement | null => {
    const field = root.querySelector<HTMLInputElement>(selector);
    if (field) field.value = value;
    return field;
  };
  set("[data-lat]", lat.toFixed(6));
  set("[data-position-source]", source);
  set("[data-accuracy-m]", accuracyM === undefined ? "" : String(Math.round(accuracyM)));
  set("[data-lon]", lon.toFixed(6))?.dispatchEvent(new CustomEvent("linli:position", { bubbles: true }));
}

export function startPosition(): void {
  on("click", "[data-position]", (button) => {
    const root = document.querySelector(button.dataset["position"] ?? "");
    const said = root?.querySelector<HTMLElement>("[data-position-said]");
    if (!root || !said) return;
    if (!("geolocation" in navigator)) {
      said.textContent = text("position.refused");
      return;
    }
    button.setAttribute("aria-busy", "true");
    said.textContent = text("position.asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        writePosition(root, coords.longitude, coords.latitude, "device", coords.accuracy);
        said.textContent = text("position.found", { metres: Math.round(coords.accuracy) });
      },
      () => {
        button.removeAttribute("aria-busy");
        said.textContent = text("position.refused");
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
}

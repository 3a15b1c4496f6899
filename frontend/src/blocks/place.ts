/** What the server knows about a pin: `[data-place-at="/place/"]` beside the fields that position.ts writes.
 *
 * A warning stands in the element itself, the place's words go into `[data-address]` unless somebody has written there. Asked once the pin has rested; an answer to an older pin is dropped. Without an
 * answer nothing is said: the server checks again when the form is sent.
 */

import { mount } from "./mount";

const REST_MS = 300;

interface PlaceAnswer {
  place: string;
  warning: string;
}

function start(element: HTMLElement): void {
  const root = element.closest("form") ?? document.body;
  const lon = root.querySelector<HTMLInputElement>("[data-lon]");
  const lat = root.querySelector<HTMLInputElement>("[data-lat]");
  if (!lon || !lat) return;
  const address = root.querySelector<HTMLInputElement>("[data-address]");
  let filled = "";
  let waiting = 0;
  let asked = "";

  const say = (warning: string): void => {
    element.textContent = warning;
    element.hidden = !warning;
  };
  const name = (words: string): void => {
    if (!address || (address.value && address.value !== filled)) return;
    address.value = filled = words;
    address.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = async (query: string): Promise<void> => {
    try {
      const answer = await fetch(`${element.dataset["placeAt"] ?? ""}?${query}`, { headers: { Accept: "application/json" } });
      const told = (await answer.json()) as PlaceAnswer;
      if (query !== asked) return;
      say(told.warning);
      name(told.place);
      root.dispatchEvent(new CustomEvent("linli:place", { detail: told.place }));
    } catch {
      if (query === asked) say("");
    }
  };
  const moved = (): void => {
    window.clearTimeout(waiting);
    asked = lon.value && lat.value ? `lon=${encodeURIComponent(lon.value)}&lat=${encodeURIComponent(lat.value)}` : "";
    const meant = root.querySelector<HTMLInputElement>("[data-outside]");
    if (meant) meant.checked = false; // it was about another place
    if (!asked) say("");
    else waiting = window.setTimeout(() => void ask(asked), REST_MS);
  };
  root.addEventListener("linli:position", moved);
  for (const field of [lon, lat]) field.addEventListener("change", moved);
}

export function startPlace(): void {
  mount("[data-place-at]", start);
}

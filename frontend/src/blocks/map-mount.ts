/** Loads the map module the first time an element with data-map comes near the screen; pages without a map never load it.
 *
 * Addresses of the module and its style sheet stand in <meta name="linli-map">, put there by the frame.
 */

import { make } from "./elements";
import { mount } from "./mount";
import { text } from "./texts";

interface MapModule {
  startMap: (element: HTMLElement) => void;
}

let loading: Promise<MapModule> | undefined;

function load(): Promise<MapModule> {
  const place = document.querySelector<HTMLMetaElement>('meta[name="linli-map"]');
  if (!place) return Promise.reject(new Error("no address of the map module"));
  for (const href of (place.dataset["css"] ?? "").split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    document.head.append(link);
  }
  return import(/* @vite-ignore */ new URL(place.content, document.baseURI).href) as Promise<MapModule>;
}

function start(element: HTMLElement): void {
  const canvas = element.querySelector<HTMLElement>(".map__canvas");
  // The size of the canvas stands in the style sheet of every page, so that nothing moves when the map comes.
  canvas?.append(make("p", { class: "map__loading" }, text("map.loading")));
  const begin = (): void => {
    loading ??= load();
    loading.then(
      (module) => {
        canvas?.replaceChildren();
        module.startMap(element);
      },
      () => {
        // An old browser, or no network: the fields and the list below the map still do the job.
        if (canvas) canvas.hidden = true;
        element.insertAdjacentText("afterbegin", text("map.unavailable"));
      },
    );
  };
  if (typeof IntersectionObserver !== "function") {
    begin();
    return;
  }
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    begin();
  }, { rootMargin: "200px" });
  observer.observe(element);
}

export function startMaps(): void {
  mount(".map[data-map]", start);
}

/** The map on one sheet of A4 across: title, filters, what the signs mean, day and hour, north, scale. */

import type { Map as MapLibre } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import type { MapSettings } from "../settings";
import { type Point, lengthWords, metres } from "./measures";

const WIDTH_PX = 1040;
const HEIGHT_PX = 590;
const WIDTH_M = 0.277; // of the picture on paper
const RATIO = 2;

/** The largest 1, 2 or 5 of a power of ten that is no more than this. */
function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([5, 2, 1].find((times) => times * power <= most) ?? 1);
}

const idle = (map: MapLibre): Promise<void> => new Promise((done) => void map.once("idle", () => done()));

/** The map as a picture of the sheet's size, and how many metres of ground it is wide. */
async function picture(map: MapLibre, canvas: HTMLElement): Promise<{ url: string; ground: number }> {
  const bounds = map.getBounds();
  const [center, zoom, ratio] = [map.getCenter(), map.getZoom(), map.getPixelRatio()];
  canvas.classList.add("map__canvas--sheet");
  map.setPixelRatio(RATIO);
  map.resize();
  map.fitBounds(bounds, { animate: false });
  await idle(map);
  const url = await new Promise<string>((done) => {
    // A drawing buffer can be read only in the turn in which it was drawn.
    map.once("render", () => done(map.getCanvas().toDataURL("image/png")));
    map.triggerRepaint();
  });
  const left: Point = map.unproject([0, HEIGHT_PX / 2]).toArray();
  const right: Point = map.unproject([WIDTH_PX, HEIGHT_PX / 2]).toArray();
  canvas.classList.remove("map__canvas--sheet");
  map.setPixelRatio(ratio);
  map.resize();
  map.jumpTo({ center, zoom });
  return { url, ground: metres(left, right) };
}

/** What the chips say that are on. */
const chips = (): string[] => Array.from(document.querySelectorAll('.chips [aria-current="true"], .chips .chip--on')).map((chip) => (chip.textContent ?? "").trim());

export async function printMap(map: MapLibre, element: HTMLElement, settings: MapSettings): Promise<void> {
  const canvas = element.querySelector<HTMLElement>(".map__canvas");
  if (!canvas || document.querySelector(".map-sheet")) return;
  const { url, ground } = await picture(map, canvas);
  const bar = roundLength(ground / 5);
  const rule = make("span", { class: "map-sheet__bar" }, lengthWords(bar));
  rule.style.width = `${(100 * bar) / ground}%`;
  const scale = Math.round(ground / WIDTH_M / 100) * 100;
  const image = make("img", { alt: settings.title, src: url });
  // The signs of the clocks only where cases bear them; else what the shades mean.
  const shades = document.querySelectorAll("[data-map-shades] :is(h2, .shade-key, .heat-key)");
  const keys = Array.from(shades.length ? shades : element.querySelectorAll(".map-key")).map((key) => key.cloneNode(true));
  const now = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(new Date());
  const sources = (element.querySelector(".maplibregl-ctrl-attrib-inner")?.textContent ?? "").trim();
  const sheet = make(
    "section", { class: "map-sheet" },
    make("header", {}, make("h1", {}, settings.title), make("p", {}, [...chips(), now].join(" · "))),
    make("div", { class: "map-sheet__picture" }, image, make("span", { class: "map-sheet__north" }, text("map.north")), rule),
    make("footer", {}, ...keys, make("p", {}, [`1 : ${scale.toLocaleString(document.documentElement.lang)}`, sources].filter(Boolean).join(" · "))),
  );
  document.body.append(sheet);
  await image.decode().catch(() => undefined);
  window.addEventListener("afterprint", () => sheet.remove(), { once: true });
  window.print();
}

/** The table of grids beside the map: what each measures now, and which one is chosen. */

import { make } from "../blocks/elements";
import { text } from "../blocks/texts";
import type { Drawn, Face } from "./model";

const LANGUAGE = document.documentElement.lang || undefined;
const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 });
const hectares = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const share = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 2, minimumFractionDigits: 2 });

function households(face: Face): string {
  if (face.households === null) return "—";
  return (face.estimate ? text("editor.about", { number: whole.format(face.households) }) : whole.format(face.households));
}

function row(face: Face, chosen: boolean, choose: (code: string) => void): HTMLTableRowElement {
  const name = make("button", { type: "button", class: "editor__name" }, face.name || face.code);
  name.addEventListener("click", () => choose(face.code));
  const words = [face.worker || text("editor.gap")];
  if (face.fits === false) words.push(text("editor.unfit"));
  return make(
    "tr",
    { "data-code": face.code, ...(chosen ? { "aria-current": "true" } : {}) },
    make("th", { scope: "row" }, name),
    make("td", { class: "number" }, households(face)),
    make("td", { class: "number" }, face.buildings === null ? "—" : whole.format(face.buildings)),
    make("td", { class: "number" }, hectares.format(face.area_m2 / 10_000)),
    make("td", { class: "number" }, share.format(face.compactness)),
    make("td", { class: face.worker && face.fits !== false ? "" : "editor__lacks" }, words.join(" · ")),
  );
}

/** Draws the rows of all grids, by code. */
export function showRows(body: HTMLElement, drawn: Drawn, selected: string, choose: (code: string) => void): void {
  const faces = [...drawn.faces.values()].sort((one, other) => (one.code < other.code ? -1 : 1));
  body.replaceChildren(...faces.map((face) => row(face, face.code === selected, choose)));
}

/** One line about the whole draft. */
export function totals(drawn: Drawn): string {
  const faces = [...drawn.faces.values()];
  return text("editor.totals", {
    grids: faces.length,
    gaps: faces.filter(({ worker }) => !worker).length,
    unfit: faces.filter(({ fits }) => fits === false).length,
  });
}

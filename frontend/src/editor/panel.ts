/** What stands beside the map: the table of all grids with what each measures, and the card of the one that is chosen. */

import { make } from "../blocks/elements";
import type { Drawn, Face } from "./model";
import { hectares, number, share } from "./numbers";
import { called } from "./tool";
import { say } from "./words";

export const ONLY = ["all", "unfit", "gap"] as const;
export type Only = (typeof ONLY)[number];

const wanted: Record<Only, (face: Face) => boolean> = { all: () => true, unfit: ({ fits }) => fits === false, gap: ({ worker }) => !worker };

function households({ households: count, estimate }: Face): string {
  if (count === null) return "—";
  return estimate ? say("about", { number: number(count) }) : number(count);
}

/** Every measure of a grid, with its words: for the row and for the card. */
function measures(face: Face): { key: string; words: string; lacks?: boolean }[] {
  return [
    { key: "households", words: households(face), ...(face.fits === false ? { lacks: true } : {}) },
    { key: "buildings", words: face.buildings === null ? "—" : number(face.buildings) },
    { key: "area", words: hectares(face.area_m2) },
    { key: "compactness", words: share(face.compactness) },
  ];
}

export class Panel {
  private only: Only = "all";
  private readonly body: HTMLElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly drawn: Drawn,
    private readonly choose: (code: string) => void,
  ) {
    this.body = root.querySelector<HTMLElement>("[data-grids]")!;
    this.body.addEventListener("click", (event) => {
      const code = (event.target as Element).closest("tr")?.dataset["code"];
      if (code) this.choose(code);
    });
    for (const button of root.querySelectorAll<HTMLElement>("[data-only]")) {
      button.addEventListener("click", () => {
        this.only = button.dataset["only"] as Only;
        this.draw("");
      });
    }
  }

  /** Draws table, totals and card; the chosen grid's row comes into sight where `scroll` asks for it. */
  draw(chosen: string, scroll = false): void {
    const faces = this.drawn.sorted();
    const hasBuildings = faces.some(({ buildings }) => buildings !== null);
    this.root.classList.toggle("editor--no-buildings", !hasBuildings);
    const shown = faces.filter((face) => wanted[this.only](face) || face.code === chosen);
    this.body.replaceChildren(...shown.map((face) => this.row(face, face.code === chosen)));
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-only]")) {
      const only = button.dataset["only"] as Only;
      button.setAttribute("aria-pressed", String(only === this.only));
      button.querySelector("[data-count]")!.textContent = number(faces.filter(wanted[only]).length);
    }
    this.root.querySelector<HTMLElement>("[data-no-grids]")!.hidden = shown.length > 0;
    this.card(this.drawn.faces.get(chosen));
    if (scroll) {
      const row = this.body.querySelector<HTMLElement>("tr[aria-selected=true]");
      const box = this.body.closest<HTMLElement>("[data-scroll]");
      if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
    }
  }

  private row(face: Face, chosen: boolean): HTMLTableRowElement {
    const name = make("button", { type: "button", class: "editor__name" }, called(face));
    const cells = measures(face).map(({ key, words, lacks }) => make("td", { class: `number editor__${key}${lacks ? " editor__lacks" : ""}` }, words, ...(lacks ? [make("span", { class: "only-heard" }, ` ${say("unfit")}`)] : [])));
    const worker = make("td", { class: face.worker ? "" : "editor__lacks" }, face.worker || say("gap"));
    return make("tr", { "data-code": face.code, "aria-selected": String(chosen) }, make("th", { scope: "row" }, name), ...cells, worker);
  }

  private card(face: Face | undefined): void {
    const card = this.root.querySelector<HTMLElement>("[data-chosen]")!;
    card.hidden = !face;
    if (!face) return;
    card.querySelector("[data-chosen-name]")!.textContent = called(face);
    card.querySelector("[data-chosen-code]")!.textContent = face.code;
    const form = card.querySelector<HTMLFormElement>("[data-describe]");
    if (!form || (form.dataset["of"] === face.code && form.contains(document.activeElement))) return;
    form.dataset["of"] = face.code;
    const put = (field: string, value: string): void => {
      (form.elements.namedItem(field) as HTMLInputElement | HTMLSelectElement).value = value;
    };
    put("name", face.name);
    put("kind", face.kind);
    const purposes = form.elements.namedItem("purpose") as HTMLSelectElement;
    if (![...purposes.options].some(({ value }) => value === face.purpose)) purposes.append(make("option", { value: face.purpose }, face.purpose));
    put("purpose", face.purpose);
    showPurpose(form);
  }
}

/** Only a dedicated grid is for something. */
export function showPurpose(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>("[data-purpose]")!.hidden = (form.elements.namedItem("kind") as HTMLSelectElement).value !== "dedicated";
}

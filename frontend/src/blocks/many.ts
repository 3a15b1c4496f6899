/** What the desk's fields of many things do besides: a name is looked for among the people to tick (`data-people`), and the row that
 * was opened takes the focus (`data-rows-field`). Both work without script: all names stand there, rows open by themselves.
 */

import { mount, on } from "./mount";

/** Lets a name be looked for among the choices of a block. */
export function lookThrough(block: HTMLElement): void {
  const search = block.querySelector<HTMLElement>("[data-people-search]");
  const line = search?.querySelector("input");
  const list = block.querySelector<HTMLElement>(".choices");
  if (!search || !line || !list) return;
  search.hidden = false;
  const show = (): void => {
    const words = line.value.trim().toLowerCase();
    let heading: HTMLElement | null = null;
    for (const one of Array.from(list.children) as HTMLElement[]) {
      if (one.matches(".choices__group")) {
        heading = one;
        heading.hidden = words !== "";
        continue;
      }
      const group = heading?.textContent ?? "";
      one.hidden = !`${one.textContent ?? ""} ${one.dataset["also"] ?? ""} ${group}`.toLowerCase().includes(words);
      if (!one.hidden && heading) heading.hidden = false;
    }
  };
  line.addEventListener("input", show);
  line.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      // Ticks the first name that is left, and never sends the form.
      event.preventDefault();
      const first = line.value.trim() ? list.querySelector<HTMLInputElement>(".choice:not([hidden]) input") : null;
      if (!first) return;
      first.click();
      line.value = "";
      show();
    } else if (event.key === "Escape" && line.value) {
      event.preventDefault();
      line.value = "";
      show();
    }
  });
}

export function startPeople(): void {
  mount("[data-people]", lookThrough);
}

export function startRows(): void {
  on("click", "[data-rows-field] > .rows__more > summary, .rows__more .rows__more > summary", (summary) => {
    const more = summary.parentElement as HTMLDetailsElement;
    more.addEventListener("toggle", () => more.querySelector<HTMLElement>("input, select, textarea")?.focus(), { once: true });
  });
}

/** Shows a part of a form only for some answers: `<div data-shown-when="score" data-values="1 2">`; with `data-values=""` while
 * nothing is answered. Without script it always shows. An answer that is itself shown for some others stands before what depends on it. */

import { mount } from "./mount";

function start(element: HTMLElement): void {
  const form = element.closest("form");
  const name = element.dataset["shownWhen"] ?? "";
  const values = (element.dataset["values"] ?? "").split(" ");
  if (!form) return;
  const apply = (): void => {
    const given = new FormData(form).get(name) ?? "";
    element.hidden = typeof given !== "string" || !values.includes(given);
    for (const field of Array.from(element.querySelectorAll<HTMLInputElement>("input, textarea"))) field.disabled = element.hidden;
  };
  form.addEventListener("change", apply);
  apply();
}

export function startShownWhen(): void {
  mount("[data-shown-when]", start);
}

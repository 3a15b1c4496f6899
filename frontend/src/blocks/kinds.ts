/** Kinds of matter for the words of a report, offered while one types; nothing is chosen by itself, and nothing is lost without script.
 *
 * `<div data-kinds="/report/kinds/" data-words="#description" aria-live="polite"></div>` inside the form.
 */

import { mount } from "./mount";

const WAIT_MS = 700;

function start(block: HTMLElement): void {
  const form = block.closest("form");
  const words = document.querySelector<HTMLTextAreaElement>(block.dataset["words"] || "");
  if (!form || !words) return;
  let timer = 0;
  let asked = "";
  const ask = async (): Promise<void> => {
    const said = words.value.trim();
    if (said === asked) return;
    asked = said;
    const body = new FormData();
    const all = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "description", "category"]) body.append(name, String(all.get(name) ?? ""));
    try {
      const answer = await fetch(block.dataset["kinds"]!, { method: "POST", body, credentials: "same-origin" });
      // Who typed on meanwhile waits for the next answer.
      if (answer.ok && words.value.trim() === said) block.innerHTML = await answer.text();
    } catch {
      asked = ""; // The network broke off: the kinds stay as they are, the report is sent without.
    }
  };
  words.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT_MS);
  });
  if (words.value.trim() && !block.childElementCount) void ask();
}

export function startKinds(): void {
  mount("[data-kinds]", start);
}

/** Keyboard of the workbench: `/` search, `j` `k` move in the list, Enter opens, `e` does what comes next, `n` goes to the next
 * case, `?` shows the keys. Escape is detail.ts's. */

import { openDialog } from "./dialog";

const SETTLED_MS = 150;
let settling = 0;

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function rows(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>("[data-rows] tbody tr, [data-rows] > li"));
}

function move(step: number): void {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("is-here"));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
  all[now]?.classList.remove("is-here");
  const row = all[next]!;
  row.classList.add("is-here");
  // The link takes the focus, so that Enter opens it and a screen reader reads it.
  row.querySelector<HTMLElement>("a.row-link")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  // With a case open beside the list, the one that the mark moves to opens: a moment later, so that passing by asks for nothing.
  window.clearTimeout(settling);
  if (document.querySelector(".split--open")) settling = window.setTimeout(() => row.querySelector<HTMLElement>("a.row-link")?.click(), SETTLED_MS);
}

/** Presses the first of these that is on the page. */
function press(...selectors: string[]): void {
  for (const selector of selectors) {
    const found = document.querySelector<HTMLElement>(selector);
    if (found) {
      found.click();
      return;
    }
  }
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const act: Record<string, () => void> = {
      "/": () => document.querySelector<HTMLInputElement>("[data-search]")?.focus(),
      j: () => move(1),
      k: () => move(-1),
      e: () => press("[data-detail] .actions > .button--primary"),
      n: () => press("[data-next-case]"),
      "?": () => {
        const help = document.getElementById("keys");
        if (help) openDialog(help as HTMLDialogElement);
      },
      Enter: () => {
        if (event.target === document.body) document.querySelector<HTMLElement>("tr.is-here a.row-link")?.click();
      },
    };
    const run = act[event.key];
    if (!run) return;
    if (event.key !== "Enter") event.preventDefault();
    run();
  });
  // Where the focus goes by Tab, the mark follows.
  document.addEventListener("focusin", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-rows] tbody tr, [data-rows] > li") : null;
    if (!row) return;
    for (const other of rows()) other.classList.toggle("is-here", other === row);
  });
}

/** Keyboard of the workbench: `/` search, `j` `k` move in the list, Enter opens, `?` shows the keys. */

import { openDialog } from "./dialog";

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
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const act: Record<string, () => void> = {
      "/": () => document.querySelector<HTMLInputElement>("[data-search]")?.focus(),
      j: () => move(1),
      k: () => move(-1),
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

/** Light, dark or as the system says; ordinary or large type. Kept in cookies, so that the server renders it without a flash. */

import { on } from "./mount";

const YEAR_S = 365 * 24 * 3600;

function keep(name: "theme" | "type", value: string): void {
  document.documentElement.dataset[name] = value;
  document.cookie = `linli_${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
  showPressed();
  document.dispatchEvent(new CustomEvent("linli:display"));
}

function showPressed(): void {
  for (const name of ["theme", "type"] as const) {
    const now = document.documentElement.dataset[name] || (name === "theme" ? "auto" : "plain");
    for (const button of Array.from(document.querySelectorAll<HTMLElement>(`[data-set-${name}]`))) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-set-${name}`) === now));
    }
  }
}

/** True where the page is shown dark now. */
export function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}

export function startDisplay(): void {
  on("click", "[data-set-type]", (button) => keep("type", button.dataset["setType"] ?? "plain"));
  // One button that swaps light and dark, for the top bar.
  on("click", "[data-swap-theme]", () => keep("theme", isDark() ? "light" : "dark"));
  showPressed();
}

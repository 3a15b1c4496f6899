/** My reports: the tracking numbers that this phone sent, listed on the start page, until somebody forgets them.
 *
 * A number is kept when its page says `[data-remember]`. They lie in the browser only; forgetting takes the cookie along by
 * which this phone is shown what it sent (linli/web/public/sent.py).
 */

import { icon, make } from "./elements";
import { mount } from "./mount";

const KEY = "linli:reports";
const MOST = 20;

interface Kept {
  number: string;
  words: string;
  at: string;
}

function read(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one: Partial<Kept> | null) => typeof one?.number === "string") : [];
  } catch {
    return []; // storage is switched off, or holds something else
  }
}

function write(kept: Kept[]): void {
  try {
    if (kept.length) localStorage.setItem(KEY, JSON.stringify(kept.slice(0, MOST)));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: nothing is remembered, everything else works.
  }
}

function remember(element: HTMLElement): void {
  const number = element.dataset["remember"] ?? "";
  const rest = read().filter((one) => one.number !== number);
  write([{ number, words: element.dataset["rememberWords"] ?? "", at: new Date().toISOString() }, ...rest]);
}

function list(section: HTMLElement): void {
  const rows = section.querySelector("ul");
  const forget = (kept: Kept[]): void => {
    document.cookie = "linli_sent=; Max-Age=0; path=/; SameSite=Lax";
    write(kept);
    show();
  };
  const row = (one: Kept): HTMLElement => {
    const day = new Date(one.at).toLocaleDateString(document.documentElement.lang || undefined, { month: "short", day: "numeric" });
    const words = one.words || section.dataset["report"] || "";
    const drop = make("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `${section.dataset["forget"] ?? ""} ${words}` }, icon("x"));
    drop.addEventListener("click", () => forget(read().filter((other) => other.number !== one.number)));
    const link = make("a", { href: `${section.dataset["track"] ?? ""}${encodeURIComponent(one.number)}/` }, make("strong", {}, words), make("span", { class: "soft" }, `${day} · ${one.number}`));
    return make("li", {}, link, drop);
  };
  const show = (): void => {
    const kept = read();
    section.hidden = !kept.length;
    rows?.replaceChildren(...kept.map(row));
  };
  section.querySelector("[data-forget-all]")?.addEventListener("click", () => forget([]));
  show();
}

export function startMyReports(): void {
  mount("[data-remember]", remember);
  mount("[data-my-reports]", list);
}

/** List with the case beside it: on a wide screen a row opens in `.split__detail`; elsewhere its link simply opens.
 *
 * `<div class="split" data-split data-page-of="/cases/0/"><div class="table-box" data-rows>…</div><aside class="split__detail" hidden></aside></div>`
 * Rows link by `<a class="row-link" data-case="12">`. The page behind the link is fetched as it is and its `[data-detail]` part is shown.
 * The open case stands in the address (`?case=12`), so that reloading, sending the address on and going back work. A form that was
 * carried out beside the list stays there: the list is fetched anew and the next row opens, or the same one when its state stayed.
 */

import { mount, on } from "./mount";
import { toast } from "./toast";
import { text } from "./texts";

const WIDE = "(min-width: 1200px)";
/** Set by show() and asked after each await: only the last case that was asked for is shown. */
let asked = 0;

const parse = (words: string): Document => new DOMParser().parseFromString(words, "text/html");
const theSplit = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-split]");
const links = (root: ParentNode): HTMLAnchorElement[] => Array.from(root.querySelectorAll<HTMLAnchorElement>("a.row-link"));
const opened = (): string => new URL(location.href).searchParams.get("case") ?? "";

function linkOf(split: ParentNode, id: string): HTMLAnchorElement | undefined {
  return links(split).find((link) => link.dataset["case"] === id);
}

function mark(split: HTMLElement, link: HTMLAnchorElement | undefined): void {
  for (const row of Array.from(split.querySelectorAll("tr[aria-selected], tr.is-here"))) {
    row.removeAttribute("aria-selected");
    row.classList.remove("is-here");
  }
  const row = link?.closest("tr");
  row?.setAttribute("aria-selected", "true");
  row?.classList.add("is-here");
  row?.scrollIntoView({ block: "nearest" });
}

/** Writes the open case into the address; the first one is a step that Back takes back. */
function note(id: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get("case") === id) return;
  const first = !url.searchParams.has("case");
  url.searchParams.set("case", id);
  if (first) history.pushState({ beside: true }, "", url);
  else history.replaceState(history.state, "", url);
}

function reveal(split: HTMLElement, part: Element): void {
  const detail = split.querySelector<HTMLElement>(".split__detail")!;
  detail.hidden = false;
  split.classList.add("split--open");
  detail.replaceChildren(document.adoptNode(part));
  detail.scrollTop = 0;
}

async function show(split: HTMLElement, href: string, link: HTMLAnchorElement | undefined): Promise<void> {
  const detail = split.querySelector<HTMLElement>(".split__detail");
  if (!detail) return;
  const mine = (asked += 1);
  mark(split, link);
  split.classList.add("split--open");
  detail.hidden = false;
  detail.setAttribute("aria-busy", "true");
  try {
    const part = parse(await (await fetch(href)).text()).querySelector("[data-detail]");
    if (mine !== asked) return;
    // No such part: the session is over, or the case is not there any more. Its own page says so.
    if (part) reveal(split, part);
    else location.assign(href);
  } catch {
    if (mine === asked) toast(text("request.failed"));
  } finally {
    if (mine === asked) detail.removeAttribute("aria-busy");
  }
}

function open(split: HTMLElement, link: HTMLAnchorElement): void {
  const id = link.dataset["case"];
  if (id) note(id);
  void show(split, link.href, link);
}

function hide(split: HTMLElement): void {
  asked += 1;
  split.classList.remove("split--open");
  const detail = split.querySelector<HTMLElement>(".split__detail");
  if (detail) {
    detail.hidden = true;
    detail.replaceChildren();
  }
  const row = split.querySelector<HTMLElement>("tr[aria-selected]");
  row?.removeAttribute("aria-selected");
  row?.querySelector<HTMLElement>("a.row-link")?.focus({ preventScroll: true });
}

/** Closes the case beside the list and takes it out of the address. */
function close(split: HTMLElement): void {
  if ((history.state as { beside?: boolean } | null)?.beside) {
    history.back();
    return;
  }
  const url = new URL(location.href);
  url.searchParams.delete("case");
  history.replaceState(null, "", url);
  hide(split);
}

/** Shows what the address says: after Back or Forward, and when the page comes. */
function follow(split: HTMLElement): void {
  const id = opened();
  if (!id) {
    if (split.classList.contains("split--open")) hide(split);
    return;
  }
  if (!/^\d+$/.test(id)) return;
  const link = linkOf(split, id);
  const href = link?.href ?? (split.dataset["pageOf"] ?? "").replace("/0/", `/${id}/`);
  if (!href) return;
  if (matchMedia(WIDE).matches) void show(split, href, link);
  else location.replace(href);
}

/** The row after the open one, or the first when that was the last. */
function following(split: HTMLElement): HTMLAnchorElement | undefined {
  const all = links(split);
  const at = all.findIndex((link) => link.closest("tr[aria-selected]"));
  return all[at + 1] ?? all[0];
}

/** Puts the list as it is now in the place of the one that was; gives the new split, or null when nothing is in the list any more. */
async function renewList(split: HTMLElement): Promise<HTMLElement | null> {
  const page = parse(await (await fetch(location.href)).text());
  const rail = page.querySelector(".rail__list");
  if (rail) document.querySelector(".rail__list")?.replaceWith(document.adoptNode(rail));
  const rows = page.querySelector("[data-split] [data-rows]");
  if (rows) {
    split.querySelector("[data-rows]")?.replaceWith(document.adoptNode(rows));
    return split;
  }
  const main = page.querySelector("main");
  if (main) document.querySelector("main")?.replaceWith(document.adoptNode(main));
  const url = new URL(location.href);
  url.searchParams.delete("case");
  history.replaceState(null, "", url);
  return null;
}

/** After a form beside the list was carried out: `answer` is the page it led to. `back` shows the case that was brought back. */
async function goOn(split: HTMLElement, answer: Document, back: boolean): Promise<void> {
  const state = (root: ParentNode): string | undefined => root.querySelector<HTMLElement>("[data-detail]")?.dataset["state"];
  const part = answer.querySelector<HTMLElement>("[data-detail]");
  const stays = part !== null && (back || state(answer) === state(split));
  const done = part?.dataset["case"] ?? opened();
  const next = following(split)?.dataset["case"] ?? "";
  for (const said of Array.from(answer.querySelectorAll("#toasts .toast"))) {
    said.querySelector("a")?.remove(); // the next case opens by itself here
    document.getElementById("toasts")?.append(document.adoptNode(said));
  }
  const list = await renewList(split);
  if (!list) return;
  const link = stays ? undefined : (linkOf(list, next) ?? links(list)[0]);
  if (link && link.dataset["case"] !== done) {
    open(list, link);
    link.focus({ preventScroll: true });
  } else if (part) {
    asked += 1;
    note(done);
    mark(list, linkOf(list, done));
    reveal(list, part);
  } else {
    close(list);
  }
}

function next(event: Event): void {
  const split = theSplit();
  const link = split?.classList.contains("split--open") ? following(split) : undefined;
  if (!split || !link) return;
  event.preventDefault();
  open(split, link);
}

export function startDetail(): void {
  on("click", "[data-split] [data-rows] tr", (row, event) => {
    const target = event.target as Element;
    const link = row.querySelector<HTMLAnchorElement>("a.row-link");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!link.contains(target) && (target.closest("a, button, .row-tick") || getSelection()?.toString())) return;
    if (!matchMedia(WIDE).matches) {
      if (!link.contains(target)) link.click();
      return;
    }
    event.preventDefault();
    open(row.closest<HTMLElement>("[data-split]")!, link);
  });
  on("click", "[data-next-case]", (_link, event) => next(event));
  on("click", "[data-close-case]", () => {
    const split = theSplit();
    if (split) close(split);
  });
  document.addEventListener("keydown", (event) => {
    const split = theSplit();
    if (event.key !== "Escape" || event.defaultPrevented || !split?.classList.contains("split--open")) return;
    if (document.querySelector("dialog[open], details.menu[open]")) return;
    event.preventDefault();
    close(split);
  });
  document.addEventListener("linli:sent", (event) => {
    const form = event.target as Element;
    const toasted = form.closest(".toast");
    const split = toasted ? theSplit() : form.closest<HTMLElement>("[data-split]");
    const answer = (event as CustomEvent<{ page?: string }>).detail?.page;
    if (!split || !answer) return;
    event.preventDefault();
    toasted?.remove();
    goOn(split, parse(answer), Boolean(toasted)).catch(() => location.reload());
  });
  window.addEventListener("popstate", () => {
    const split = theSplit();
    if (split) follow(split);
  });
  mount("[data-split]", follow);
}

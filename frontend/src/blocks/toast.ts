/** A short answer at the foot of the page, with room for one undo.
 *
 * From the server: a `.toast` inside `#toasts`, or the header `HX-Trigger: {"linli:toast": {"text": "…", "undo": "/url/"}}`.
 * From a script: `toast(text, {label, run})`.
 */

import { icon, make } from "./elements";
import { mount } from "./mount";
import { text } from "./texts";

export interface Undo {
  label: string;
  run: () => void;
}

const SHOWN_MS = 8000;

function place(): HTMLElement {
  let found = document.getElementById("toasts");
  if (!found) {
    found = make("div", { id: "toasts", class: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(found);
  }
  return found;
}

export function toast(words: string, undo?: Undo): HTMLElement {
  const element = make("div", { class: "toast" }, make("span", {}, words));
  if (undo) {
    const button = make("button", { type: "button", class: "button" }, undo.label);
    button.addEventListener("click", () => {
      element.remove();
      undo.run();
    });
    element.append(button);
  }
  place().append(element);
  return element;
}

function leaveLater(element: HTMLElement): void {
  const close = make("button", { type: "button", class: "button button--icon", "aria-label": text("close") }, icon("x"));
  close.addEventListener("click", () => element.remove());
  element.append(close);
  // It stays while somebody reads it with the pointer or the keyboard, and for good while it offers an undo or a way on.
  if (element.querySelector("form, a")) return;
  let timer = 0;
  const wait = (): void => {
    timer = window.setTimeout(() => element.remove(), SHOWN_MS);
  };
  for (const stop of ["pointerenter", "focusin"]) element.addEventListener(stop, () => window.clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) element.addEventListener(go, wait);
  wait();
}

/** Takes away what was said, when something else was done or refused since. */
export function clearToasts(): void {
  document.getElementById("toasts")?.replaceChildren();
}

/** What was done is said once: a page that is loaded again or come back to must not say it of a case that went on since. */
function sayOnce(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has("done")) return;
  url.searchParams.delete("done");
  history.replaceState(history.state, "", url);
}

export function startToasts(): void {
  mount(".toast", leaveLater);
  // A moment later, so that whatever waits for this address has seen it.
  const soon = (): void => void window.setTimeout(sayOnce, 1500);
  if (document.readyState === "complete") soon();
  else window.addEventListener("load", soon);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) clearToasts();
  });
  document.addEventListener("linli:toast", (event) => {
    const detail = (event as CustomEvent<{ text?: string; value?: string }>).detail;
    const words = detail?.text ?? detail?.value;
    if (words) toast(words);
  });
}

/** A search field above entries to choose from, used by keyboard as a list box: typing searches, ↓ goes into the list, Enter
 * takes the first entry, ↑ from the first entry goes back to the search, Escape empties the search.
 *
 * `<div data-choices><input type="search" …><div class="choices">…radio buttons…</div></div>`
 * The entries stay radio buttons: they are sent with the form and need no script. Enter in the search never sends the form.
 */

import { mount } from "./mount";

function radios(block: HTMLElement): HTMLInputElement[] {
  return Array.from(block.querySelectorAll<HTMLInputElement>(".choices input[type=radio]"));
}

function take(radio: HTMLInputElement | undefined): void {
  if (!radio) return;
  radio.focus();
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function start(block: HTMLElement): void {
  const search = block.querySelector<HTMLInputElement>("input[type=search]");
  const list = block.querySelector<HTMLElement>(".choices");
  if (!search || !list) return;
  // What the list answers to; Enter before the answer to the last letter is there takes its first entry when it comes.
  let answered = search.value;
  let waiting = false;
  // The entry that somebody was at when an answer replaced the list under their fingers.
  let touched: HTMLInputElement | null = null;
  list.addEventListener("focusin", (event) => {
    touched = event.target as HTMLInputElement;
  });
  search.addEventListener("focus", () => {
    touched = null;
  });
  new MutationObserver(() => {
    answered = search.value;
    if (touched && !touched.isConnected && document.activeElement === document.body) {
      const all = radios(block);
      const same = all.find((one) => one.value === touched?.value);
      if (same && touched.checked) same.checked = true;
      (same ?? all.find((one) => one.checked) ?? all[0] ?? search).focus();
    }
    if (!waiting) return;
    waiting = false;
    take(radios(block)[0]);
  }).observe(list, { childList: true });
  search.addEventListener("input", () => {
    waiting = false;
  });
  search.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = radios(block);
    if (event.key === "Enter") {
      event.preventDefault();
      if (answered === search.value) take(all.find((one) => one.checked) ?? all[0]);
      else waiting = true;
    } else if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      take(all.find((one) => one.checked) ?? all[0]);
    } else if (event.key === "Escape" && search.value) {
      // The dialog around it stays open: first the words go, then the dialog.
      event.preventDefault();
      search.value = "";
      search.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  list.addEventListener("keydown", (event) => {
    const all = radios(block);
    const at = all.indexOf(event.target as HTMLInputElement);
    const to = { Home: 0, End: all.length - 1 }[event.key];
    if (at < 0) return;
    if (event.key === "ArrowUp" && at === 0) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "ArrowDown" && at === all.length - 1) {
      event.preventDefault(); // a browser would go round to the first
    } else if (to !== undefined) {
      event.preventDefault();
      take(all[to]);
    }
  });
}

export function startChoices(): void {
  mount("[data-choices]", start);
}

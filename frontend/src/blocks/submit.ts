/** Sending a form once: the effect's UUID, the guard against a second click, and upload with progress.
 *
 * Every POST form carries `<input type="hidden" name="effect_id" value="…">` rendered by the server. The UUID belongs to one
 * effect: it stays the same while that effect may have to be tried again, and a new one is made once it is known to have
 * happened, or when somebody comes back to a form that was sent and changes what it says.
 * A form with `data-upload` is sent by XMLHttpRequest, because only that reports how much has been sent.
 */

import { make } from "./elements";
import { on } from "./mount";
import { text } from "./texts";
import { clearToasts } from "./toast";
import { uuid4 } from "./uuid";

const TIMEOUT_MS = 180_000;
const MOST_REPEATS = 5;
const LONGEST_WAIT_S = 10;

/** Gives the form a new effect UUID: what it sends next is another effect. */
export function renewEffect(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLInputElement>("input[name=effect_id]");
  if (field) field.value = uuid4();
  delete form.dataset["sent"];
}

/** Marks the form's buttons as busy, or frees them. */
export function setBusy(form: HTMLFormElement, busy: boolean): void {
  if (busy) form.dataset["busy"] = "";
  else delete form.dataset["busy"];
  for (const button of Array.from(form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])"))) {
    // aria-disabled and not disabled: the focus stays, and the pressed button's name and value still travel.
    button.setAttribute("aria-disabled", String(busy));
    if (busy && (button === form.ownerDocument.activeElement || button.classList.contains("button--primary"))) {
      button.setAttribute("aria-busy", "true");
    } else {
      button.removeAttribute("aria-busy");
    }
  }
}

function guard(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (form.method !== "post") return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if ("preparing" in form.dataset) {
    // Photos are still being made smaller: wait for them, then send.
    event.preventDefault();
    event.stopImmediatePropagation();
    setBusy(form, true);
    const button = event.submitter;
    form.addEventListener("linli:prepared", () => {
      setBusy(form, false);
      if (button instanceof HTMLElement) button.click();
    }, { once: true });
    return;
  }
  setBusy(form, true);
  form.dataset["sent"] = "";
  if ("upload" in form.dataset) {
    event.preventDefault();
    upload(form, event.submitter);
  }
}

function upload(form: HTMLFormElement, button: HTMLElement | null): void {
  const body = new FormData(form);
  if (button instanceof HTMLButtonElement && button.name) body.append(button.name, button.value);
  const block = form.querySelector<HTMLElement>(".progress") ?? make("div", { class: "progress" });
  block.hidden = false;
  if (!block.parentElement) form.append(block);
  send(form, body, block, MOST_REPEATS);
}

/** Sends once, and again by itself while the server says that others are before us: the UUID is the same, so is the effect. */
function send(form: HTMLFormElement, body: FormData, block: HTMLElement, repeats: number): void {
  const bar = make("progress", { max: "100", value: "0" });
  const words = make("span", { role: "status" }, text("upload.sending"));
  block.replaceChildren(words, bar);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.timeout = TIMEOUT_MS;
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  request.upload.addEventListener("load", () => {
    words.textContent = text("upload.checking");
    bar.removeAttribute("value");
  });
  const failed = (): void => {
    // Nobody knows whether it arrived: the same UUID is sent again, and the server answers what it did the first time.
    setBusy(form, false);
    words.textContent = text("upload.failed");
    bar.remove();
  };
  request.addEventListener("error", failed);
  request.addEventListener("timeout", failed);
  request.addEventListener("load", () => {
    const seconds = Number(request.getResponseHeader("Retry-After"));
    if (request.status === 503 && seconds > 0 && seconds <= LONGEST_WAIT_S && repeats > 0) {
      words.textContent = text("upload.waiting");
      bar.removeAttribute("value");
      // Not all at the same moment again.
      setTimeout(() => send(form, body, block, repeats - 1), 1000 * seconds * (1 + Math.random()));
      return;
    }
    answered(form, request, block);
  });
  request.send(body);
}

/** Puts a block with chosen files in the place of its empty twin in the new page, together with what is said against it. */
function carryOver(kept: HTMLElement, next: Element): void {
  const input = kept.querySelector<HTMLInputElement>("input[type=file]");
  if (!input?.files?.length) return;
  // Dialogs of one page have fields of the same name; the form's address tells them apart.
  const address = kept.closest("form")?.getAttribute("action");
  const form = address ? `form[action="${CSS.escape(address)}"] ` : "";
  const place = next.querySelector(`${form}input[type=file][name="${input.name}"]`)?.closest("[data-picker], [data-voice]");
  if (!place) return;
  for (const old of Array.from(kept.querySelectorAll(".field__error:not([role])"))) old.remove();
  kept.append(...Array.from(place.querySelectorAll(".field__error")));
  kept.classList.toggle("field--error", place.classList.contains("field--error"));
  place.replaceWith(kept);
}

function closeAround(form: HTMLFormElement): void {
  setBusy(form, false);
  form.closest<HTMLDialogElement>("dialog")?.close();
}

function answered(form: HTMLFormElement, request: XMLHttpRequest, block: HTMLElement): void {
  // An answer that led nowhere else is the page itself, with what was asked for in it.
  if (request.status < 300 && request.responseURL !== form.action) {
    const detail = { page: request.responseText };
    const sent = new CustomEvent("linli:sent", { bubbles: true, cancelable: true, detail });
    renewEffect(form);
    // Whoever shows the answer in another way (a case beside its list) prevents that its page opens.
    if (form.dispatchEvent(sent)) location.assign(request.responseURL);
    else closeAround(form);
    return;
  }
  if (request.status < 300) renewEffect(form);
  setBusy(form, false);
  block.hidden = true;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  // A case stands on its own page or beside a list, which a refusal must not take away.
  const now = form.closest("[data-detail]") ?? document.querySelector("main");
  const next = (now?.matches("[data-detail]") && page.querySelector("[data-detail]")) || page.querySelector("main");
  if (!next || !now) {
    block.hidden = false;
    block.replaceChildren(make("span", { role: "alert" }, text("upload.refused", { status: request.status })));
    return;
  }
  // The answer shows the same form with its errors. Chosen photos and voice cannot be rendered by a server: carry them over.
  for (const kept of Array.from(now.querySelectorAll<HTMLElement>("[data-picker], [data-voice]"))) carryOver(kept, next);
  now.replaceWith(next);
  clearToasts(); // what stands there was said of an earlier action
  next.querySelector<HTMLElement>("[aria-invalid=true], .field--error input, h1")?.focus();
  if (next.matches("main")) window.scrollTo({ top: 0 });
}

export function startForms(): void {
  // In the capture phase, so that a second click is stopped before htmx sees it on the form.
  document.addEventListener("submit", guard, true);
  // Back to a form that was sent (from the browser's page cache): free the buttons; changed words are another effect.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of Array.from(document.querySelectorAll<HTMLFormElement>("form[data-busy]"))) setBusy(form, false);
  });
  on("input", "form[data-sent]", (form) => {
    if (!("busy" in form.dataset)) renewEffect(form as HTMLFormElement);
  });
}

/** Joins htmx to our forms: frees a form when its answer is there, and gives it a new effect UUID once the effect happened.
 *
 * htmx is configured by <meta name="htmx-config"> in the frame (no style sheet of its own, no history cache). Never use
 * hx-on, js: values or trigger filters: they evaluate strings, which the content security policy refuses.
 */

import htmx from "htmx.org";
import { mount } from "./mount";
import { toast } from "./toast";
import { renewEffect, setBusy } from "./submit";
import { text } from "./texts";

interface RequestDetail {
  ctx?: { sourceElement?: Element; response?: { status?: number; raw?: { status?: number } } };
}

function formOf(event: Event): HTMLFormElement | null {
  const source = (event as CustomEvent<RequestDetail>).detail?.ctx?.sourceElement ?? event.target;
  return source instanceof Element ? source.closest("form") : null;
}

export function startHtmx(): void {
  // Markup that another script has put in (a fetched dialog, the page of a refused form) is unknown to htmx until it is told;
  // what htmx knows already it leaves alone.
  mount("[hx-get], [hx-post]", (element) => htmx.process(element));
  document.addEventListener("htmx:after:request", (event) => {
    const form = formOf(event);
    const response = (event as CustomEvent<RequestDetail>).detail?.ctx?.response;
    const status = response?.status ?? response?.raw?.status ?? 0;
    if (form && status >= 200 && status < 400) renewEffect(form);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const form = formOf(event);
    if (form) setBusy(form, false);
  });
  document.addEventListener("htmx:error", () => toast(text("request.failed")));
}

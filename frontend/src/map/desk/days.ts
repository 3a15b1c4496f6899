/** Cases by the day on which they were reported: bars over 90 days, and a window of some of them that moves by hand or by itself.
 *
 * The window is the filters `since` and `until` of the address, at most 30 days, so the tiles, the list and a reload have the very same.
 */

import type { Map as MapLibre } from "maplibre-gl";
import { make } from "../../blocks/elements";
import { text } from "../../blocks/texts";
import type { MapSettings } from "../settings";
import { asker, asked, filters } from "./query";
import { changeTiles } from "./shades";

const STEP_MS = 900;
const SETTLED_MS = 150;

export function startDays(map: MapLibre, element: HTMLElement, settings: MapSettings, changed: () => void): { toggle: () => void } {
  const panel = element.querySelector<HTMLElement>("#map-days");
  const button = document.querySelector<HTMLElement>('[data-tool="days"]');
  const range = panel?.querySelector<HTMLInputElement>("[data-days-range]");
  const span = panel?.querySelector<HTMLSelectElement>("[data-days-span]");
  const play = panel?.querySelector<HTMLButtonElement>("[data-days-play]");
  const bars = panel?.querySelector<HTMLElement>("[data-days-bars]");
  const said = panel?.querySelector<HTMLElement>("[data-days-said]");
  if (!panel || !range || !span || !play || !bars || !said) return { toggle: () => undefined };
  const ask = asker();
  let days: [string, number][] = [];
  let before: [string | null, string | null] = [null, null];
  let playing = 0;
  let settling = 0;

  const write = (since: string | null, until: string | null): void => {
    const url = new URL(location.href);
    for (const [key, value] of [["since", since], ["until", until]] as const) {
      if (value) url.searchParams.set(key, value);
      else url.searchParams.delete(key);
    }
    history.replaceState(history.state, "", url);
    changeTiles(map, settings, `${String(settings.cases).split("?")[0]}?${filters()}`);
    changed();
  };
  const window_ = (): [number, number] => {
    const last = Number(range.value);
    return [Math.max(0, last - Number(span.value) + 1), last];
  };
  const show = (): void => {
    const [first, last] = window_();
    Array.from(bars.children).forEach((bar, at) => bar.classList.toggle("is-in", at >= first && at <= last));
    const count = days.slice(first, last + 1).reduce((sum, [, number]) => sum + number, 0);
    const from = days[first]?.[0] ?? "";
    const to = days[last]?.[0] ?? "";
    said.textContent = from === to ? text("days.one", { day: from, count }) : text("days.some", { from, to, count });
    range.setAttribute("aria-valuetext", said.textContent);
    window.clearTimeout(settling);
    settling = window.setTimeout(() => write(from, to), SETTLED_MS);
  };
  const stop = (): void => {
    window.clearInterval(playing);
    playing = 0;
    play.textContent = text("days.play");
    play.setAttribute("aria-pressed", "false");
  };
  const step = (by: number): boolean => {
    const to = Number(range.value) + by;
    if (to < 0 || to >= days.length) return false;
    range.value = String(to);
    show();
    return true;
  };
  const start = async (): Promise<void> => {
    const answer = await ask(asked(settings.desk!.days));
    if (!answer) {
      said.textContent = text("request.failed");
      return;
    }
    days = (JSON.parse(answer) as { days: [string, number][] }).days;
    const most = Math.max(1, ...days.map(([, number]) => number));
    bars.replaceChildren(...days.map(([, number]) => {
      const bar = make("i", {});
      bar.style.height = `${Math.max(number ? 4 : 1, (100 * number) / most)}%`;
      return bar;
    }));
    range.max = String(days.length - 1);
    const until = days.findIndex(([day]) => day === before[1]);
    range.value = String(until < 0 ? days.length - 1 : until);
    show();
  };

  range.addEventListener("input", () => {
    stop();
    show();
  });
  span.addEventListener("change", show);
  play.addEventListener("click", () => {
    if (playing) return stop();
    if (Number(range.value) >= days.length - 1) range.value = String(Number(span.value) - 1);
    play.textContent = text("days.stop");
    play.setAttribute("aria-pressed", "true");
    show();
    playing = window.setInterval(() => step(1) || stop(), STEP_MS);
  });
  panel.addEventListener("click", (event) => {
    const by = (event.target as Element).closest<HTMLElement>("[data-days-step]")?.dataset["daysStep"];
    if (!by) return;
    stop();
    step(Number(by));
  });
  return {
    toggle: () => {
      const open = panel.hidden;
      panel.hidden = !open;
      button?.setAttribute("aria-pressed", String(open));
      if (open) {
        const query = filters();
        before = [query.get("since"), query.get("until")];
        void start();
      } else {
        stop();
        window.clearTimeout(settling);
        write(...before);
      }
    },
  };
}

/* What a report can do beyond showing: move in the map, find a grid from its row and the reverse, sort, filter. Without it the
   page is complete and still. All maps of a page (a comparison has two) show the same place. */
(() => {
  "use strict";
  const root = document.documentElement;
  const maps = [...document.querySelectorAll("svg.map")];
  const byId = (id) => document.getElementById(id);
  const clamp = (low, value, high) => Math.min(high, Math.max(low, value));
  root.classList.add("scripted");

  // Language: the radio buttons at the top of the page show and hide by style alone; here is what style cannot reach.
  function speak() {
    const code = byId("say-en").checked ? "en" : "zh-Hans";
    root.lang = code;
    for (const one of document.querySelectorAll("[data-en]")) one.textContent = one.dataset[code === "en" ? "en" : "zhHans"];
  }
  for (const one of document.querySelectorAll("[name=say]")) one.addEventListener("change", speak);
  speak();

  // The view: centre in units of the sheet and pixels per unit, one for all maps.
  const sheet = maps[0].viewBox.baseVal;
  const whole = { x: sheet.x, y: sheet.y, width: sheet.width, height: sheet.height };
  const unitM = Number(maps[0].dataset.unitM);
  const view = { x: 0, y: 0, px: 1 };
  let size = { width: 1, height: 1 };
  let pending = 0;
  const fit = () => Math.min(size.width / whole.width, size.height / whole.height);

  function draw() {
    pending = 0;
    const least = fit();
    view.px = clamp(least, view.px, Math.max(least, unitM * 12));
    // At the whole map nothing can be pushed out of sight; zoomed in, the middle stays on the sheet.
    const spare = (length, shown) => Math.max(0, (length - shown / view.px) / 2);
    const [dx, dy] = [spare(whole.width, size.width), spare(whole.height, size.height)];
    view.x = clamp(whole.x + whole.width / 2 - dx, view.x, whole.x + whole.width / 2 + dx);
    view.y = clamp(whole.y + whole.height / 2 - dy, view.y, whole.y + whole.height / 2 + dy);
    const metre = view.px / unitM;
    for (const map of maps) {
      const [width, height] = [size.width / view.px, size.height / view.px];
      map.setAttribute("viewBox", `${view.x - width / 2} ${view.y - height / 2} ${width} ${height}`);
      map.style.setProperty("--unit", String(1 / view.px));
      map.style.setProperty("--main", `${clamp(1.6, 14 * metre, 16)}px`);
      map.style.setProperty("--minor", `${clamp(0.5, 7 * metre, 8)}px`);
      map.style.setProperty("--river", `${clamp(3, 24 * metre, 26)}px`);
      map.classList.toggle("is-far", metre < 0.12);
      map.classList.toggle("is-zoomed", view.px > least * 1.001);
      map.querySelector("pattern").setAttribute("patternTransform", `scale(${1 / view.px}) rotate(45)`);
      for (const group of map.querySelectorAll(".labels")) group.style.display = Number(group.dataset.from) <= view.px ? "block" : "none";
      drawBar(map.parentNode.querySelector(".scale-bar"), metre);
    }
  }
  function drawBar(bar, metre) {
    const power = 10 ** Math.floor(Math.log10(120 / metre));
    const length = [5, 2, 1].map((step) => step * power).find((one) => one * metre <= 120);
    bar.style.width = `${length * metre}px`;
    bar.firstElementChild.textContent = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  }
  const later = () => { pending ||= requestAnimationFrame(draw); };
  function measure() {
    const box = maps[0].getBoundingClientRect();
    size = { width: box.width || 1, height: box.height || 1 };
    later();
  }
  function showAll() {
    Object.assign(view, { x: whole.x + whole.width / 2, y: whole.y + whole.height / 2, px: 0 });
    later();
  }
  // `x`, `y`: what stays where it is, in pixels from the middle of the map.
  function zoom(factor, x = 0, y = 0) {
    const px = clamp(fit(), view.px * factor, Math.max(fit(), unitM * 12));
    view.x += x / view.px - x / px;
    view.y += y / view.px - y / px;
    view.px = px;
    later();
  }
  function pan(x, y) {
    view.x += x / view.px;
    view.y += y / view.px;
    later();
  }
  function showBox(box, share) {
    view.x = box.x + box.width / 2;
    view.y = box.y + box.height / 2;
    view.px = share * Math.min(size.width / box.width, size.height / box.height);
    later();
  }

  // Fingers, mouse and keys.
  const held = new Map();
  let travelled = 0;
  const fromMiddle = (map, at) => {
    const box = map.getBoundingClientRect();
    return [at.clientX - box.left - box.width / 2, at.clientY - box.top - box.height / 2];
  };
  function move(map, event) {
    const before = held.get(event.pointerId);
    if (!before) return;
    const others = [...held].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    travelled += Math.abs(dx) + Math.abs(dy);
    if (travelled > 4) map.classList.add("is-moving");
    if (others.length) {
      const length = (at) => Math.hypot(at.clientX - others[0].clientX, at.clientY - others[0].clientY) || 1;
      const middle = { clientX: (event.clientX + others[0].clientX) / 2, clientY: (event.clientY + others[0].clientY) / 2 };
      zoom(length(event) / length(before), ...fromMiddle(map, middle));
      pan(-dx / 2, -dy / 2);
    } else pan(-dx, -dy);
    held.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY });
  }
  const KEYS = {
    ArrowLeft: () => pan(-60, 0), ArrowRight: () => pan(60, 0), ArrowUp: () => pan(0, -60), ArrowDown: () => pan(0, 60),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: showAll,
  };
  const BUTTONS = { in: () => zoom(1.6), out: () => zoom(1 / 1.6), whole: showAll };
  for (const map of maps) {
    map.addEventListener("wheel", (event) => {
      const factor = Math.exp(-clamp(-60, event.deltaY * (event.deltaMode ? 20 : 1), 60) / 200);
      // At the whole map the wheel goes on down the page.
      if (factor < 1 && view.px <= fit() * 1.001) return;
      event.preventDefault();
      zoom(factor, ...fromMiddle(map, event));
    }, { passive: false });
    map.addEventListener("pointerdown", (event) => {
      if (!held.size) travelled = 0;
      held.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY });
    });
    map.addEventListener("pointermove", (event) => {
      if (travelled > 4 && held.has(event.pointerId)) map.setPointerCapture(event.pointerId);
      move(map, event);
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
      map.addEventListener(end, (event) => {
        if (end === "pointerleave" && map.hasPointerCapture(event.pointerId)) return;
        held.delete(event.pointerId);
        map.classList.remove("is-moving");
      });
    }
    map.addEventListener("click", (event) => {
      if (travelled > 4) return;
      const shape = event.target.closest(".grids path");
      choose(shape ? rowOf.get(shape.id) ?? null : null, shape);
    });
    map.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
      event.preventDefault();
      KEYS[event.key]();
    });
    map.parentNode.querySelector(".close").addEventListener("click", () => choose(null));
    map.parentNode.querySelector(".map-buttons").addEventListener("click", (event) => {
      BUTTONS[event.target.closest("button")?.dataset.zoom]?.();
    });
  }

  // A grid and its row. A row names its shapes in data-m: one in a report, up to two in a comparison.
  const rows = [...document.querySelectorAll("tr[data-m]")];
  const rowOf = new Map();
  for (const row of rows) for (const id of row.dataset.m.split(" ")) if (!rowOf.has(id)) rowOf.set(id, row);
  let chosen = [];
  function choose(row, shape) {
    for (const one of chosen) one.classList.remove("is-chosen");
    const ids = row ? row.dataset.m.split(" ") : shape ? [shape.id] : [];
    chosen = rows.filter((one) => ids.length && one.dataset.m === ids.join(" "));
    for (const one of chosen) one.classList.add("is-chosen");
    for (const map of maps) {
      const own = ids.map(byId).find((one) => one && map.contains(one));
      for (const line of map.querySelectorAll(".chosen")) line.setAttribute("d", own?.getAttribute("d") ?? "");
      showCard(map, own ? row : null);
    }
    const shown = chosen.find((one) => one.closest(".table-box--tall") && !one.hidden);
    if (shown && shape) reveal(shown);
    return ids.map(byId).filter(Boolean);
  }
  // Scrolls the table's own box and never the page, so that the map stays under the finger.
  function reveal(row) {
    const box = row.closest(".table-box");
    const head = box.querySelector("thead").offsetHeight;
    if (row.offsetTop - head < box.scrollTop || row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = row.offsetTop - head - box.clientHeight / 3;
    }
  }
  function showCard(map, row) {
    const card = map.parentNode.querySelector(".map-card");
    const heads = row ? [...row.closest("table").querySelectorAll("thead th")] : [];
    card.hidden = !row;
    if (!row) return;
    const list = card.querySelector("dl");
    list.replaceChildren();
    card.querySelector("h3").replaceChildren(...[...(row.cells[0].querySelector("a") ?? row.cells[0]).childNodes].map((node) => node.cloneNode(true)));
    heads.slice(1).forEach((head, place) => {
      const [name, value] = [document.createElement("dt"), document.createElement("dd")];
      name.append(...[...(head.querySelector("button") ?? head).childNodes].map((node) => node.cloneNode(true)));
      value.append(...[...row.cells[place + 1].childNodes].map((node) => node.cloneNode(true)));
      list.append(name, value);
    });
  }
  function bringIntoView(shapes) {
    if (!shapes.length) return;
    const boxes = shapes.map((one) => one.getBBox());
    const [x, y] = [Math.min(...boxes.map((one) => one.x)), Math.min(...boxes.map((one) => one.y))];
    const box = {
      x, y, width: Math.max(...boxes.map((one) => one.x + one.width)) - x, height: Math.max(...boxes.map((one) => one.y + one.height)) - y,
    };
    const inside = Math.abs(box.x + box.width / 2 - view.x) * 2.2 * view.px < size.width && Math.abs(box.y + box.height / 2 - view.y) * 2.2 * view.px < size.height;
    const legible = Math.max(box.width, box.height) * view.px > 36;
    if (!legible) showBox(box, 0.25);
    else if (!inside) showBox(box, view.px / Math.min(size.width / box.width, size.height / box.height));
  }
  document.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-m]");
    if (!row || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    bringIntoView(choose(row));
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });

  // The table: a click on a heading sorts, a second one turns the order round.
  const table = byId("grid-table");
  const numberOf = (cell) => {
    const figure = Number.parseFloat(cell.textContent.replace(/[^0-9.+−-]/g, "").replace("−", "-"));
    return Number.isNaN(figure) ? Number.NEGATIVE_INFINITY : figure;
  };
  const wordsOf = (cell) => (cell.querySelector(`[lang="${root.lang}"]`) ?? cell.querySelector("a") ?? cell).textContent;
  function sortBy(head) {
    const place = head.cellIndex;
    const isNumber = head.classList.contains("n");
    const up = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") !== "ascending" : !isNumber;
    const order = new Intl.Collator(root.lang, { numeric: true });
    const keyed = [...table.tBodies[0].rows].map((row) => [isNumber ? numberOf(row.cells[place]) : wordsOf(row.cells[place]), row]);
    keyed.sort(isNumber ? (a, b) => a[0] - b[0] : (a, b) => order.compare(a[0], b[0]));
    if (!up) keyed.reverse();
    table.tBodies[0].append(...keyed.map(([, row]) => row));
    for (const one of head.parentNode.cells) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }
  table?.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("button")?.closest("th");
    if (head) sortBy(head);
  });
  const [community, search, onlyOut] = [byId("community"), byId("search"), byId("only-out")];
  function filter() {
    const words = search.value.trim().toLowerCase();
    let count = 0;
    for (const row of table.tBodies[0].rows) {
      const fits = (!community?.value || row.dataset.c === community.value)
        && (!onlyOut.checked || row.classList.contains("is-out"))
        && (!words || row.cells[0].textContent.toLowerCase().includes(words));
      row.hidden = !fits;
      count += fits;
    }
    byId("shown").textContent = count.toLocaleString("en");
  }
  function showCommunity() {
    filter();
    for (const map of maps) {
      const kept = [...map.querySelectorAll(".grids > g")].filter((one) => one.classList.toggle("is-kept", one.dataset.c === community.value));
      map.querySelector(".grids").classList.toggle("is-filtered", kept.length > 0);
      if (kept.length) showBox(kept[0].getBBox(), 0.92);
      else showAll();
    }
  }
  search?.addEventListener("input", filter);
  onlyOut?.addEventListener("change", filter);
  community?.addEventListener("change", showCommunity);

  byId("show-moved")?.addEventListener("change", (event) => root.classList.toggle("hides-moved", !event.target.checked));

  // Paper shows the whole map, whatever part is on the screen. The style gives it this much of a page of A4.
  const before = {};
  addEventListener("beforeprint", () => {
    Object.assign(before, view);
    size = { width: 700, height: 567 };
    showAll();
    draw();
  });
  addEventListener("afterprint", () => { Object.assign(view, before); measure(); });
  addEventListener("resize", measure);
  measure();
  showAll();
  const target = location.hash ? byId(location.hash.slice(1)) : null;
  if (target?.matches(".grids path")) choose(rowOf.get(target.id) ?? null, target);
})();

/* What is wrong with the page as it is laid out now, as sentences: text over text, text cut without an ellipsis, a word broken in two, text under a bar,
 * text beyond the screen. Evaluated by layout.py; measures only, changes nothing but the scroll position, which it puts back. */
(() => {
  const wrong = new Set();
  const say = (kind, words, where) => wrong.add(`${kind}: “${words.trim().replace(/\s+/g, " ").slice(0, 40)}” in ${name(where)}`);
  const style = new Map();
  const css = (element) => {
    if (!style.has(element)) style.set(element, getComputedStyle(element));
    return style.get(element);
  };
  function name(element) {
    const said = (one) => one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "") + [...one.classList].slice(0, 2).map((c) => `.${c}`).join("");
    const chain = [];
    for (let one = element; one && one !== document.body && chain.length < 3; one = one.parentElement) chain.unshift(said(one));
    return chain.join(" > ");
  }
  // What lies above the rest on purpose; text of one layer is compared with text of the same layer only.
  const LAYERS = "dialog, .menu__sheet, .toasts, .skip, .map__canvas, .maplibregl-map";
  const layers = new Map();
  function layer(element) {
    if (!element) return document.body;
    if (!layers.has(element)) {
      const own = element.matches(LAYERS) || ["fixed", "sticky"].includes(css(element).position);
      layers.set(element, own ? element : element.parentElement ? layer(element.parentElement) : document.body);
    }
    return layers.get(element);
  }
  const unseen = (element) => !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || element.closest(".only-heard, .map__canvas, .maplibregl-map, script, style, noscript, option, svg, [aria-busy=true] .skeleton");
  const clips = (value) => value === "hidden" || value === "clip";
  const rolls = (value) => value === "auto" || value === "scroll";

  /** The visible part of a rectangle inside what clips it, saying what is cut off without a sign of it. */
  function seen(rect, text, element) {
    let { left, top, right, bottom } = rect;
    const [inkTop, inkBottom] = [top, bottom];
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      const has = css(box);
      if (has.display === "inline") continue;
      const [x, y] = [has.overflowX, has.overflowY];
      if (x !== "visible" || y !== "visible") {
        const around = box.getBoundingClientRect();
        // A box of one pixel is for who listens, not for who looks.
        if (around.width <= 1 || around.height <= 1) return { left: 0, top: 0, right: 0, bottom: 0 };
        const tolerance = 1.5;
        if (clips(x) && (rect.right > around.right + tolerance || rect.left < around.left - tolerance) && has.textOverflow !== "ellipsis" && has.webkitLineClamp === "none") say("cut", text, box);
        if (clips(y) && has.webkitLineClamp === "none" && inkTop < around.bottom && (inkBottom > around.bottom + 2.5 || inkTop < around.top - 2.5)) say("cut", text, box);
        if (clips(y) && has.webkitLineClamp === "none" && inkTop >= around.bottom) say("cut", text, box);
        // A bar that shows itself only while it is moved is no sign. With a menu open one looks at its sheet, which a mask would hide.
        if (rolls(x) && has.maskImage === "none" && !box.querySelector("details[open]") && box.scrollWidth > box.clientWidth + 1) say("goes on without a sign", text, box);
        left = Math.max(left, around.left);
        right = Math.min(right, around.right);
        top = Math.max(top, around.top);
        bottom = Math.min(bottom, around.bottom);
      }
      if (has.position === "fixed") break;
    }
    return { left, top, right, bottom };
  }

  /** A Latin word that a narrow column broke in two; what is longer than thirty letters is an address or a number. */
  function brokenWords(node, element) {
    for (const { 0: word, index } of node.data.matchAll(/[A-Za-z]{3,30}/g)) {
      const part = document.createRange();
      part.setStart(node, index);
      part.setEnd(node, index + word.length);
      if (part.getClientRects().length > 1) say("a word broken in two", word, element);
    }
  }

  const found = [];
  const open = [...document.querySelectorAll("dialog:modal")].pop();
  const walker = document.createTreeWalker(open ?? document.body, NodeFilter.SHOW_TEXT);
  const hidden = new Map();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.data.trim()) continue;
    if (!hidden.has(element)) hidden.set(element, Boolean(unseen(element)));
    if (hidden.get(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const size = parseFloat(css(element).fontSize);
    if (range.getClientRects().length > 1 && !element.closest("code, [data-raw]")) brokenWords(node, element);
    for (const rect of range.getClientRects()) {
      if (rect.width < 2 || rect.height < 2) continue;
      // Fonts reserve more than they draw: the ink of a line is about as high as its type.
      const middle = (rect.top + rect.bottom) / 2;
      const ink = { left: rect.left, right: rect.right, top: middle - size * 0.42, bottom: middle + size * 0.42 };
      const shown = seen(ink, node.data, element);
      if (shown.right - shown.left < 2 || shown.bottom - shown.top < 2) continue;
      found.push({ ...shown, node, element, layer: layer(element) });
      if (shown.right > innerWidth + 1.5 || shown.left < -1.5) say("beyond the screen", node.data, element);
    }
  }

  // Text over text: sorted from the top, each is compared with those that begin before it ends.
  found.sort((one, other) => one.top - other.top);
  for (let at = 0; at < found.length; at += 1) {
    const one = found[at];
    for (let next = at + 1; next < found.length && found[next].top < one.bottom - 2; next += 1) {
      const other = found[next];
      if (other.node === one.node || other.layer !== one.layer) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (wide > 3 && high > 3) say("over one another", `${one.node.data.trim().slice(0, 18)} / ${other.node.data.trim().slice(0, 18)}`, other.element);
    }
  }

  // Words in fields: what a field shows while it is empty, and what is chosen.
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of (open ?? document).querySelectorAll("input[placeholder], select")) {
    if (unseen(field) || (field.tagName === "INPUT" && field.value)) continue;
    const has = css(field);
    const words = field.tagName === "SELECT" ? (field.selectedOptions[0]?.textContent ?? "") : field.placeholder;
    pen.font = `${has.fontWeight} ${has.fontSize} ${has.fontFamily}`;
    const room = field.clientWidth - parseFloat(has.paddingLeft) - parseFloat(has.paddingRight) - (field.tagName === "SELECT" ? 18 : 0);
    if (pen.measureText(words.trim()).width > room + 2 && has.textOverflow !== "ellipsis") say("cut", words, field);
  }

  // Under a bar: at the top of the page what stands there, at its end what stands last, must not lie under something else.
  const roller = open ?? document.scrollingElement;
  const before = roller.scrollTop;
  for (const end of [false, true]) {
    roller.scrollTop = end ? roller.scrollHeight : 0;
    const moved = roller.scrollTop - before;
    for (const one of found) {
      const still = one.layer !== document.body && one.layer !== open; // it stays where it is when the page moves
      if (still || css(one.element).pointerEvents === "none") continue;
      const x = (one.left + one.right) / 2;
      const y = (one.top + one.bottom) / 2 - moved;
      if (x < 0 || x >= innerWidth || y < 0 || y >= innerHeight || (y > innerHeight / 2) !== end) continue;
      const hit = document.elementFromPoint(x, y);
      if (!hit || one.element.contains(hit) || hit.contains(one.element)) continue;
      const above = layer(hit);
      if (above !== one.layer && !above.contains(one.element) && !above.closest(".toasts, .menu__sheet")) say("under a bar", one.node.data, one.element);
    }
  }
  roller.scrollTop = before;
  if (document.documentElement.scrollWidth > innerWidth) say("wider than the screen", `${document.documentElement.scrollWidth} px`, document.body);
  return [...wrong];
})()

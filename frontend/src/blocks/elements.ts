/** Makes small pieces of markup by hand; text goes in as text, never as HTML. */

import iconsUrl from "../icons.svg?no-inline";

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children. A string child becomes a text node. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A decorative icon of icons.svg. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${iconsUrl}#${name}`);
  svg.append(use);
  return svg;
}

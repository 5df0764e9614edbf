/** A QR code as a picture of this page: the text in it never leaves the browser. */

import { encode } from "uqr";

const SVG = "http://www.w3.org/2000/svg";
/** Modules of white around it, as readers ask for. */
const MARGIN = 4;

/** Returns an `<svg>`, black on white whatever the page's colours; `label` names it. */
export function qrCode(text: string, label: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: "M", border: 0 });
  const whole = size + 2 * MARGIN;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${whole} ${whole}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.append(
    shape("rect", { width: String(whole), height: String(whole), fill: "#fff" }),
    shape("path", { d: squares(data), fill: "#000" }),
  );
  return svg;
}

function squares(data: readonly (readonly boolean[])[]): string {
  return data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : "")))
    .join("");
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

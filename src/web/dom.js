// SPDX-License-Identifier: GPL-3.0-or-later
// Elements without markup: whatever somebody wrote is put in as text.

export const $ = (id) => document.getElementById(id);

// `properties` are the element's own (className, textContent, ...); `null` children are left out.
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(name) {
  const SVG = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

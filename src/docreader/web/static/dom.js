/** Elements without mark-up in strings: pages with Trusted Types and a strict policy allow it. */

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  play: 'M7 4.5v15l13-7.5z',
  pause: 'M6 4.5h4.5v15H6zM13.5 4.500H18v15h-4.500z',
  listen: 'M3 9.500v5h3.500l5 4.500V5L6.5 9.500zM14 8.500a4.5 4.5 0 0 1 0 7M16.5 5.500a8.5 8.5 0 0 1 0 13',
  night: 'M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z',
  print: 'M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z',
  pdf: 'M6 3h8l5 5v13H6zM14 3v5h5M12.5 11v6M9.5 14.500l3 3 3-3',
  options: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 4.500v5h3.500v-5zM7.5 14.500v5H11v-5z',
  previousSentence: 'M15.5 5.500L9 12l6.5 6.5',
  nextSentence: 'M8.5 5.500L15 12l-6.5 6.5',
  previousParagraph: 'M18.5 5.500L12 12l6.5 6.500M11.5 5.500L5 12l6.5 6.5',
  nextParagraph: 'M5.5 5.500L12 12l-6.5 6.500M12.5 5.500L19 12l-6.5 6.5',
  volume: 'M3 9.500v5h3.500l5 4.500V5L6.5 9.500zM15 9a4 4 0 0 1 0 6',
  muted: 'M3 9.500v5h3.500l5 4.500V5L6.5 9.500zM15 9.500l5.5 5.500M20.5 9.500L15 15',
  download: 'M12 4v10M7.5 10l4.5 4.5 4.5-4.500M4.5 19.500h15',
  close: 'M6 6l12 12M18 6L6 18',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  if (name === 'play' || name === 'pause') svg.setAttribute('class', 'filled');
  const path = svg.appendChild(document.createElementNS(space, 'path'));
  path.setAttribute('d', PATHS[name]);
  return svg;
}

/** Change the picture of a button, only when it is another. */
export function picture(button, name) {
  if (button.dataset.icon === name) return;
  button.dataset.icon = name;
  button.querySelector('svg').replaceWith(icon(name));
}

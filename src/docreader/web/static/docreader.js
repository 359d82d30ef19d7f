/**
 * docreader on the page: <script type="module" src="https://reader.example/docreader.js"></script>
 *
 * This file does nothing but wait until the page is loaded and idle; the rest comes then. docs/widget.md tells the attributes.
 */
import { settings } from './settings.js';

const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));

function whenLoaded(work) {
  if (document.readyState === 'complete') idle(work, { timeout: 3000 });
  else window.addEventListener('load', () => idle(work, { timeout: 3000 }), { once: true });
}

whenLoaded(async () => {
  const { install } = await import('./install.js');
  install(settings());
});

// docreader on the page (docs/widget.md). Nothing is done before the page is loaded and idle.
const start = () => (window.requestIdleCallback ?? setTimeout)(() => import('./page.js'), { timeout: 3000 });
if (document.readyState === 'complete') start();
else addEventListener('load', start);

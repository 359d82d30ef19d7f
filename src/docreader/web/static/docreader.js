// docs/widget.md. Nothing before the page is idle.
const start = () => (window.requestIdleCallback ?? setTimeout)(() => import('./page.js'), { timeout: 3000 });
if (document.readyState === 'complete') start();
else addEventListener('load', start);

// The button of the extension puts docreader's toolbar on the page that is open, and on no other.

function start(widget, options) {
  const there = document.querySelector('docreader-bar');
  if (there) return there.scrollIntoView({ block: 'center' });
  globalThis.docreaderSettings = options;
  return void import(widget);
}

chrome.action.onClicked.addListener(async (tab) => {
  const { service = '' } = await chrome.storage.sync.get('service');
  const options = { service: service || 'none' };
  await chrome.scripting.executeScript({ target: { tabId: tab.id }, func: start, args: [chrome.runtime.getURL('widget/docreader.js'), options] });
});

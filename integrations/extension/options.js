const form = document.querySelector('form');

chrome.storage.sync.get('service').then(({ service = '' }) => {
  form.service.value = service;
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  await chrome.storage.sync.set({ service: form.service.value });
  document.querySelector('[role=status]').textContent = 'Đã lưu.';
});

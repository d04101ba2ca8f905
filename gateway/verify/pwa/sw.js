// Keeps this page, whole or not at all. The name of the cache changes with the content, so that no page is put together from two versions.
const shell = 'jansetu-check-{{.Version}}';
const files = {{.Files}};

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const stale = (name) => name.startsWith('jansetu-check-') && name !== shell;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/proof/')) return;
  const page = event.request.mode === 'navigate' && address.pathname === '{{.Path}}';
  event.respondWith(caches.open(shell)
    .then((cache) => cache.match(event.request).then((found) => found || (page ? cache.match('{{.Path}}?lang={{.Language}}') : undefined)))
    .then((found) => found || fetch(event.request)));
});

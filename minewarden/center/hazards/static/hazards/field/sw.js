/* The service worker. The office writes `RELEASE` and `store.js`, `sender.js` before it, so that one release is one file.
   It keeps the page's own files and nothing else: no answer of any other page, nothing of any user. */
"use strict";
(() => {
  const field = self.minewardenField;
  const PREFIX = "minewarden-field-";
  const CACHE = PREFIX + RELEASE.version;
  const FILES = RELEASE.files; // address → SHA-256 of what must come
  const channel = new BroadcastChannel("minewarden-field");
  field.api = RELEASE.api;
  field.changed = () => channel.postMessage("changed");

  // A login page, the portal of a hotel, half a file or that of another release must never take a file's place.
  const keepOne = async (cache, path) => {
    const response = await fetch(new Request(path, { cache: "reload", credentials: "same-origin" }));
    const hash = await field.store.sha256(await response.clone().arrayBuffer());
    if (response.status !== 200 || response.redirected || hash !== FILES[path]) throw new Error(`${path} is not of this release`);
    await cache.put(path, response);
  };

  self.addEventListener("install", (event) => {
    event.waitUntil((async () => {
      const cache = await caches.open(CACHE);
      await Promise.all(Object.keys(FILES).map((path) => keepOne(cache, path)));
      await self.skipWaiting();
    })());
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil((async () => {
      const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })());
  });

  const kept = async (path, request) => {
    const cache = await caches.open(CACHE);
    return (await cache.match(path)) || fetch(request);
  };

  const shell = async (request) => {
    const language = await field.store.getMeta("language").catch(() => null);
    return kept(RELEASE.shells[language] || RELEASE.shells[RELEASE.language], request);
  };

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) return;
    if (request.mode === "navigate") {
      if (url.pathname === RELEASE.page) event.respondWith(shell(request));
      return;
    }
    const path = url.pathname + url.search;
    if (path in FILES) event.respondWith(kept(path, request));
  });

  // Background Sync: the browser calls when there is a network, with no page open. An error makes it call again.
  self.addEventListener("sync", (event) => {
    if (event.tag !== "field-send") return;
    event.waitUntil(field.sender.run().then((result) => {
      if (result === "later") throw new Error("not all is sent");
    }));
  });
})();

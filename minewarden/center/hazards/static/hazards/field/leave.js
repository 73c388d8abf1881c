/* On the login page nobody is logged in: what the last user could choose from leaves this device. Unsent records stay. */
"use strict";
(() => {
  if (!self.minewardenField || !self.indexedDB) return;
  minewardenField.store.forgetUser().then(() => {
    if (self.BroadcastChannel) new BroadcastChannel("minewarden-field").postMessage("left");
  }, (error) => console.error(error));
})();

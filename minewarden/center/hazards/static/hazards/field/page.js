/* Ties the page together: who is logged in, what may be chosen from, when to send, what to say. */
"use strict";
(() => {
  const field = self.minewardenField;
  const { store, sender } = field;
  const { byId, say, ago, size } = field.dom;
  const { retry_first_ms: FIRST, retry_most_ms: MOST, reference_fresh_ms: FRESH, reference_old_ms: OLD, clock_off_ms: CLOCK_OFF } = field.settings;
  const channel = new BroadcastChannel("minewarden-field");

  let user = null;
  let delay = FIRST;
  let timer = 0;
  let sending = false;
  let wanted = false;
  let counts = { waiting: 0 };

  field.tell = (text, kind) => {
    const note = field.dom.make("p", { className: `note note-${kind}`, textContent: text });
    note.setAttribute("role", "status");
    byId("messages").replaceChildren(note);
    if (kind === "error") note.scrollIntoView({ block: "nearest" });
  };

  let linkState = "asking";
  const showChip = () => {
    const chip = byId("field-state");
    chip.dataset.state = linkState;
    const state = say(`link_${linkState}`);
    chip.textContent = counts.waiting > 0 ? say("link_and_waiting", { state, n: counts.waiting }) : state;
  };
  const setState = (name) => {
    linkState = name;
    showChip();
    byId("field-login").hidden = !(name === "login" || (!user && (name === "offline" || name === "unreachable")));
    byId("field-forbidden").hidden = name !== "forbidden";
  };

  const showList = async () => {
    counts = await field.list.show(user);
    byId("field-send").hidden = counts.waiting === 0;
    showChip();
    if (navigator.setAppBadge) navigator.setAppBadge(counts.waiting).catch(() => undefined); // only where installed
  };
  let showing = Promise.resolve();
  const refresh = () => {
    showing = showing.then(showList, showList);
    return showing;
  };
  field.changed = () => { channel.postMessage("changed"); refresh(); };

  const showReference = (kept) => {
    byId("field-form").hidden = !(user && kept);
    byId("field-age").textContent = kept ? say("reference_age", { name: user.name, ago: ago(Date.now() - kept.fetched_at), n: kept.data.mines.length }) : "";
    byId("field-old").hidden = !(kept && Date.now() - kept.fetched_at > OLD);
  };

  // Who the telephone believes to be here, and what it may show him without a network.
  const restore = async () => {
    const kept = await store.getMeta("reference");
    user = await store.getMeta("user") || null;
    const usable = user && kept && kept.user_id === user.id ? kept : null;
    byId("field-user").textContent = user ? user.name : "";
    showReference(usable);
    if (!usable) { field.form.stop(); return; }
    field.form.start(usable.data, user);
    if (field.form.busy()) return;
    const drafts = (await store.list()).filter((row) => row.state === "draft" && row.owner.id === user.id);
    if (drafts.length > 0) await field.form.load(drafts.sort((one, other) => other.begun_at - one.begun_at)[0]);
  };

  const fetchReference = async () => {
    const kept = await store.getMeta("reference");
    const own = kept && user && kept.user_id === user.id ? kept : null;
    if (own && Date.now() - own.fetched_at < FRESH && own.data.language === document.documentElement.lang) return;
    const headers = own ? { "If-None-Match": own.etag } : {};
    const { answer, etag, unchanged } = await sender.call("GET", "reference", { headers });
    const data = unchanged ? own.data : answer;
    if (data.user_id !== user.id) return; // somebody logged in between: the next round asks again
    await store.setMeta("reference", { user_id: user.id, fetched_at: Date.now(), etag: unchanged ? own.etag : etag, data });
    await restore();
  };

  const meet = async () => {
    const session = await sender.openSession();
    const changed = !user || user.id !== session.user.id;
    user = session.user;
    if (changed) await restore();
    const off = Date.now() - Date.parse(session.now);
    byId("field-clock").hidden = Math.abs(off) < CLOCK_OFF;
    byId("field-clock").textContent = say(off > 0 ? "clock_fast" : "clock_slow", { n: Math.round(Math.abs(off) / 60000) });
    document.documentElement.dataset.theme = session.theme;
    await store.setMeta("theme", session.theme);
    await store.setMeta("language", session.language);
    await fetchReference();
    if (session.language !== document.documentElement.lang && navigator.serviceWorker.controller && !field.form.busy()) location.reload();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(wake, delay * (0.75 + Math.random() / 2)); // not all telephones of a shift at once
    delay = Math.min(MOST, delay * 2);
  };

  const round = async () => {
    try {
      await meet();
    } catch (error) {
      if (error instanceof sender.LoginWanted) return "login";
      if (error instanceof sender.Forbidden) return "forbidden";
      return "later";
    }
    await refresh();
    if (counts.waiting === 0) return "done";
    setState("sending");
    return sender.run();
  };

  // One try: at once on opening, on a network, on saving, on coming back to the page; else with growing pauses.
  const wake = async () => {
    if (sending) { wanted = true; return; }
    sending = true;
    clearTimeout(timer);
    const before = sender.acknowledged();
    let result;
    do {
      wanted = false;
      try {
        result = await round();
      } catch (error) {
        console.error(error);
        field.tell(field.dom.fault(error), "error");
        result = "later";
      }
      await refresh();
    } while (wanted && result === "done");
    sending = false;
    if (sender.acknowledged() > before) delay = FIRST;
    setState(result === "later" ? (navigator.onLine ? "unreachable" : "offline") : result);
    if (result === "later" || result === "busy" || (result === "done" && counts.waiting > 0)) later();
    if (result === "done") delay = FIRST;
  };
  const wakeNow = () => { delay = FIRST; wake(); };

  const askForSync = async () => {
    try {
      const registration = await navigator.serviceWorker.ready;
      if (registration.sync) await registration.sync.register("field-send");
    } catch (error) {
      console.info(`no background sync: ${error}`); // refused or not there: the page itself sends
    }
  };
  const showStorage = async () => {
    if (!navigator.storage || !navigator.storage.estimate) return;
    const { usage, quota } = await navigator.storage.estimate();
    const lasting = await navigator.storage.persisted();
    byId("field-storage").textContent = say(lasting ? "storage_kept" : "storage", { used: size(usage), free: size(quota - usage) });
    byId("field-storage-low").hidden = quota - usage > field.settings.photo_bytes * 5;
  };
  field.saved = async () => {
    askForSync();
    wakeNow();
    if (navigator.storage && navigator.storage.persist && !await navigator.storage.persisted()) await navigator.storage.persist();
    await showStorage();
  };

  // A new release takes the page over when nobody is writing; else it says so and waits.
  const register = async () => {
    const container = navigator.serviceWorker;
    const had = Boolean(container.controller);
    container.addEventListener("controllerchange", () => {
      if (!had) return;
      if (field.form.busy()) byId("field-new-release").hidden = false;
      else location.reload();
    });
    const registration = await container.register(field.settings.worker, { scope: field.settings.page, updateViaCache: "none" });
    if (had) registration.update().catch(() => undefined); // without a network there is nothing newer
    await container.ready;
    byId("field-ready").hidden = false;
  };

  channel.addEventListener("message", async ({ data }) => {
    if (data === "left") { await restore(); setState("login"); }
    await refresh();
  });
  window.addEventListener("online", wakeNow);
  window.addEventListener("offline", () => setState("offline"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wakeNow(); });
  byId("field-send").addEventListener("click", wakeNow);
  byId("field-tidy").addEventListener("click", () => field.list.tidy(user, Date.now()));
  byId("field-reload").addEventListener("click", () => location.reload());

  const start = async () => {
    if (!window.isSecureContext || !navigator.serviceWorker || !self.indexedDB || !crypto.subtle) {
      byId("field-insecure").hidden = false;
      return;
    }
    const theme = await store.getMeta("theme");
    if (theme) document.documentElement.dataset.theme = theme;
    await restore();
    await field.list.tidy(user, Date.now() - field.settings.keep_arrived_ms);
    await refresh();
    setState(navigator.onLine ? "asking" : "offline");
    await Promise.all([register(), showStorage(), wake()]);
    document.documentElement.dataset.fieldStarted = "";
  };
  start().catch((error) => { console.error(error); field.tell(field.dom.fault(error), "error"); });
})();

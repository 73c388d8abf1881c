/* Sends what waits: each record, then each of its photos, until the office says that it has them.
   Runs in the page and in the service worker; only one of them at a time. */
"use strict";
(() => {
  const field = self.minewardenField;
  const store = field.store;
  const LOCK = "minewarden-field-sender";
  const LEASE_MS = 30000; // where there are no Web Locks; renewed while somebody sends

  // Nothing is known of what became of the call: send it again later.
  class Lost extends Error {
    constructor(message, network) { super(message); this.network = network; }
  }
  class LoginWanted extends Error {}
  class Forbidden extends Error {}
  // The office has read it and will not have it: a person must look.
  class Refusal extends Error {
    constructor(status, problem) { super(problem.message); this.status = status; this.problem = problem; }
  }

  let acknowledged = 0; // writes that the office has answered well: somebody who gets through need not pause longer
  const AGAIN = [408, 425, 429]; // of the 4xx, those that another try may cure

  const problemOf = async (response) => {
    try {
      const { error = "", message = "", fields = {} } = await response.json();
      return { error, message, fields };
    } catch (unreadable) {
      return { error: "", message: `HTTP ${response.status}`, fields: {} };
    }
  };

  const call = async (method, path, { body, headers, milliseconds = 30000 } = {}) => {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), milliseconds);
    try {
      const response = await fetch(field.api + path, {
        method, body, headers, cache: "no-store", credentials: "same-origin", redirect: "error", signal: control.signal,
      });
      if (response.status === 304) return { unchanged: true };
      if (response.ok) return { answer: await response.json(), etag: response.headers.get("ETag") };
      const problem = await problemOf(response);
      if (response.status === 401) throw new LoginWanted(problem.message);
      if (response.status >= 500 || AGAIN.includes(response.status) || problem.error === "content_differs") throw new Lost(problem.message, false);
      throw new Refusal(response.status, problem);
    } catch (error) {
      if (error instanceof Lost || error instanceof LoginWanted || error instanceof Refusal) throw error;
      throw new Lost(String(error), true); // no answer, or half of one
    } finally {
      clearTimeout(timer);
    }
  };

  // Who is logged in now, with a fresh CSRF token. Tells the store, so that another user's reference data goes.
  const openSession = async () => {
    try {
      const { answer } = await call("GET", "session");
      await store.enter(answer.user);
      return answer;
    } catch (error) {
      if (error instanceof Refusal && error.status === 403) throw new Forbidden(error.message);
      throw error;
    }
  };

  // A token that is too old is refused once; the second refusal is meant.
  const write = async (session, path, content) => {
    const once = async () => {
      const { answer } = await call("PUT", path, { ...content, headers: { ...content.headers, "X-CSRFToken": session.csrf } });
      acknowledged += 1;
      return answer;
    };
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 403) throw error;
      const now = await openSession();
      if (now.user.id !== session.user.id) throw new Lost("another user logged in", true);
      session.csrf = now.csrf;
      return once();
    }
  };

  const sendPhoto = async (session, photo) => {
    const query = `owner=${session.user.id}&name=${encodeURIComponent(photo.name)}`;
    const answer = await write(session, `records/${photo.record}/photos/${photo.sha256}?${query}`, {
      body: photo.blob, headers: { "Content-Type": photo.type }, milliseconds: 30000 + photo.size / 10,
    });
    if (answer.sha256 !== photo.sha256) throw new Lost("the office speaks of another photo", false);
  };

  const sendPhotos = async (session, record, known) => {
    const refused = [];
    for (const photo of await store.photosOf(record.id)) {
      if (photo.sent) continue;
      try {
        if (!known.includes(photo.sha256)) await sendPhoto(session, photo);
        await store.setPhoto(record.id, photo.sha256, { sent: true, problem: null });
        field.changed();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await store.setPhoto(record.id, photo.sha256, { problem: error.problem });
        const { message } = error.problem;
        refused.push(message.includes(photo.name) ? message : `${photo.name}: ${message}`);
      }
    }
    return refused;
  };

  const always = () => true;

  const sendRecord = async (session, record) => {
    const content = { owner: session.user.id, ...record.fields };
    const answer = await write(session, `records/${record.id}`, {
      body: JSON.stringify(content), headers: { "Content-Type": "application/json" },
    });
    if (answer.id !== record.id) throw new Lost("the office speaks of another record", false);
    await store.change(record.id, always, (row) => Object.assign(row, { number: answer.number, url: answer.url }));
    const refused = await sendPhotos(session, record, answer.photos);
    if (refused.length > 0) throw new Refusal(422, { error: "photos", message: refused.join("\n"), fields: {} });
    // Whole at the office: only now the photos leave the telephone.
    await store.transact(["records", "photos"], "readwrite", async (records, photos) => {
      const row = await store.ask(records.get(record.id));
      row.photo_count = 0;
      for (const key of await store.ask(photos.index("record").getAllKeys(record.id))) {
        row.photo_count += 1;
        await store.ask(photos.delete(key));
      }
      await store.ask(records.put(Object.assign(row, { state: "arrived", arrived_at: Date.now(), problem: null })));
    });
  };

  const attempt = async (session, record) => {
    const taken = await store.change(
      record.id,
      (row) => row.state === "waiting" || row.state === "sending",
      (row) => { row.state = "sending"; row.attempts += 1; },
    );
    if (!taken) return;
    field.changed();
    try {
      await sendRecord(session, taken);
    } catch (error) {
      const refused = error instanceof Refusal && error.problem.error !== "another_user";
      await store.change(record.id, always, (row) => {
        row.state = refused ? "refused" : "waiting";
        row.problem = refused ? error.problem : row.problem;
      });
      if (!refused) throw error instanceof Refusal ? new Lost(error.message, true) : error;
    } finally {
      field.changed();
    }
  };

  const waitingOf = async (userId) => (await store.transact(["records"], "readonly", (records) => store.ask(records.getAll())))
    .filter((row) => row.owner.id === userId && (row.state === "waiting" || row.state === "sending"))
    .sort((one, other) => one.saved_at - other.saved_at);

  const sendAll = async () => {
    const session = await openSession();
    const failed = new Set(); // one that breaks the office must not hold up the others
    for (;;) {
      const next = (await waitingOf(session.user.id)).find((row) => !failed.has(row.id));
      if (!next) return failed.size > 0 ? "later" : "done";
      try {
        await attempt(session, next);
      } catch (error) {
        if (!(error instanceof Lost) || error.network) throw error;
        failed.add(next.id);
      }
    }
  };

  // Where there are no Web Locks: a lease in the store, which one transaction gives to one holder only.
  const me = store.newId();
  const takeLease = () => store.transact(["meta"], "readwrite", async (meta) => {
    const lease = await store.ask(meta.get("lease"));
    if (lease && lease.holder !== me && lease.until > Date.now() && lease.until < Date.now() + 2 * LEASE_MS) return false;
    await store.ask(meta.put({ holder: me, until: Date.now() + LEASE_MS }, "lease"));
    return true;
  });
  const leased = async (work) => {
    if (!await takeLease()) return "busy";
    const beat = setInterval(takeLease, LEASE_MS / 3);
    try {
      return await work();
    } finally {
      clearInterval(beat);
      await store.transact(["meta"], "readwrite", async (meta) => {
        const lease = await store.ask(meta.get("lease"));
        if (lease && lease.holder === me) await store.ask(meta.delete("lease"));
      });
    }
  };
  const alone = (work) => (navigator.locks
    ? navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : "busy"))
    : leased(work));

  // Answers "done", "later" (try again), "busy" (another window sends), "login" or "forbidden".
  const run = async () => {
    try {
      return await alone(sendAll);
    } catch (error) {
      if (error instanceof LoginWanted) return "login";
      if (error instanceof Forbidden) return "forbidden";
      if (error instanceof Lost) return "later";
      throw error;
    }
  };

  field.sender = { run, acknowledged: () => acknowledged, call, openSession, waitingOf, Lost, LoginWanted, Forbidden, Refusal };
})();

/* What the telephone keeps: records and photos until the office has them, and what one user may choose from.
   Runs in the page and in the service worker. Floor: Chrome 86. */
"use strict";
(() => {
  const field = self.minewardenField = self.minewardenField || {};
  const NAME = "minewarden-field";
  const VERSION = 1;
  let opened = null;

  const open = () => {
    if (opened) return opened;
    opened = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        const base = request.result;
        base.createObjectStore("records", { keyPath: "id" });
        base.createObjectStore("photos", { keyPath: ["record", "sha256"] }).createIndex("record", "record");
        base.createObjectStore("meta");
      };
      request.onsuccess = () => {
        const base = request.result;
        base.onversionchange = () => { base.close(); opened = null; };
        base.onclose = () => { opened = null; };
        resolve(base);
      };
      request.onerror = () => { opened = null; reject(request.error); };
    });
    return opened;
  };

  const ask = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Does `work` in one transaction; answers its result only when it lies on the disk ("strict").
  const transact = async (names, mode, work) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(names, mode, { durability: "strict" });
      let result;
      let fault = null;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = () => reject(fault || transaction.error || new DOMException("not saved", "AbortError"));
      work(...names.map((name) => transaction.objectStore(name))).then(
        (value) => { result = value; },
        (error) => { fault = error; try { transaction.abort(); } catch (ended) { reject(error); } },
      );
    });
  };

  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // Chrome 86 to 91
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const sha256 = async (buffer) => {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const getMeta = (key) => transact(["meta"], "readonly", (meta) => ask(meta.get(key)));
  const setMeta = (key, value) => transact(["meta"], "readwrite", (meta) => ask(meta.put(value, key)));

  // What one user may choose from is no business of the next one. His records stay.
  const forgetUser = () => transact(["meta"], "readwrite", async (meta) => {
    await ask(meta.delete("reference"));
    await ask(meta.delete("user"));
  });

  // The office says who is logged in.
  const enter = (user) => transact(["meta"], "readwrite", async (meta) => {
    const before = await ask(meta.get("user"));
    if (before && before.id !== user.id) await ask(meta.delete("reference"));
    await ask(meta.put(user, "user"));
  });

  // Changes one record, if it is still as `when` wants it; answers it, or null and nothing is changed.
  const change = (id, when, how) => transact(["records"], "readwrite", async (records) => {
    const record = await ask(records.get(id));
    if (!record || !when(record)) return null;
    how(record);
    await ask(records.put(record));
    return record;
  });

  const editable = (record) => record.state === "draft" || (!record.number
    && (record.state === "refused" || (record.state === "waiting" && record.attempts === 0)));

  const newDraft = async (owner, fields) => {
    const record = { id: newId(), owner, fields, state: "draft", attempts: 0, begun_at: Date.now() };
    await transact(["records"], "readwrite", (records) => ask(records.put(record)));
    return record;
  };

  // Taken out of the queue to be written on: while it is a draft nobody sends it.
  const edit = (id) => change(id, editable, (record) => { record.state = "draft"; });
  const keepDraft = (id, fields) => change(id, (record) => record.state === "draft", (record) => { record.fields = fields; });
  const submit = (id, fields, labels, now) => change(id, (record) => record.state === "draft", (record) => {
    Object.assign(record, { fields, labels, state: "waiting", saved_at: now, problem: null, attempts: 0 });
  });

  const remove = (id, when) => transact(["records", "photos"], "readwrite", async (records, photos) => {
    const record = await ask(records.get(id));
    if (!record || !when(record)) return false;
    for (const key of await ask(photos.index("record").getAllKeys(id))) await ask(photos.delete(key));
    await ask(records.delete(id));
    return true;
  });
  const discard = (id) => remove(id, editable);
  const tidy = (id) => remove(id, (record) => record.state === "arrived");

  // False where the very same picture is there already.
  const addPhoto = (photo) => transact(["photos"], "readwrite", async (photos) => {
    if (await ask(photos.get([photo.record, photo.sha256]))) return false;
    await ask(photos.add({ sent: false, problem: null, ...photo }));
    return true;
  });
  const removePhoto = (record, hash) => transact(["photos"], "readwrite", (photos) => ask(photos.delete([record, hash])));
  const photosOf = (id) => transact(["photos"], "readonly", async (photos) => {
    const found = await ask(photos.index("record").getAll(id));
    return found.sort((one, other) => one.added_at - other.added_at);
  });
  const setPhoto = (record, hash, values) => transact(["photos"], "readwrite", async (photos) => {
    const photo = await ask(photos.get([record, hash]));
    if (photo) await ask(photos.put(Object.assign(photo, values)));
  });

  const getRecord = (id) => transact(["records"], "readonly", (records) => ask(records.get(id)));
  const list = () => transact(["records", "photos"], "readonly", async (records, photos) => {
    const rows = await ask(records.getAll());
    for (const row of rows) {
      row.photos = (await ask(photos.index("record").getAll(row.id)))
        .map(({ sha256: hash, name, size, sent, problem }) => ({ sha256: hash, name, size, sent, problem }));
    }
    return rows;
  });

  field.store = {
    NAME, transact, ask, newId, sha256, getMeta, setMeta, forgetUser, enter, change, editable, newDraft, edit, keepDraft,
    submit, discard, tidy, addPhoto, removePhoto, photosOf, setPhoto, getRecord, list,
  };
})();

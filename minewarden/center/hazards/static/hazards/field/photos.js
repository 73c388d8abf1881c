/* Photos of the record being written: from camera or album, kept whole and untouched with the SHA-256 of their bytes. */
"use strict";
(() => {
  const field = self.minewardenField;
  const { store } = field;
  const { byId, say, make, button, size } = field.dom;
  const { photo_bytes: MOST_BYTES, photos: MOST, media_types: TYPES } = field.settings;
  let shown = []; // object URLs of the small pictures

  const show = async () => {
    const photos = await field.form.photos();
    shown.forEach((url) => URL.revokeObjectURL(url));
    shown = [];
    byId("field-photos").replaceChildren(...photos.map((photo) => {
      const url = URL.createObjectURL(photo.blob);
      shown.push(url);
      const remove = button("×", "photo-remove", async () => { await field.form.removePhoto(photo.sha256); await show(); });
      remove.setAttribute("aria-label", say("remove_photo", { name: photo.name }));
      return make("li", {}, make("img", { src: url, alt: photo.name }), make("small", { textContent: size(photo.size) }), remove);
    }));
  };

  const refusal = (file, count) => {
    const given = { name: file.name, most: size(MOST_BYTES), n: MOST };
    if (count >= MOST) return say("too_many_photos", given);
    if (file.size === 0) return say("photo_empty", given);
    if (file.size > MOST_BYTES) return say("photo_too_large", given);
    if (!TYPES.includes(file.type)) return say("photo_type", given);
    return "";
  };

  const take = async (files) => {
    const faults = [];
    for (const file of files) {
      const fault = refusal(file, (await field.form.photos()).length);
      if (fault) { faults.push(fault); continue; }
      try {
        const bytes = await file.arrayBuffer(); // a copy of our own: the album's file may change or go
        const photo = {
          sha256: await store.sha256(bytes), blob: new Blob([bytes], { type: file.type }), size: file.size, type: file.type,
          name: file.name, added_at: Date.now(),
        };
        if (!await field.form.addPhoto(photo)) faults.push(say("photo_twice", { name: file.name }));
      } catch (error) {
        faults.push(`${file.name}: ${field.dom.fault(error)}`);
      }
    }
    await show();
    if (faults.length > 0) field.tell(faults.join(" "), "error");
  };

  document.querySelectorAll("input[type=file]").forEach((input) => {
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.disabled = true;
      await take(files);
      input.disabled = false;
      input.value = "";
    });
  });

  field.photos = { show };
})();

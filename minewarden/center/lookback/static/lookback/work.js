/* The inspector's page: words that stand ready, pictures shown before they are sent, one key to send. The page works
   without it; keys 1–4, P, J, K and S are those of ui.js. ES2019. */
"use strict";
(() => {
  const route = document.querySelector("[data-route]");
  if (route && window.matchMedia("(max-width: 760px)").matches) route.open = false;
  const form = document.querySelector("[data-result]");
  if (!form) return;
  const words = form.elements.remarks;
  const files = form.elements.proofs;
  const chosen = form.querySelector("[data-chosen]");
  const follows = form.querySelector("[data-follows]");
  const radios = [...form.querySelectorAll("[name=result]")];
  const phrases = new Set(radios.map((radio) => radio.dataset.phrase));
  let sending = false;

  // What somebody wrote is never taken away: only words that stood ready are changed for others.
  const show = () => {
    const radio = radios.find((one) => one.checked);
    radios.forEach((one) => one.closest("label").classList.toggle("chosen-one", one === radio));
    if (!radio) return;
    if (!words.value.trim() || phrases.has(words.value)) words.value = radio.dataset.phrase;
    files.required = "proof" in radio.dataset;
    const failed = radio.value !== "put_right";
    follows.hidden = !failed;
    follows.querySelectorAll("input, textarea").forEach((field) => { field.disabled = !failed; });
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "result") show();
    if (event.target !== files) return;
    chosen.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    chosen.replaceChildren(...[...files.files].map((file) => {
      const item = document.createElement("li");
      if (file.type.startsWith("image/")) {
        const image = document.createElement("img");
        image.src = URL.createObjectURL(file);
        image.alt = file.name;
        item.append(image);
      } else item.textContent = file.name;
      return item;
    }));
    // Where the focus stays on the file field, keys would be typing; on the button Enter sends as well.
    if (files.files.length) form.querySelector("[type=submit]").focus({ preventScroll: true });
  });

  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) form.requestSubmit();
  });

  // A double press on a slow line sends once.
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
  });
  window.addEventListener("pageshow", () => { sending = false; });

  show();
})();

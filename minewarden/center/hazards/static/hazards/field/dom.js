/* Small pieces that form, list and page share: words of the page's language, elements, moments. Text is always text. */
"use strict";
(() => {
  const field = self.minewardenField;
  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("field-words").textContent);
  field.settings = JSON.parse(byId("field-settings").textContent);
  field.api = field.settings.api;

  // words.some_key with {name} filled in.
  const say = (key, given = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in given ? given[name] : whole));

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  };
  const button = (label, className, work) => {
    const element = make("button", { type: "button", className, textContent: label });
    element.addEventListener("click", work);
    return element;
  };

  const MINUTE = 60000;
  const ago = (milliseconds) => {
    const minutes = Math.floor(milliseconds / MINUTE);
    if (minutes < 1) return say("just_now");
    if (minutes < 60) return say("minutes_ago", { n: minutes });
    if (minutes < 1440) return say("hours_ago", { n: Math.floor(minutes / 60) });
    return say("days_ago", { n: Math.floor(minutes / 1440) });
  };

  // The clock on the wall of a place, as datetime-local wants it: 2026-11-23T14:05.
  const wallClock = (moment, zone) => {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(moment);
    const part = (type) => parts.find((one) => one.type === type).value;
    return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
  };

  const size = (bytes) => {
    if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
    if (bytes < 1024 ** 3) return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
    return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
  };

  // What went wrong while something was to be kept, in words.
  const fault = (error) => say(error && error.name === "QuotaExceededError" ? "device_full" : "device_fault", {
    detail: error && error.message ? error.message : String(error),
  });

  field.dom = { byId, say, make, button, ago, wallClock, size, fault };
})();

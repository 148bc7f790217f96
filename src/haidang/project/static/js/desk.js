// Keys on top of pages that work without them. Off in fields, during input composition (Telex, VNI,
// Pinyin), with any modifier held, and for whoever switches them off (WCAG 2.1.4).
(() => {
  "use strict";

  const SWITCH = "keys";
  const SEQUENCE_MS = 1200;
  const places = { w: ".rooms a[href='/watch/']", s: ".rooms a[href^='/sources']" };
  let afterG = 0;

  const areOn = () => {
    try {
      return localStorage.getItem(SWITCH) !== "off";
    } catch {
      return true; // storage is closed to us: keys work, and the switch lasts for this page only
    }
  };

  const isTyping = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  const headlines = () =>
    [...document.querySelectorAll("[data-story]")]
      .map((story) => story.querySelector("h1 a, h2 a, h3 a"))
      .filter(Boolean);

  const step = (by) => {
    const links = headlines();
    if (!links.length) return;
    const story = document.activeElement.closest?.("[data-story]");
    const at = story ? links.findIndex((link) => story.contains(link)) : -1;
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    const link = links[Math.min(Math.max(next, 0), links.length - 1)];
    link.focus({ preventScroll: true });
    link.closest("[data-story]").scrollIntoView({ block: "nearest" });
  };

  const openHeadline = () => {
    const link = document.activeElement.closest?.("[data-story]")?.querySelector("h1 a, h2 a, h3 a");
    if (link) link.click();
  };

  const search = () => {
    const field = document.querySelector(".search-line input") || document.getElementById("find");
    if (!field) return;
    field.focus();
    field.select();
  };

  const acts = {
    j: () => step(1),
    k: () => step(-1),
    o: openHeadline,
    v: () => document.querySelector("[data-original]")?.click(),
    "/": search,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const { key, target } = event;
    if (key === "Escape" && isTyping(target)) {
      target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    if (!areOn() || document.querySelector("dialog[open]")) return;
    if (afterG && event.timeStamp - afterG < SEQUENCE_MS && places[key]) {
      afterG = 0;
      event.preventDefault();
      document.querySelector(places[key])?.click();
      return;
    }
    afterG = key === "g" ? event.timeStamp : 0;
    if (Object.hasOwn(acts, key)) {
      event.preventDefault();
      acts[key]();
    }
  });

  const tellSwitch = (button) => {
    button.textContent = areOn() ? button.dataset.off : button.dataset.on;
  };

  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.closest("[hidden]").hidden = false;
    tellSwitch(button);
    button.addEventListener("click", () => {
      try {
        localStorage.setItem(SWITCH, areOn() ? "off" : "on");
      } catch {
        return;
      }
      document.querySelectorAll("[data-keys-switch]").forEach(tellSwitch);
    });
  }

  // "More" is replaced by what it brings: focus goes to the first new headline, nothing else moves.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const more = event.detail.target?.closest?.(".more");
    if (!more) return;
    const before = headlines().length;
    document.addEventListener(
      "htmx:afterSettle",
      () => headlines()[before]?.focus({ preventScroll: true }),
      { once: true },
    );
  });
})();

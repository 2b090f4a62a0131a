// Comforts only: every page works without this file.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const root = document.documentElement;

// Light or dark, remembered.
const toggle = $("[data-theme-toggle]");
if (toggle) {
  toggle.hidden = false;
  const isDark = () =>
    (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => toggle.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* not remembered, then */ }
    label();
  });
  label();
}

// "/" jumps to the search field.
document.addEventListener("keydown", (event) => {
  const search = $("input[type=search]");
  const typing = event.target.closest?.("input, textarea, select");
  if (event.key === "/" && search && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// Messages can be put away.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(".flash").remove();
});

// Choosing a genre or an order applies at once.
for (const select of document.querySelectorAll("[data-submit-on-change]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

// How much room is left.
for (const field of document.querySelectorAll("textarea[maxlength]")) {
  const counter = document.getElementById(field.dataset.counter);
  const show = () => { counter.textContent = `${field.value.length} of ${field.maxLength} characters`; };
  if (counter) { field.addEventListener("input", show); show(); }
}

// Show the chosen cover, and say early when it is too large or no image.
const chooser = $("[data-cover-input]");
if (chooser) {
  const preview = $("[data-cover-preview]");
  const problem = $("[data-cover-problem]");
  chooser.addEventListener("change", () => {
    const file = chooser.files[0];
    let wrong = "";
    if (file && !/^image\/(png|jpeg|gif|webp)$/.test(file.type)) wrong = "That is not a PNG, JPEG, GIF or WebP image.";
    else if (file && file.size > Number(chooser.dataset.limit)) wrong = "That image is too large.";
    problem.textContent = wrong;
    problem.hidden = !wrong;
    chooser.setCustomValidity(wrong);
    if (file && !wrong) {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = "The chosen cover";
      image.className = "cover";
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      preview.replaceChildren(image);
    }
  });
}

// A choice above the table is asked for at once; rows pasted anywhere but into a field go to the preview.
"use strict";
for (const choice of document.querySelectorAll("[data-send]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
document.addEventListener("paste", (event) => {
  const form = document.getElementById("paste");
  if (!form || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
  if (!text.trim()) return;
  event.preventDefault();
  form.elements.text.value = text;
  form.submit();
});
// A file that is chosen is one more line of the field; without a script its path is typed.
const attach = document.querySelector("[data-attach]");
const pieces = document.getElementById("v-evidence");
if (attach && pieces) {
  attach.hidden = false;
  const chosen = attach.querySelector("input");
  attach.querySelector("button").addEventListener("click", () => {
    const path = chosen.value.trim();
    if (!path) return chosen.focus();
    if (!pieces.value.split("\n").includes(path)) {
      pieces.value = [pieces.value.trimEnd(), path].filter(Boolean).join("\n");
      pieces.dispatchEvent(new Event("change", { bubbles: true }));
    }
    chosen.value = "";
    chosen.focus();
  });
}
// What the check says below a field is also how the field looks.
const record = document.getElementById("rec");
if (record) {
  new MutationObserver(() => {
    for (const field of record.querySelectorAll(".field")) {
      const wrong = field.querySelector(".err") !== null;
      const typed = field.querySelector("[name^='v-']");
      if (!typed || field.classList.contains("wrong") === wrong) continue;
      field.classList.toggle("wrong", wrong);
      if (wrong) typed.setAttribute("aria-invalid", "true");
      else typed.removeAttribute("aria-invalid");
    }
  }).observe(record, { childList: true, subtree: true });
}

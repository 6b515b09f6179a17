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

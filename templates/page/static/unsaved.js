// What was typed into a form and not sent is asked about before the page is left; so is a form that was refused.
"use strict";
{
  const first = new Map();
  const said = (form) =>
    JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]));
  const forms = [...document.querySelectorAll('form[method="post"]:not([hidden]):not(#grid)')];
  for (const form of forms) first.set(form, said(form));
  let sent = null;
  let dropped = false;
  document.addEventListener("submit", (event) => { sent = event.defaultPrevented ? null : event.target; });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[data-drop]")) dropped = true;
  });
  addEventListener("beforeunload", (event) => {
    const kept = forms.filter((form) => form !== sent && form.isConnected);
    const open = kept.some((form) => "unsaved" in form.dataset || said(form) !== first.get(form));
    if (open && !dropped) event.preventDefault();
    sent = null;
    dropped = false;
  });
}

// An open page says so, and says when it goes: the program ends when nobody has one open any more. Where it has ended,
// the page says that nothing will be saved.
"use strict";
const presence = document.getElementById("presence");
const speak = () =>
  fetch("/alive").then(
    (answer) => { presence.hidden = answer.ok; },
    () => { presence.hidden = false; },
  );
setInterval(speak, 30000);
addEventListener("visibilitychange", () => { if (!document.hidden) speak(); });
addEventListener("pagehide", () => { navigator.sendBeacon(presence.dataset.gone); });

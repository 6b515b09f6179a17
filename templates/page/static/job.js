/* The steps of a job as they come (server-sent events); without this script the page refreshes itself. */
"use strict";
const panel = document.getElementById("job");
if (panel) {
  const source = new EventSource(panel.dataset.events);
  source.addEventListener("step", (event) => { panel.innerHTML = event.data; });
  source.addEventListener("over", () => { source.close(); location.assign(panel.dataset.over); });
}

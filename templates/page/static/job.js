/* The steps of a job as they come (server-sent events); without this script the page refreshes itself. */
"use strict";
const panel = document.getElementById("job");
if (panel) {
  const source = new EventSource(panel.dataset.events);
  source.addEventListener("step", (event) => { panel.innerHTML = event.data; });
  const time = document.getElementById("job-time");  // outside what is read aloud with each step
  source.addEventListener("time", (event) => { if (time) time.textContent = event.data; });
  source.addEventListener("over", () => { source.close(); location.assign(panel.dataset.over); });
}

// Ask again; the place on the page that was asked for (#...) stays, and is gone to when there is something to see.
"use strict";
history.scrollRestoration = "manual";
setTimeout(() => location.reload(), 800);

// Ask again. From another address, for going to the place on a page (#...) that one is on already loads nothing.
"use strict";
setTimeout(() => {
  const wanted = location.href;
  history.replaceState(null, "", "/-");
  location.replace(wanted);
}, 800);

/* Masking by mouse: a box that is drawn on the page goes into the four numbers of the form, and the numbers into the box. */
"use strict";

const board = document.getElementById("board");
const mask = document.getElementById("mask");
if (board && mask) {
  const edges = ["left", "top", "width", "height"].map((name) => mask.elements[name]);
  const draft = board.querySelector(".draft");
  /* The page as it came, in millimetres, and by how much it is shown turned: the numbers are of the page as it came. */
  const [wide, high, turn] = [board.dataset.wide, board.dataset.high, board.dataset.turn].map(Number);

  function fromForm() {
    const [left, top, width, height] = edges.map((input) => Number(input.value) || 0);
    for (const [name, value] of Object.entries({ x: left, y: top, width, height })) draft.setAttribute(name, value);
    for (const near of document.querySelectorAll(".nudge")) near.disabled = !width || !height;
  }

  function place(event) {
    const box = board.getBoundingClientRect();
    const x = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    const y = Math.min(Math.max((event.clientY - box.top) / box.height, 0), 1);
    const [across, down] = { 0: [x, y], 90: [y, 1 - x], 180: [1 - x, 1 - y], 270: [1 - y, x] }[turn];
    return [across * wide, down * high];
  }

  let from = null;
  board.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = place(event);
    board.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    const [left, top] = [Math.floor(Math.min(from[0], to[0])), Math.floor(Math.min(from[1], to[1]))];
    /* whole millimetres, outwards, and never beyond the page */
    const width = Math.min(Math.ceil(Math.max(from[0], to[0])), Math.floor(wide)) - left;
    const height = Math.min(Math.ceil(Math.max(from[1], to[1])), Math.floor(high)) - top;
    edges.forEach((input, at) => (input.value = [left, top, width, height][at]));
    fromForm();
  });
  for (const name of ["pointerup", "pointercancel"])
    board.addEventListener(name, () => {
      if (from && Number(edges[2].value) > 0) mask.elements.reason.focus({ preventScroll: true });
      from = null;
    });
  for (const input of edges) input.addEventListener("input", fromForm);
  fromForm();
}

/* Pieces in order: an item is dragged to its place; whoever drags nothing has the buttons. */
for (const list of document.querySelectorAll("form[data-order] ol, form[data-order] ul")) {
  const form = list.closest("form");
  let dragged = null;
  for (const item of list.children) item.draggable = true;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.path);
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged || over.parentElement !== list) return;
    event.preventDefault();
    const items = [...list.children];
    if (items.indexOf(over) > items.indexOf(dragged)) over.after(dragged);
    else over.before(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (dragged) form.requestSubmit(form.querySelector("button[data-whole]"));
    dragged = null;
  });
}

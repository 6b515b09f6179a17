/* Evidence: files dropped or chosen go in one by one, each with its progress; rows of the table are saved as one leaves them. */
"use strict";

/* -- files ---------------------------------------------------------------------------------------------------------- */

async function filesOf(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry());
  if (!entries.every(Boolean)) return [...transfer.files].map((file) => [file.name, file]);
  const files = [];
  for (const entry of entries) await gather(entry, "", files);
  return files;
}

async function gather(entry, folder, files) {
  const path = folder + entry.name;
  if (entry.isFile) {
    files.push([path, await new Promise((done, failed) => entry.file(done, failed))]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return;
    for (const inner of some) await gather(inner, path + "/", files);
  }
}

function send(form, name, file, more, onProgress) {
  const data = new FormData();
  for (const field of new FormData(form)) if (!(field[1] instanceof File)) data.append(...field);
  for (const field of Object.entries(more)) data.set(...field);
  data.append("files", file, name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/evidence/files");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", form.dataset.csrf);
    request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
    request.onload = () => {
      try {
        done(JSON.parse(request.responseText).files[0]);
      } catch {
        done({ path: "", problem: request.responseText.slice(0, 200), mend: "" });
      }
    };
    request.onerror = () => done({ path: "", problem: "没有传完。", mend: "考评包可能已经关了：重新打开再放。" });
    request.send(data);
  });
}

async function bringOne(form, item, name, file, more = {}) {
  const bar = item.querySelector("progress");
  const words = item.querySelector(".result");
  const result = await send(form, name, file, more, (loaded, total) => {
    bar.max = total;
    bar.value = loaded;
  });
  bar.hidden = true;
  if (result.path) {
    form.placed.push(result.path);
    const renamed = result.path.endsWith(name) ? "" : "：" + result.path;
    words.textContent = result.new ? "放好了" + renamed : "已经有一个同名同内容的，没有再放";
    return true;
  }
  words.textContent = result.problem + result.mend;
  if (result.code === "upload.name_taken") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn s";
    button.textContent = "换个名字放";
    button.onclick = async () => {
      button.remove();
      if (await bringOne(form, item, name, file, { ...more, same_name: "rename" })) finish(form);
    };
    words.append(" ", button);
  }
  return false;
}

/* Where one goes from here: to what was put; to the line, once its record names the files. */
async function goOn(form) {
  if (!form.dataset.line) {
    const address = new URL("/evidence", location.href);
    address.searchParams.set("put", form.placed.length);
    location.assign(address);
    return;
  }
  const body = new URLSearchParams({ record: form.elements.record.value, type: form.elements.type.value, back: form.dataset.line });
  for (const path of form.placed) body.append("path", path);
  const response = await fetch("/evidence/attachment", {
    method: "POST",
    headers: { "X-CSRF-Token": form.dataset.csrf },
    body,
  });
  if (response.ok) location.assign("/lines/" + encodeURIComponent(form.dataset.line) + "?done=1");
  else {
    const page = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#wrong");
    form.querySelector(".progress-list").append(page ? page.textContent : "文件放好了，没有挂上。");
  }
}

function finish(form) {
  if (form.querySelector(".progress-list li button") || !form.placed.length) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn main gap-s";
  button.textContent = "接着看放好的";
  button.onclick = () => goOn(form);
  form.querySelector(".progress-list").append(button);
  button.focus();
}

async function bring(form, files) {
  const record = form.elements.record;
  if (record && !record.reportValidity()) return;
  const place = form.querySelector(".progress-list");
  const list = document.createElement("ul");
  const count = document.createElement("p");
  count.className = "count";
  place.replaceChildren(count, list);
  form.placed = [];
  let failed = 0;
  let done = 0;
  const tell = () => {
    const rest = done - failed;
    count.textContent =
      done < files.length
        ? `正在放第 ${done + 1} 个，共 ${files.length} 个`
        : `收到 ${files.length} 个文件，放好 ${rest} 个` + (failed ? `，${failed} 个没有放进去，原因写在下面` : "") + "。";
  };
  for (const [name, file] of files) {
    tell();
    const item = document.createElement("li");
    const shown = document.createElement("span");
    shown.textContent = name;
    const bar = document.createElement("progress");
    bar.setAttribute("aria-label", name);
    const words = document.createElement("span");
    words.className = "result";
    item.append(shown, bar, words);
    list.append(item);
    item.scrollIntoView({ block: "nearest" });
    if (!(await bringOne(form, item, name, file))) failed += 1;
    done += 1;
  }
  tell();
  if (files.length && !failed) await goOn(form);
  else finish(form);
}

for (const form of document.querySelectorAll("form.dropping")) {
  const zone = form.querySelector(".drop");
  const isFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  zone.addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  for (const left of ["dragleave", "drop"]) zone.addEventListener(left, () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    bring(form, await filesOf(event.dataTransfer));
  });
  for (const input of form.querySelectorAll('input[type="file"]'))
    input.addEventListener("change", () => {
      const files = [...input.files].map((file) => [file.webkitRelativePath || file.name, file]);
      input.value = "";
      if (files.length) bring(form, files);
    });
  form.addEventListener("submit", (event) => event.preventDefault());
}
/* The kind of a file that a record usually has is proposed anew for each record, until somebody chose one. */
for (const record of document.querySelectorAll("[data-hangs]")) {
  const type = record.form.elements.type;
  if (!type || !type.dataset) continue;
  let chosen = false;
  type.addEventListener("change", () => (chosen = true));
  record.addEventListener("change", () => {
    const options = record.list ? [...record.list.options] : [...record.options];
    const its = options.find((option) => option.value === record.value);
    if (chosen || !its) return;
    type.value = its.dataset.usual;
    const words = its.dataset.usual ? `${its.dataset.of}的材料通常是“${its.dataset.usual}”，请看一眼，不是的改过来。` : "";
    document.querySelector(`#${type.id}-h .usual`).textContent = words;
  });
}
/* A file that is dropped beside a zone must not take the page's place. */
for (const name of ["dragover", "drop"])
  addEventListener(name, (event) => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });

/* -- the table ------------------------------------------------------------------------------------------------------ */

const grid = document.getElementById("grid");
if (grid) {
  const dirty = new Set();
  const rowOf = (node) => node instanceof Node && node.parentElement ? node.parentElement.closest("tr[data-row]") : null;

  grid.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (!row || event.target.name === "pick") return;
    dirty.add(row);
    row.classList.add("dirty");
    row.querySelector(".saved").textContent = "还没有存";
  });

  async function save(row) {
    const number = row.dataset.row;
    const body = new URLSearchParams(new FormData(grid));
    body.set("only", number);
    dirty.delete(row);
    let answer;
    try {
      const response = await fetch("/evidence/registration", {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRF-Token": grid.dataset.csrf },
        body,
      });
      answer = await response.json();
    } catch {
      answer = { problem: "没有存上：考评包可能已经关了。" };
    }
    const path = grid.elements["path." + number].value;
    const errors = (answer.errors || {})[path] || {};
    for (const input of row.querySelectorAll("input:not([type=hidden], [type=checkbox]), select")) {
      const name = input.name.split(".")[0];
      const why = errors[name] || "";
      const place = document.getElementById("e-" + name + "-" + number);
      place.textContent = why;
      input.closest("td").classList.toggle("bad", Boolean(why));
      if (why) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", place.id);
      } else input.removeAttribute("aria-invalid");
    }
    const words = row.querySelector(".saved");
    const done = (answer.files || {})[path];
    if (done) {
      grid.elements["seal." + number].value = done.seal;
      if (!dirty.has(row)) {
        row.classList.remove("dirty");
        for (const [name, text] of Object.entries(done.texts)) grid.elements[name + "." + number].value = text;
        words.textContent = "已存盘";
      }
      document.querySelector("#total b").textContent = answer.total;
    } else {
      dirty.add(row);
      const others = (answer.overtaken || []).includes(path);
      words.textContent = answer.problem || (others ? "别处刚改过，请刷新后再改" : "有填得不对的，没有存");
    }
  }

  grid.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (row && dirty.has(row) && rowOf(event.relatedTarget) !== row) save(row);
  });
  grid.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) {
      dirty.clear(); /* the rows go with it */
      return;
    }
    event.preventDefault();
    for (const row of [...dirty]) save(row);
  });
  const picks = [...grid.querySelectorAll("input[name=pick]")];
  const all = grid.querySelector("[data-all]");
  const tell = () => {
    const picked = picks.filter((pick) => pick.checked).length;
    grid.querySelector("[data-picked]").textContent = picked ? `：${picked} 件` : "";
    all.checked = picked === picks.length;
    all.indeterminate = picked > 0 && picked < picks.length;
    if (picked) grid.querySelector(".picked").open = true;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const pick of picks) pick.checked = all.checked;
    tell();
  });
  for (const pick of picks) pick.addEventListener("change", tell);
  /* In the fields for what is ticked, Enter does what stands beside them, and not what stands first. */
  for (const input of grid.querySelectorAll(".picked input"))
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      grid.requestSubmit(input.closest(".inline").querySelector("button"));
    });
  tell();

  addEventListener("beforeunload", (event) => {
    if (dirty.size) event.preventDefault();
  });
}

const wrong = document.getElementById("wrong");
if (wrong) wrong.focus();

// Comfort only: every page reads and every form works without it.
"use strict";

const { base = "" } = document.documentElement.dataset;
const isStatic = "static" in document.documentElement.dataset;

// What a text finds: asked of the server, or looked up among the names with its first two letters.
const search = async (text) => {
  if (!isStatic) {
    const answer = await fetch(`/api/search?limit=8&q=${encodeURIComponent(text)}`);
    return answer.ok ? (await answer.json()).filter((match) => match.page) : [];
  }
  const fold = (name) => name.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase();
  const words = fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length || words[0].length < 2) return [];
  const answer = await fetch(`${base}/search/${encodeURIComponent(words[0].slice(0, 2))}.json`);
  if (!answer.ok) return [];
  const found = new Map();
  for (const [matched, page, label] of await answer.json()) {
    const name = ` ${fold(matched)}`;
    if (!found.has(page) && words.every((word) => name.includes(` ${word}`) || name.includes(`-${word}`))) {
      found.set(page, { label, matched, page: base + page, id: page.split("/").pop() });
    }
  }
  return [...found.values()];
};

// Search as you type, as the ARIA pattern of a combobox with a list has it.
(() => {
  const input = document.getElementById("q");
  if (!input) return;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let chosen = -1;
  let asked = 0;
  let timer;

  const close = () => {
    clearTimeout(timer);
    asked += 1; // what was asked before comes too late
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    chosen = (place + list.children.length) % list.children.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === chosen));
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const show = (found) => {
    list.replaceChildren(...found.map((match, i) => {
      const item = document.createElement("li");
      item.id = `suggestion${i}`;
      item.setAttribute("role", "option");
      item.dataset.page = match.page;
      item.textContent = match.label;
      const small = document.createElement("small");
      small.textContent = " " + match.id + (match.matched === match.label ? "" : ` · ${match.matched}`);
      item.append(small);
      item.addEventListener("mousedown", () => { location.href = match.page; });
      return item;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    chosen = -1;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < 2) { close(); return; }
    timer = setTimeout(async () => {
      const turn = ++asked;
      const found = await search(text);
      if (turn === asked) show(found.slice(0, 8));
    }, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.page;
    }
  });
  input.addEventListener("blur", close);
})();

// The hierarchy opens in place, by mouse and by arrow keys, as the ARIA pattern of a tree has it.
(() => {
  const tree = document.querySelector("[role=tree]");
  if (!tree) return;
  const items = () => [...tree.querySelectorAll("[role=treeitem]")];
  const focus = (item) => {
    if (!item) return;
    items().forEach((other) => { other.tabIndex = -1; });
    item.tabIndex = 0;
    item.focus();
  };
  const open = async (item) => {
    item.setAttribute("aria-expanded", "true");
    if (item.querySelector("[role=group]")) return;
    const id = encodeURIComponent(item.dataset.id);
    const { from, pages } = tree.dataset; // of another nomenclature; or with pages, not branches
    const file = from ? `${from}${id}.json` : `${base}/tree/${item.dataset.id}.json`;
    const answer = await fetch(from || isStatic ? file : `/api/tree/${id}`);
    if (!answer.ok) return;
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    for (const type of (await answer.json()).narrower) {
      const child = document.createElement("li");
      child.setAttribute("role", "treeitem");
      child.tabIndex = -1;
      const add = (page, text) => {
        const link = document.createElement(page ? "a" : "span");
        link.tabIndex = -1;
        if (page) link.href = base + page;
        link.textContent = text;
        child.append(link, " ");
        return link;
      };
      add(type.below && !from && pages === undefined ? `/tree/${type.id}` : type.page, type.label);
      if (type.below) {
        child.dataset.id = type.id;
        child.setAttribute("aria-expanded", "false");
        const count = document.createElement("small");
        count.textContent = type.below.toLocaleString("en");
        child.append(count, " ");
      }
      for (const one of type.conditions ?? []) {
        const link = add(one.page, "page");
        link.className = "of";
        link.setAttribute("aria-label", `page of ${one.label}`);
      }
      group.append(child);
    }
    item.append(group);
  };
  const close = (item) => {
    item.setAttribute("aria-expanded", "false");
    item.querySelector("[role=group]")?.remove();
  };
  items().forEach((item, i) => {
    item.tabIndex = i === 0 ? 0 : -1;
    item.querySelectorAll("a").forEach((link) => { link.tabIndex = -1; });
  });
  tree.addEventListener("click", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.target.closest("a") || !item.dataset.id) return;
    if (item.getAttribute("aria-expanded") === "true") close(item); else open(item);
    focus(item);
  });
  tree.addEventListener("keydown", async (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const shown = items();
    const place = shown.indexOf(item);
    const isOpen = item.getAttribute("aria-expanded") === "true";
    const moves = {
      ArrowDown: () => focus(shown[place + 1]),
      ArrowUp: () => focus(shown[place - 1]),
      Home: () => focus(shown[0]),
      End: () => focus(shown[shown.length - 1]),
      ArrowRight: async () => {
        if (isOpen) focus(item.querySelector("[role=treeitem]"));
        else if (item.dataset.id) await open(item);
      },
      ArrowLeft: () => {
        if (isOpen) close(item);
        else focus(item.parentElement.closest("[role=treeitem]"));
      },
      Enter: () => { item.querySelector(":scope > a")?.click(); },
    };
    if (moves[event.key]) { event.preventDefault(); await moves[event.key](); }
  });
})();

// The page of a search without a server.
(async () => {
  const place = document.querySelector(".results");
  const text = new URLSearchParams(location.search).get("q");
  if (!isStatic || !place || !text) return;
  document.querySelector("h1").textContent = `Found for “${text}”`;
  document.getElementById("q").value = text;
  const found = await search(text);
  place.replaceChildren(...found.slice(0, 50).map((match) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = match.page;
    link.textContent = match.label;
    item.append(link);
    return item;
  }));
})();

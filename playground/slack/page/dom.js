// Building the page's elements, and morphing what stands into what should stand without losing focus or typing.

const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "open", "tabIndex"]);

/** h("button.primary", {onclick, aria: {label}}, "Text", …) — children: nodes, strings, arrays, or nothing. */
export function h(name, props = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  node.on = {};
  for (const [key, value] of Object.entries(props)) put(node, key, value);
  add(node, children);
  return node;
}

function put(node, key, value) {
  if (value === undefined || value === null) return;
  if (key.startsWith("on")) listen(node, key.slice(2), value);
  else if (key === "aria") Object.entries(value).forEach(([name, text]) => put(node, `aria-${name}`, text));
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "style") Object.entries(value).forEach(([name, text]) => node.style.setProperty(name, text));
  else if (key === "class") value.split(" ").filter(Boolean).forEach((each) => node.classList.add(each));
  else if (PROPERTIES.has(key)) node[key] = value;
  else if (value === false && !key.startsWith("aria-")) return;
  else node.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : value);
}

function listen(node, type, act) {
  if (!node.on[type]) node.addEventListener(type, (event) => node.on[type]?.(event));
  node.on[type] = act;
}

function add(node, children) {
  for (const each of children.flat(9)) {
    if (each !== null && each !== undefined && each !== false && each !== "") node.append(each);
  }
}

/** Stands for what is drawn already under this key; drawn by `make` only where it is not. */
export function unchanged(key, make) {
  const node = document.createElement("template");
  node.dataset.key = key;
  node.make = make;
  return node;
}

/** Make `old` show what `fresh` shows. Children with data-key are matched by it. */
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.type !== fresh.type) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) return old;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) === value) continue;
    if (name === "style") old.style.cssText = value; // the page's policy allows no style attribute to be set
    else old.setAttribute(name, value);
  }
  const types = fresh.on ?? {};
  old.on ??= {};
  for (const type of Object.keys(old.on)) if (!types[type]) delete old.on[type];
  for (const [type, act] of Object.entries(types)) listen(old, type, act);
  morphValue(old, fresh);
  if (!old.hasAttribute("data-own")) morphChildren(old, fresh);
  return old;
}

/** What a person is typing is theirs: it stays until it has been sent and they have moved on. */
function morphValue(old, fresh) {
  if ("disabled" in old) old.disabled = fresh.disabled;
  if (!(old instanceof HTMLInputElement || old instanceof HTMLTextAreaElement)) return;
  if (old.type === "checkbox" || old.type === "radio") old.checked = fresh.checked;
  else if (document.activeElement !== old && !old.pending && old.value !== fresh.value) old.value = fresh.value;
}

function morphChildren(old, fresh) {
  const keyed = new Map([...old.children].filter((each) => each.dataset.key).map((each) => [each.dataset.key, each]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = next.dataset?.key;
    const match = key ? keyed.get(key) : at && !at.dataset?.key ? at : null;
    if (match) {
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      if (!next.make) morph(match, next);
      keyed.delete(key);
    } else {
      old.insertBefore(next.make ? next.make() : next, at);
    }
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}

/** Replace the inside of `place` by `children`, morphing. */
export function show(place, ...children) {
  const fresh = place.cloneNode(false);
  fresh.on = place.on;
  add(fresh, children);
  morphChildren(place, fresh);
}

const ICONS = {
  thread: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  down: "M6 9l6 6 6-6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  warn: "M12 4l9 16H3zM12 10v5M12 17.500v.01",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2M12 20v2M4 12H2M22 12h-2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8 8 0 1 0 10.500 10.500z",
  list: "M4 6h16M4 12h16M4 18h10",
  send: "M4 12l16-8-5 16-3-7z",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3 2",
  calendar: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  bolt: "M13 2L5 14h6l-1 8 8-12h-6z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  smile: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8.500 14c1 1.500 2 2 3.500 2s2.500-.500 3.500-2M9 9.500v.01M15 9.500v.01",
  plus: "M12 5v14M5 12h14",
  people: "M9 11a3.500 3.500 0 1 1 0-7 3.500 3.500 0 0 1 0 7zM3 20c0-4 3-6 6-6s6 2 6 6M16 4.500a3.500 3.500 0 0 1 0 6M17 14c2.500.500 4 2.500 4 6",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function avatar(author, size = "") {
  return h(`span.avatar${author.app ? ".app-avatar" : ""}`, {
    style: { "--of": author.color }, class: size, data: { initials: author.initials }, aria: { hidden: "true" },
  });
}

// Lists that open over the page: a select one can type into, and the overflow menu.

import { h } from "./dom.js";
import { plain } from "./text.js";

const PAUSE = 140;
let close = () => {};

/** Open a searchable list under `button`; `choose` gets the chosen values. */
export function openMenu(button, { label, many, most, chosen, optional, suggest, choose }) {
  let picked = chosen.map((each) => each.value);
  const names = new Map(chosen.map((each) => [each.value, each.text]));
  let options = [];
  let at = -1;
  let asked = 0;
  const list = h("ul.options", { id: "menu-options", role: "listbox", aria: { label, multiselectable: many ? "true" : null } });
  const box = h("input.text", {
    type: "text", role: "combobox", placeholder: "Type to search", autocomplete: "off",
    aria: { label: `Search: ${label}`, controls: "menu-options", expanded: "true", autocomplete: "list" },
    oninput: () => { clearTimeout(waiting); waiting = setTimeout(look, PAUSE); },
    onkeydown: keys,
  });
  const status = h("p.menu-said", { role: "status" });
  const clear = !many && optional && picked.length
    ? h("button.quiet", { type: "button", onclick: () => { choose([]); close(); } }, "Clear choice") : null;
  const done = many ? h("button.button.primary", { type: "button", onclick: () => { choose(picked); close(); } }, "Done") : null;
  const sum = many ? h("p.picked", { aria: { live: "polite" } }) : null;
  const panel = h("div.menu", {}, box, sum, list, status, (clear || done) && h("div.menu-foot", {}, clear, done));
  let waiting;

  function draw() {
    list.replaceChildren(...options.map((each, index) => each.heading
      ? h("li.heading", { role: "presentation" }, each.heading)
      : h("li.option", {
        id: `option-${index}`, role: "option", class: index === at ? "active" : "",
        aria: { selected: String(picked.includes(each.value)) },
        onmousedown: (event) => { event.preventDefault(); pick(index); },
      }, h("span", {}, each.text, each.description && h("span.description", {}, each.description)),
      picked.includes(each.value) && h("span.tick", { aria: { hidden: "true" } }, "✓"))));
    if (sum) sum.textContent = picked.length ? `Chosen: ${picked.map((each) => names.get(each) ?? each).join(", ")}` : "";
    if (at >= 0) box.setAttribute("aria-activedescendant", `option-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  function pick(index) {
    const value = options[index]?.value;
    if (value === undefined) return;
    if (!many) { choose([value]); close(); return; }
    if (most && picked.length >= most && !picked.includes(value)) { status.textContent = `At most ${most} can be chosen.`; return; }
    picked = picked.includes(value) ? picked.filter((each) => each !== value) : [...picked, value];
    at = index;
    draw();
  }
  async function look() {
    const turn = ++asked;
    status.textContent = "Looking…";
    const answer = await suggest(box.value);
    if (turn !== asked || !answer) return;
    for (const group of answer.groups) for (const each of group.options) names.set(each.value, each.text);
    options = answer.groups.flatMap((group) => [...(group.label ? [{ heading: group.label }] : []), ...group.options]);
    at = options.findIndex((each) => picked.includes(each.value));
    if (at < 0) at = options.findIndex((each) => !each.heading);
    status.textContent = answer.said;
    draw();
  }
  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const steps = options.map((each, index) => (each.heading ? -1 : index)).filter((index) => index >= 0);
      const now = steps.indexOf(at);
      at = steps[(now + step + steps.length) % steps.length] ?? -1;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      pick(at);
    }
  }
  float(button, panel, box);
  look();
}

export function openOverflow(button, options, choose) {
  const items = options.map((each) => h("li", { role: "none" }, h("button.option", {
    type: "button", role: "menuitem", onclick: () => { close(); choose(each); },
  }, plain(each.text), each.description && h("span.description", {}, plain(each.description)))));
  const list = h("ul.options", {
    role: "menu", aria: { label: button.ariaLabel }, onkeydown: (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const buttons = [...list.querySelectorAll("button")];
      buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
    },
  }, items);
  float(button, h("div.menu", {}, list), items[0].firstChild);
}

/** Put a panel by its button, inside the open dialog where there is one; Escape, Tab or a click elsewhere ends it. */
function float(button, panel, first) {
  close();
  const host = button.closest("dialog")?.querySelector(".layer") ?? document.getElementById("layer");
  host.append(panel);
  place(button, panel);
  button.ariaExpanded = "true";
  if (button.getAttribute("role") === "combobox") button.setAttribute("aria-controls", "menu-options");
  const away = (event) => { if (!panel.contains(event.target) && event.target !== button) close(); };
  const keys = (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") return;
    if (event.key === "Tab" && panel.querySelector(".menu-foot") && !event.shiftKey
      && document.activeElement === first) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  document.addEventListener("pointerdown", away, true);
  panel.addEventListener("keydown", keys);
  close = () => {
    document.removeEventListener("pointerdown", away, true);
    panel.remove();
    button.ariaExpanded = "false";
    button.removeAttribute("aria-controls");
    close = () => {};
    const back = button.isConnected ? button : document.getElementById(button.id);
    back?.focus();
  };
  first.focus();
}

export const menuIsOpen = () => Boolean(document.querySelector(".menu"));

function place(button, panel) {
  const edge = button.getBoundingClientRect();
  const width = Math.max(edge.width, Math.min(320, innerWidth - 16));
  panel.style.width = `${width}px`;
  panel.style.left = `${Math.max(8, Math.min(edge.left, innerWidth - width - 8))}px`;
  const below = innerHeight - edge.bottom;
  if (below > 300 || below > edge.top) panel.style.top = `${edge.bottom + 4}px`;
  else panel.style.bottom = `${innerHeight - edge.top + 4}px`;
  panel.style.maxHeight = `${Math.min(360, Math.max(below, edge.top) - 16)}px`;
}


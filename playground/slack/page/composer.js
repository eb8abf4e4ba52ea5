// The message box: Enter sends, "/" offers the app's commands, "@" people, "#" channels.

import { avatar, h, icon } from "./dom.js";
import { act, known, say } from "./store.js";

/** `where`: {channel, thread_ts}; made once per place, so that what is typed stays. */
export function composer(where, label) {
  let offers = [];
  let at = 0;
  const id = where.thread_ts ? "thread-composer" : "composer";
  const list = h("ul.offers", { id: `${id}-offers`, role: "listbox", tabIndex: 0, aria: { label: "Suggestions" }, hidden: true });
  const box = h("textarea", {
    id, rows: 1, placeholder: label, aria: { label, autocomplete: "list", controls: `${id}-offers` },
    oninput: () => { grow(); suggest(); }, onkeydown: keys, onblur: () => setTimeout(hide, 150),
  });
  const also = where.thread_ts && h("label.choice.also", {}, h("input", { type: "checkbox" }), h("span", {}, "Also send to the channel"));
  const node = h("form.composer", { data: { own: "1" }, onsubmit: (event) => { event.preventDefault(); send(); } },
    list, h("div.composer-box", {}, box,
      h("button.plain.send", { type: "submit", aria: { label: "Send" } }, icon("send"))), also);

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    node.classList.toggle("ready", Boolean(box.value.trim()));
  }
  function hide() {
    offers = [];
    list.hidden = true;
    box.removeAttribute("aria-activedescendant");
  }
  function suggest() {
    const before = box.value.slice(0, box.selectionStart);
    offers = found(before);
    at = 0;
    if (!offers.length) { hide(); return; }
    draw();
  }
  function draw() {
    list.hidden = false;
    box.setAttribute("aria-activedescendant", `${id}-offer-${at}`);
    list.replaceChildren(...offers.map((each, index) => h("li.offer", {
      id: `${id}-offer-${index}`, role: "option", class: index === at ? "active" : "",
      aria: { selected: String(index === at) },
      onmousedown: (event) => { event.preventDefault(); take(index); },
    }, each.author ? avatar(each.author, "tiny") : null, h("strong", {}, each.shown), each.hint && h("span.hint", {}, each.hint),
    each.description && h("span.description", {}, each.description), each.app && h("span.from", {}, each.app))));
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  function take(index) {
    const each = offers[index];
    if (each.shortcut) { use(each.shortcut); return; }
    const end = box.selectionStart;
    box.setRangeText(`${each.insert} `, end - each.typed.length, end, "end");
    hide();
    grow();
    box.focus();
  }
  /** A global shortcut: nothing is sent but that. */
  async function use(shortcut) {
    box.value = "";
    hide();
    grow();
    const done = await act("shortcut", { callback_id: shortcut });
    if (done?.said) say(done.said);
  }
  function keys(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offers.length && step) {
      event.preventDefault();
      at = (at + step + offers.length) % offers.length;
      draw();
    } else if (offers.length && (event.key === "Tab" || event.key === "Enter") && offers[at].insert !== box.value) {
      event.preventDefault();
      take(at);
    } else if (event.key === "Escape" && offers.length) {
      event.preventDefault();
      hide();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  }
  async function send() {
    const text = box.value;
    if (!text.trim()) return;
    box.value = "";
    grow();
    hide();
    const broadcast = Boolean(also?.querySelector("input").checked);
    const sent = await act("type", { channel: where.channel, text, thread_ts: where.thread_ts ?? null, broadcast });
    if (sent === undefined && !box.value) { box.value = text; grow(); }
  }
  return node;
}

function found(before) {
  if (/^\/\S*$/.test(before)) {
    const typed = before.toLowerCase();
    const commands = known.start.commands.filter((each) => each.name.startsWith(typed))
      .map((each) => ({ typed: before, insert: each.name, shown: each.name, ...each }));
    const shortcuts = known.start.shortcuts.filter((each) => each.kind === "global" && `/${each.name}`.toLowerCase().startsWith(typed))
      .map((each) => ({ typed: before, shown: each.name, description: each.description, app: known.start.app.name, shortcut: each.callback_id }));
    return [...commands, ...shortcuts];
  }
  const [, typed, sign, word] = /(?:^|\s)(([@#])(\S*))$/.exec(before) ?? [];
  if (!sign) return [];
  const wanted = word.toLowerCase();
  const starts = (name) => name.toLowerCase().startsWith(wanted);
  if (sign === "@") {
    return [...known.start.people, known.start.app].filter((each) => starts(each.name)).slice(0, 8)
      .map((each) => ({ typed, insert: `@${each.name}`, shown: each.name, description: each.title, author: each }));
  }
  return known.sidebar.filter((each) => !each.with && starts(each.name)).slice(0, 8)
    .map((each) => ({ typed, insert: `#${each.name}`, shown: `#${each.name}` }));
}

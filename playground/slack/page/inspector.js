// The inspector: everything on the wire, and which of Slack's rules was broken.

import { h, icon, show } from "./dom.js";
import { ask, changed, known, say } from "./store.js";

let entries = [];
let troubles = [];
let waiting;
const openOnes = new Set();

export function hearJournal(place) {
  if (!known.at.inspector) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await ask("journal").catch(() => null);
    if (!answer) return;
    entries = answer.entries.slice(-150).reverse();
    troubles = answer.troubles;
    drawInspector(place);
  }, 200);
}

export function drawInspector(place) {
  const select = h("select.text", { id: "trouble" }, troubles.map((each) => h("option", {}, each)));
  show(place, h("div.pane-head", {}, h("button.plain.shut", {
    type: "button", aria: { label: "Close the inspector" }, onclick: () => { known.at.inspector = false; changed("everything"); },
  }, icon("close")), h("h2", {}, "On the wire"), h("p.description", {}, "What the app and Slack told each other"),
    h("form.trouble-form", { onsubmit: makeTrouble }, h("label", { for: "trouble" }, "Make trouble"), select,
      h("button.button", { type: "submit" }, "Do it"))),
    h("ul.wire", {}, entries.map(entry)));
}

async function makeTrouble(event) {
  event.preventDefault();
  const name = document.getElementById("trouble").value;
  await fetch("/trouble", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name }) });
  say(name);
}

function entry(each) {
  const time = new Date(each.at * 1000).toLocaleTimeString();
  const took = each.seconds === null ? "…" : `${Math.round(each.seconds * 1000)} ms`;
  return h("li", { data: { key: String(each.number) } },
    h("details", {
      class: each.broke ? "broke" : "", open: openOnes.has(each.number),
      ontoggle: (event) => (event.currentTarget.open ? openOnes.add(each.number) : openOnes.delete(each.number)),
    },
    h("summary", {}, h("span.way", {}, each.way), h("strong", {}, each.name), h("span.took", {}, `${time} · ${took}`),
      each.broke && h("span.rule", {}, each.broke)),
    h("h3", {}, "Sent"), h("pre", {}, JSON.stringify(each.request, null, 2)),
    h("h3", {}, "Came back"), h("pre", {}, JSON.stringify(each.answer, null, 2))));
}

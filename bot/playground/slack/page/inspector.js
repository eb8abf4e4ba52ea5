// The inspector: everything on the wire, and which of Slack's rules was broken.

import { h, show } from "./dom.js";
import { ask, known } from "./store.js";

let entries = [];
let waiting;
const openOnes = new Set();

export function hearJournal(place) {
  if (!known.at.inspector) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    entries = (await ask("journal").catch(() => entries)).slice(-150).reverse();
    drawInspector(place);
  }, 200);
}

export function drawInspector(place) {
  show(place, h("header.pane-head", {}, h("h2", {}, "On the wire"), h("p.description", {}, "What the app and Slack told each other")),
    h("ul.wire", {}, entries.map(entry)));
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

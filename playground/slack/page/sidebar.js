// The list on the left: who one is, channels, direct messages, the app.

import { askForChannel, askForGroup } from "./asking.js";
import { avatar, h, icon } from "./dom.js";
import { act, go, known, sit } from "./store.js";

/** `alone`: on a phone, where this list is all there is. */
export function sidebar(alone) {
  const rows = known.sidebar;
  const app = known.start.app;
  const directs = rows.filter((row) => row.with && row.channel !== app.channel);
  const channels = rows.filter((row) => !row.with).sort(byName);
  const closed = channels.filter((row) => row.archived && row.joined);
  return [
    h("div.team", {}, h(alone ? "h1.team-name" : "p.team-name", {}, known.start.team),
      h("p.local", {}, "A playground on this machine"), chair()),
    h("div.lists", {},
      group("Channels", channels.filter((row) => !row.archived).map(row), { label: "New channel", open: askForChannel }),
      closed.length > 0 && group("Archived", closed.map(row)),
      group("Direct messages", [...directs.map(row), ...others(directs)], { label: "New group message", open: askForGroup }),
      group("Apps", [row(rows.find((each) => each.channel === app.channel) ?? { ...app, kind: "im", unread: 0, with: app })])),
  ];
}

const byName = (one, other) => (one.name < other.name ? -1 : 1);

/** "Act as": whoever is chosen takes this chair. */
function chair() {
  return h("label.chair", {}, avatar(known.start.me, "small"), h("span.chair-words", {}, "Act as"),
    h("select", { id: "act-as", onchange: (event) => sit(event.currentTarget.value) },
      known.start.people.map((each) => h("option", {
        value: each.id, selected: each.id === known.at.person,
      }, each.name + (each.guest ? " (guest)" : "") + (each.title ? ` · ${each.title}` : "")))));
}

/** `more`: what can be added here, {label, open}. */
function group(name, items, more) {
  const id = `group-${name.replace(" ", "-")}`;
  return h("nav", { aria: { labelledby: id }, data: { key: id } }, h("div.group-head", {}, h("h2", { id }, name),
    more && !known.start.me.guest && h("button.add", { type: "button", aria: { label: more.label }, title: more.label, onclick: more.open }, icon("plus"))),
  h("ul", {}, items));
}

function row(each) {
  const here = each.channel === known.at.channel;
  const loud = each.unread > 0 && !here;
  const face = each.with ? avatar(each.with, "tiny") : each.kind === "private" ? icon("lock") : h("span.hash", { aria: { hidden: "true" } }, "#");
  return h("li", { data: { key: each.channel } }, h("button.row", {
    type: "button", class: [here && "here", loud && "unread", !each.joined && each.kind === "channel" && "outside"].filter(Boolean).join(" "),
    aria: { current: here ? "page" : null, label: loud ? `${each.name}, ${each.unread} unread` : each.name }, onclick: () => go({ channel: each.channel }),
  }, face, h("span.row-name", {}, each.name), loud && each.mentions > 0 && h("span.badge", { aria: { hidden: "true" } }, String(each.mentions))));
}

/** People without a conversation yet. */
function others(directs) {
  const there = new Set(directs.filter((each) => each.kind === "im").map((each) => each.with.id));
  return known.start.people.filter((each) => each.id !== known.at.person && !there.has(each.id))
    .map((each) => h("li", { data: { key: each.id } }, h("button.row", {
      type: "button", onclick: async () => {
        const opened = await act("open_direct", { other: each.id });
        if (opened) go({ channel: opened.channel });
      },
    }, avatar(each, "tiny"), h("span.row-name", {}, each.name))));
}

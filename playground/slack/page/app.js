// The page put together: sidebar, conversation or Home, thread, inspector; drawn again at each change.

import { askForTime } from "./asking.js";
import { blocks } from "./blocks.js";
import { composer } from "./composer.js";
import { avatar, h, icon, show } from "./dom.js";
import { drawInspector, hearJournal } from "./inspector.js";
import { drawForm } from "./layers.js";
import { messageList } from "./messages.js";
import { act, changed, go, known, markRead, onChange, sit } from "./store.js";
import { sidebar } from "./sidebar.js";

const app = document.getElementById("app");
const side = h("div.side", { id: "side", role: "complementary", aria: { label: "Workspace" } });
const main = h("main.main", { id: "main", tabIndex: -1 });
const head = h("header.pane-head", {});
const tabs = h("div.tabs", { role: "tablist", aria: { label: "App" } });
const stream = h("div.stream", { role: "log", aria: { live: "polite", label: "Messages" }, tabIndex: 0 });
const home = h("div.stream.home", { role: "tabpanel", aria: { label: "Home" } });
const foot = h("div.foot", {});
const thread = h("aside.thread", { aria: { label: "Thread" }, hidden: true });
const threadStream = h("div.stream", { role: "log", aria: { live: "polite", label: "Thread" }, tabIndex: 0 });
const inspector = h("aside.inspector", { aria: { label: "Inspector" }, hidden: true, tabIndex: 0 });
const composers = new Map();

function draw(area) {
  if (!known.start) return;
  app.dataset.list = String(known.at.list);
  const listAlone = known.at.list && matchMedia("(max-width: 680px)").matches;
  side.setAttribute("role", listAlone ? "main" : "complementary");
  app.dataset.thread = String(Boolean(known.at.thread));
  if (area === "journal") { hearJournal(inspector); return; }
  if (area === "modal") { drawForm(); return; }
  show(side, sidebar(listAlone));
  drawMain();
  drawThread();
  inspector.hidden = !known.at.inspector;
  if (area === "everything") {
    drawForm();
    drawInspector(inspector);
    hearJournal(inspector);
  }
  const unread = known.sidebar.reduce((sum, row) => sum + (row.channel === known.at.channel ? 0 : row.unread), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${here()?.title ?? ""} · ${known.start.team}`;
  markRead();
}

const here = () => known.sidebar.find((row) => row.channel === known.at.channel);
const conversation = () => known.conversations.get(known.at.channel);
const inApp = () => known.at.channel === known.start.app.channel;

function drawMain() {
  const now = conversation();
  const atHome = inApp() && known.at.tab === "home";
  const row = here() ?? now;
  show(head,
    h("button.plain.to-list", { type: "button", aria: { label: "Channels and people" }, onclick: () => { known.at.list = true; changed("sidebar"); } }, icon("back")),
    h("div.title", {}, h("h1", {}, row?.kind === "private" && icon("lock"), row?.with && avatar(row.with, "tiny"), row?.title ?? ""),
      now?.topic && h("p.description", {}, now.topic)),
    row && row.kind !== "im" && h("span.members", { title: (now?.members ?? []).map((each) => each.name).join(", ") }, icon("people"), String(row.count)),
    h("button.plain", { type: "button", aria: { label: "Clock" }, title: "What time it is, and jumping ahead", onclick: askForTime }, icon("clock")),
    h("button.plain", { type: "button", aria: { label: "Light or dark" }, onclick: turn }, icon(dark() ? "sun" : "moon")),
    h("button.plain", {
      type: "button", aria: { label: "Inspector", pressed: String(known.at.inspector) }, title: "What goes over the wire",
      onclick: () => { known.at.inspector = !known.at.inspector; changed("everything"); },
    }, icon("bolt")));
  tabs.hidden = !(inApp() && known.start.app.home);
  show(tabs, ["home", ...(known.start.app.messages ? ["messages"] : []), "about"].map(tab));
  home.hidden = !atHome && known.at.tab !== "about";
  stream.hidden = !home.hidden;
  if (!home.hidden) show(home, atHome ? homeBlocks() : about());
  else drawStream(stream, (now?.messages ?? []).filter((each) => each.in_main), {}, row);
  drawFoot(row);
}

const tab = (name) => h("button", {
  type: "button", role: "tab", aria: { selected: String(known.at.tab === name) }, onclick: () => go({ tab: name }),
}, name[0].toUpperCase() + name.slice(1));

function homeBlocks() {
  if (!known.home) return h("p.empty", { role: "status" }, `${known.start.app.name} has nothing here for you yet.`);
  return h("div.blocks.home-blocks", { data: { key: known.home.id } }, blocks(known.home.blocks, { where: { view: known.home.id } }));
}

const about = () => h("div.about", {}, avatar(known.start.app), h("h3", {}, known.start.app.name), h("p", {}, known.start.app.description));

let shownIn = "";
function drawStream(place, messages, options, row) {
  const key = `${known.at.person}/${known.at.channel}/${options.inThread ? known.at.thread : ""}`;
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 80;
  const moved = !options.inThread && key !== shownIn;
  if (!options.inThread) shownIn = key;
  show(place, row && !options.inThread && beginning(row), messageList(messages, options));
  if (atEnd || moved) place.scrollTop = place.scrollHeight;
}

function beginning(row) {
  if (row.with) return h("p.beginning", { data: { key: "beginning" } }, "This is the beginning of your direct messages with ", h("strong", {}, row.name), ".");
  return h("p.beginning", { data: { key: "beginning" } }, "This is the beginning of ", h("strong", {}, row.title), ".");
}

function drawFoot(row) {
  const outside = row && !row.joined;
  const where = { channel: known.at.channel };
  const key = `${known.at.person}/${known.at.channel}`;
  if (!composers.has(key)) composers.set(key, composer(where, `Message ${row?.title ?? ""}`));
  const box = home.hidden && !row?.archived && !outside ? composers.get(key) : null;
  const note = outside && !row.archived && home.hidden ? h("div.outside-note", {}, h("p", {}, "You are looking at ", h("strong", {}, row.title)),
    h("button.button.primary", { type: "button", onclick: () => act("join", where) }, "Join channel")) : null;
  const shut = row?.archived && home.hidden ? h("div.outside-note", {}, h("p", {}, "This channel is archived. Nobody can write in it."),
    !known.start.me.guest && h("button.button", { type: "button", onclick: () => act("unarchive", where) }, "Open it again")) : null;
  const offline = known.online ? null : h("p.connection", { role: "alert" }, icon("warn"), "The playground does not answer. Trying again…");
  const wanted = [offline, note, shut, box].filter(Boolean);
  if (wanted.length !== foot.childNodes.length || wanted.at(-1) !== foot.lastChild) foot.replaceChildren(...wanted);
}

function drawThread() {
  const root = known.at.thread;
  thread.hidden = !root;
  if (!root) return;
  const messages = (conversation()?.messages ?? []).filter((each) => each.ts === root || each.thread_ts === root);
  drawStream(threadStream, messages, { inThread: true });
  const key = `${known.at.person}/${known.at.channel}/${root}`;
  if (thread.dataset.key === key) return;
  thread.dataset.key = key;
  if (!composers.has(key)) composers.set(key, composer({ channel: known.at.channel, thread_ts: root }, "Reply…"));
  thread.replaceChildren(h("header.pane-head", {}, h("div.title", {}, h("h2", {}, "Thread")),
    h("button.plain", { type: "button", aria: { label: "Close thread" }, onclick: () => go({ thread: null }) }, icon("close"))),
  threadStream, h("div.foot", {}, composers.get(key)));
}

const dark = () => document.documentElement.dataset.look === "dark"
  || (!document.documentElement.dataset.look && matchMedia("(prefers-color-scheme: dark)").matches);

function turn() {
  const look = dark() ? "light" : "dark";
  document.documentElement.dataset.look = look;
  localStorage.setItem("look", look);
  changed("sidebar");
}

function begin() {
  const look = localStorage.getItem("look");
  if (look) document.documentElement.dataset.look = look;
  main.append(head, tabs, stream, home, foot);
  onChange(draw);
  document.addEventListener("visibilitychange", markRead);
  const [, shared] = /^\/archives\/(\w+)\//.exec(location.pathname) ?? [];
  const [person, channel] = location.hash.slice(1).split("/");
  known.at.channel = shared ?? channel ?? null;
  sit(person || null)
    .catch(() => { history.replaceState(null, "", "/"); return sit(null); })
    .then(() => { app.replaceChildren(side, main, thread, inspector); draw("everything"); stream.scrollTop = stream.scrollHeight; })
    .catch((failure) => { app.textContent = `The workspace could not be opened: ${failure.message}`; });
}

begin();

// What this page knows, and how it talks to the server. The server decides everything; this only remembers and asks.

export const known = {
  start: null, sidebar: [], modal: null, home: null, conversations: new Map(), online: true,
  at: { person: null, channel: null, thread: null, tab: null, list: false, inspector: false },
};

const listeners = new Set();
export const onChange = (act) => listeners.add(act);
export const changed = (area) => listeners.forEach((act) => act(area));

export async function ask(path, query = {}) {
  const answer = await fetch(`/see/${path}?${new URLSearchParams({ person: known.at.person ?? "", ...query })}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** Do something as the person who sits here. What cannot be done is said, and answers undefined. */
export async function act(verb, more = {}) {
  try {
    const answer = await fetch(`/do/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ person: known.at.person, ...more }),
    });
    const body = await answer.json();
    if (answer.ok) return body.done ?? true;
    say(body.said);
  } catch {
    say("The playground does not answer. Is it still running?");
  }
  return undefined;
}

let quiet;
export function say(words) {
  const place = document.getElementById("said");
  place.textContent = words;
  place.classList.add("shown");
  clearTimeout(quiet);
  quiet = setTimeout(() => place.classList.remove("shown"), 5000);
}

/** Take somebody's chair. Rejects when there is nobody of that name. */
export async function sit(person) {
  Object.assign(known.at, { person, thread: null });
  await listenForNews();
}

/** Go somewhere: {channel, thread, tab}. */
export async function go(where) {
  if (where.channel && where.channel !== known.at.channel) Object.assign(known.at, { thread: null, tab: null });
  Object.assign(known.at, { list: false }, where);
  const app = known.start.app;
  if (known.at.channel === app.channel) {
    known.at.tab ??= app.home ? "home" : "messages";
    act("open_app", { tab: known.at.tab });
  }
  changed("everything");
  await load(known.at.channel);
  changed("everything");
}

const loads = new Set();

/** What is heard while the answer is on its way may be newer than the answer. */
export async function load(channel) {
  const own = { channel, heard: [] };
  loads.add(own);
  try {
    known.conversations.set(channel, await ask("conversation", { channel }));
    own.heard.forEach(take);
  } finally {
    loads.delete(own);
  }
  remember();
}

function remember() {
  const { person, channel } = known.at;
  history.replaceState(null, "", `/#${person}/${channel}`);
}

export function markRead() {
  const row = known.sidebar.find((each) => each.channel === known.at.channel);
  const reading = document.visibilityState === "visible" && !known.at.list && known.at.tab !== "home";
  if (row?.unread && reading) act("read", { channel: row.channel });
}

let line;

/** Every time the line opens, also again after it was cut, the server first says how everything stands. */
function listenForNews() {
  line?.close();
  line = new EventSource(`/see/news?person=${known.at.person ?? ""}`);
  const own = line;
  return new Promise((done, failed) => {
    own.onmessage = async (event) => {
      const news = JSON.parse(event.data);
      if (news.area !== "start") { hear(news); return; }
      await begin(news.drawn).then(done, failed);
    };
    own.onerror = () => {
      if (own !== line) return;
      if (own.readyState === EventSource.CLOSED && !known.start) failed(new Error("nobody here is called that"));
      known.online = false;
      changed("online");
    };
  });
}

async function begin(start) {
  Object.assign(known, { start, sidebar: start.sidebar, modal: start.modal, home: start.home, online: true });
  known.at.person = start.me.id;
  const there = known.sidebar.some((row) => row.channel === known.at.channel);
  if (!there) {
    known.at.channel = known.sidebar.find((row) => !row.with && row.joined && !row.archived)?.channel ?? start.app.channel;
  }
  known.conversations.clear();
  await load(known.at.channel);
  changed("everything");
}

function hear(news) {
  if (news.area === "beat") return;
  if (news.area in { sidebar: 1, modal: 1, home: 1 }) known[news.area] = news.drawn;
  loads.forEach((each) => { if (each.channel === news.channel) each.heard.push(news); });
  take(news);
  changed(news.area === "gone" ? "message" : news.area);
}

function take(news) {
  const conversation = known.conversations.get(news.channel);
  if (news.area === "message" && conversation) keep(conversation.messages, news.drawn);
  if (news.area === "gone" && conversation) {
    conversation.messages = conversation.messages.filter((each) => each.ts !== news.ts);
  }
}

function keep(messages, message) {
  const at = messages.findIndex((each) => each.ts === message.ts);
  if (at >= 0) messages[at] = message;
  else messages.push(message);
  messages.sort((one, other) => (one.ts < other.ts ? -1 : 1));
}

// Messages: in a channel, and in a thread beside it.

import { askForWords } from "./asking.js";
import { blocks } from "./blocks.js";
import { avatar, h, icon, unchanged } from "./dom.js";
import { openOverflow } from "./menu.js";
import { act, go, known } from "./store.js";
import { runs } from "./text.js";

const TOGETHER = 300;

/** `inThread`: drawn in the thread pane, where no reply starts a thread of its own. */
export function messageList(messages, { inThread = false } = {}) {
  const drawn = [];
  let before;
  for (const each of messages) {
    if (!inThread && each.day !== before?.day) {
      drawn.push(h("div.day", { data: { key: `day-${each.day}` } }, h("span", {}, each.day)));
      before = undefined;
    }
    drawn.push(remembered(each, inThread, Boolean(continues(before, each))));
    before = each;
  }
  return drawn;
}

/** A message that is the same as when it was last drawn is not drawn again: cards may change every second. */
const drawnAs = new WeakMap();
function remembered(each, inThread, goesOn) {
  const looks = drawnAs.get(each) ?? {};
  drawnAs.set(each, { ...looks, [inThread]: goesOn });
  const make = () => message(each, inThread, goesOn);
  return looks[inThread] === goesOn ? unchanged(each.ts, make) : make();
}

function continues(before, each) {
  return before && before.author.id === each.author.id && !before.quiet && !each.quiet && !each.ephemeral
    && !before.ephemeral && !each.broadcast && Number(each.ts) - Number(before.ts) < TOGETHER;
}

function message(each, inThread, goesOn) {
  if (each.quiet) {
    return h("article.message.quiet-line", { data: { key: each.ts } }, h("div.gutter"), h("div.words", {}, runs(each.text)));
  }
  const spot = { where: { channel: each.channel, ts: each.ts } };
  return h("article.message", {
    data: { key: each.ts, ts: each.ts }, class: [each.ephemeral && "ephemeral", goesOn && "goes-on"].filter(Boolean).join(" "),
    aria: { label: `${each.author.name}, ${each.time}` },
  },
  h("div.gutter", {}, goesOn ? h("time.small-time", {}, each.time.replace(/ .M$/, "")) : avatar(each.author)),
  h("div.said-by", {},
    each.ephemeral && h("p.only-you", {}, icon("eye"), "Only visible to you"),
    each.broadcast && !inThread && h("p.broadcast", {}, icon("thread"), "replied to ",
      h("button.link", { type: "button", onclick: () => go({ thread: each.thread_ts }) }, "a thread")),
    !goesOn && h("header.who", {}, h("strong", {}, each.author.name), each.author.app && h("span.app-mark", {}, "APP"),
      h("time", {}, each.time)),
    each.blocks.length ? h("div.blocks", {}, blocks(each.blocks, spot))
      : h("div.words", {}, runs(each.text)),
    each.edited && h("p.edited", {}, "(edited)"),
    each.files.map(file),
    each.reactions.length > 0 && h("div.reactions", {}, each.reactions.map((one) => h("button.reaction", {
      type: "button", aria: { pressed: String(one.mine), label: `${one.name}, ${one.count}` }, title: `:${one.name}:`,
      onclick: () => act("react", { ...spot.where, name: one.name }),
    }, `${one.text} ${one.count}`))),
    each.ephemeral && h("button.link.dismiss", { type: "button", onclick: () => act("dismiss", spot.where) }, "Dismiss"),
    each.thread && !inThread && h("button.replies", { type: "button", onclick: () => go({ thread: each.ts }) },
      each.thread.authors.map((one) => avatar(one, "tiny")),
      h("span", {}, each.thread.count === 1 ? "1 reply" : `${each.thread.count} replies`),
      h("span.last", {}, `Last reply ${each.thread.last}`))),
  !each.ephemeral && h("div.tools", {},
    h("button.plain", {
      type: "button", title: "React", aria: { label: "React", haspopup: "menu" },
      onclick: (event) => openOverflow(event.currentTarget, REACTIONS, (one) => act("react", { ...spot.where, name: one.name })),
    }, icon("smile")),
    !inThread && h("button.plain", {
      type: "button", title: "Reply in thread", aria: { label: "Reply in thread" },
      onclick: () => go({ thread: each.thread_ts ?? each.ts }),
    }, icon("thread")),
    shortcuts(each)));
}

const option = (words, more) => ({ text: { runs: [{ s: words }] }, ...more });
const REACTIONS = [["👍", "thumbsup"], ["✅", "white_check_mark"], ["👀", "eyes"], ["🎉", "tada"], ["❤️", "heart"], ["🙏", "pray"]]
  .map(([shown, name]) => option(`${shown} ${name.replaceAll("_", " ")}`, { name }));

/** What can be done with a message: the app's shortcuts, and changing one's own. */
function shortcuts(each) {
  const where = { channel: each.channel, ts: each.ts };
  const offered = known.start.shortcuts.filter((one) => one.kind === "message")
    .map((one) => option(one.name, { go: () => act("shortcut", { callback_id: one.callback_id, ...where }) }));
  const own = each.source === null ? [] : [
    option("Edit message", { go: () => askForWords(each.source, (text) => act("edit", { ...where, text })) }),
    option("Delete message", { go: () => act("delete", where) }),
  ];
  const options = [...offered, ...own];
  if (!options.length) return null;
  return h("button.plain", {
    type: "button", title: "More", aria: { label: "More about this message", haspopup: "menu" },
    onclick: (event) => openOverflow(event.currentTarget, options, (one) => one.go()),
  }, icon("more"));
}

function file(each) {
  return h("a.file", { href: each.url_private, download: each.name }, icon("file"),
    h("span", {}, h("strong", {}, each.title), h("span.description", {}, `${each.name} · ${size(each.size)}`)));
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`);

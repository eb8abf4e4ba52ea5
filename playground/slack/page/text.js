// Runs of text, as the server read them from Slack's markup, become elements.

import { h } from "./dom.js";
import { go } from "./store.js";

const WRAPS = { c: "code", x: "s", i: "em", b: "strong" };

export function runs(text) {
  return (text ?? []).map(run);
}

function run(each) {
  if ("pre" in each) return h("pre.code-block", {}, each.pre);
  if ("quote" in each) return h("blockquote", {}, runs(each.quote));
  let node = lines(each.s);
  if (each.href) node = h("a", { href: safe(each.href), target: "_blank", rel: "noopener noreferrer" }, node);
  else if (each.channel) {
    node = h("button.mention.channel-link", { type: "button", onclick: () => go({ channel: each.channel }) }, node);
  } else if (each.user || each.group) node = h("span.mention", {}, node);
  for (const [flag, tag] of Object.entries(WRAPS)) if (each[flag]) node = h(tag, {}, node);
  return node;
}

function lines(text) {
  return text.split("\n").flatMap((line, at) => (at ? [h("br"), line] : [line]));
}

/** Only what may stand in a link: no script hides behind an address. */
function safe(address) {
  return /^(https?:|mailto:)/i.test(address) ? address : "#";
}

export function plain(text) {
  return (text?.runs ?? []).map((each) => each.s ?? "").join("");
}

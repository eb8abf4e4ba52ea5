// Slack's newer blocks: tables, charts, plans and containers. All that a picture shows stands beside it in words.

import { h } from "./dom.js";
import { plain, runs } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const STATUS = { pending: ["○", "to do"], in_progress: ["◐", "under way"], complete: ["✓", "done"], error: ["✕", "failed"] };
const folds = new Map();

/** `cell`: draws what lies in one. The frame scrolls on a phone, so it takes the focus. */
export function table(each, cell) {
  const [head, ...rows] = each.rows;
  const named = each.row_header_column_index ?? 0;
  return h("div.table-frame", { tabIndex: 0, role: "group", aria: { label: each.caption } }, h("table", {},
    h("caption", {}, each.caption),
    h("thead", {}, h("tr", {}, head.map((one) => h("th", { scope: "col" }, cell(one))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((one, at) => at === named
      ? h("th", { scope: "row" }, cell(one)) : h("td", {}, cell(one))))))));
}

export function chart(each) {
  const { series, axis_config: axes, segments } = each.chart;
  const shown = series ?? [{ name: each.title, data: segments }];
  const labels = axes?.categories ?? segments.map((one) => one.label);
  const most = Math.max(...shown.flatMap((one) => one.data.map((point) => point.value)), 0) || 1;
  const value = (one, label) => one.data.find((point) => point.label === label).value;
  return h("figure.chart", {},
    h("figcaption", {}, each.title),
    h("ul.legend", {}, shown.map((one, at) => h("li", { class: `series-${at}` }, one.name))),
    h("p.axis", {}, `${most}${axes?.y_label ? ` ${axes.y_label}` : ""}`),
    bars(shown, labels, value, most, each.title),
    axes?.x_label && h("p.axis.below", {}, axes.x_label),
    h("details", {}, h("summary", {}, "The same in numbers"), h("div.table-frame", { tabIndex: 0, role: "group", aria: { label: `${each.title}, in numbers` } }, h("table", {},
      h("caption.sr", {}, each.title),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, axes?.x_label ?? "Name"), shown.map((one) => h("th", { scope: "col" }, one.name)))),
      h("tbody", {}, labels.map((label) => h("tr", {}, h("th", { scope: "row" }, label), shown.map((one) => h("td", {}, String(value(one, label)))))))))));
}

/** Bars side by side in each category; a value of nothing has none. */
function bars(shown, labels, value, most, title) {
  const svg = document.createElementNS(SVG, "svg");
  const step = shown.length + 1;
  put(svg, { viewBox: `0 0 ${labels.length * step} ${HEIGHT}`, preserveAspectRatio: "none", class: "bars", role: "img", "aria-label": `${title}: bars, also in numbers below` });
  labels.forEach((label, place) => shown.forEach((one, at) => {
    const height = Math.max(value(one, label) / most * HEIGHT, value(one, label) ? 1 : 0);
    const bar = document.createElementNS(SVG, "rect");
    put(bar, { x: place * step + at + 0.5, y: HEIGHT - height, width: 1, height, class: `series-${at}` });
    svg.append(bar);
  }));
  return svg;
}

const put = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));

/** `details`: draws a rich text. */
export function plan(each, details) {
  return h("div.plan", {}, h("p.plan-title", {}, each.title),
    h("ol", {}, each.tasks.map((one) => h("li", { data: { key: one.task_id } }, task(one, details)))));
}

export function task(each, details) {
  const [sign, said] = STATUS[each.status];
  return h("div.task", { class: each.status }, h("span.sign", { aria: { hidden: "true" } }, sign),
    h("div", {}, h("span.task-title", {}, each.title), h("span.sr", {}, `: ${said}`),
      [each.details, each.output].filter(Boolean).map((one) => h("div.rich", {}, details(one)))));
}

/** `inside`: draws its blocks. Whether it is folded is the reader's, once they have chosen. */
export function container(each, inside) {
  const title = [each.title && h("strong", {}, runs(each.title.runs)), each.subtitle && h("span.subtitle", {}, runs(each.subtitle.runs))];
  const children = h("div.blocks", {}, inside(each.child_blocks));
  if (!each.is_collapsible) return h("div.fold", { role: "group", aria: { label: plain(each.title) } }, h("p.fold-title", {}, title), children);
  const toggled = (event) => folds.set(each.block_id, event.currentTarget.open);
  return h("details.fold", { open: folds.get(each.block_id) ?? !each.default_collapsed, ontoggle: toggled },
    h("summary", {}, title), children);
}

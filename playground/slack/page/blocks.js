// Block Kit, drawn. `spot` says where the blocks stand: {where, modal} for the verbs and for looks.

import { h } from "./dom.js";
import { element } from "./elements.js";
import { chart, container, plan, table, task } from "./pictures.js";
import { plain, runs } from "./text.js";

export function blocks(list, spot) {
  return list.map((each) => block(each, spot));
}

function block(each, spot) {
  const draw = DRAW[each.type] ?? unknown;
  const node = draw(each, spot);
  node.classList.add("block");
  node.dataset.key = each.block_id;
  return node;
}

const DRAW = {
  section: (each, spot) => h("div.section", {},
    h("div.section-words", {},
      each.text && h("div.words", {}, runs(each.text.runs)),
      each.fields && h("div.fields", {}, each.fields.map((field) => h("div.words", {}, runs(field.runs))))),
    each.accessory && h("div.accessory", {}, each.accessory.type === "image"
      ? picture(each.accessory, "thumb") : element(each.accessory, each, spot, plain(each.text)))),
  header: (each, spot) => h(spot.modal ? "h3.header" : "h2.header", {}, runs(each.text.runs)),
  divider: () => h("hr"),
  context: (each) => h("div.context", {}, each.elements.map((part) => part.type === "image"
    ? picture(part, "tiny") : h("span.words", {}, runs(part.runs)))),
  actions: (each, spot) => h("div.actions", {}, each.elements.map((part) => element(part, each, spot))),
  image: (each) => h("figure.image", {}, each.title && h("figcaption", {}, runs(each.title.runs)), picture(each, "full")),
  input: (each, spot) => field(each, spot),
  rich_text: (each) => h("div.rich", {}, each.parts.map(richPart)),
  markdown: (each) => h("div.words", {}, runs(each.runs)),
  table: (each) => h("div.table-frame", {}, h("table", {}, each.rows.map((row, at) => h("tr", {},
    row.map((cell) => h(at ? "td" : "th", {}, cellWords(cell))))))),
  data_table: (each) => table(each, cellWords),
  data_visualization: (each) => chart(each),
  plan: (each) => plan(each, richWords),
  task_card: (each) => task(each, richWords),
  container: (each, spot) => container(each, (list) => blocks(list, spot)),
  video: (each) => h("p.words", {}, runs(each.title.runs), " — ", each.alt_text),
};

const unknown = (each) => h("p.unknown", {}, `(${each.type})`);

const richWords = (text) => text.parts.map(richPart);

function cellWords(cell) {
  if (cell.parts) return richWords(cell);
  if (cell.runs) return runs(cell.runs);
  const words = (part) => part.text ?? (part.elements ?? []).map(words).join("");
  return typeof cell.text === "string" ? cell.text : words(cell);
}

function picture(each, size) {
  return h("img", { src: each.image_url, alt: each.alt_text, class: size, loading: "lazy" });
}

function richPart(part) {
  if (part.kind === "list") {
    const items = part.items.map((item) => h("li", {}, runs(item)));
    return h(part.ordered ? "ol" : "ul", { class: `indent-${part.indent}` }, items);
  }
  const tags = { section: "div.words", quote: "blockquote", preformatted: "pre.code-block" };
  return h(tags[part.kind] ?? "div.words", {}, runs(part.runs));
}

/** A labelled field with its hint and, where something is wrong, the words that say so. */
function field(each, spot) {
  const id = `f-${each.block_id}`;
  const label = plain(each.label);
  const grouped = ["radio_buttons", "checkboxes"].includes(each.element.type);
  const notes = [each.hint && `${id}-hint`, each.error && `${id}-error`].filter(Boolean).join(" ");
  const name = [label, each.optional && h("span.optional", {}, " (optional)")];
  const inside = element(each.element, each, spot, label, { id, notes, invalid: Boolean(each.error), required: !each.optional });
  return h("div.field", { class: each.error ? "wrong" : "" },
    grouped ? h("fieldset", { aria: { describedby: notes || null } }, h("legend", {}, name), inside)
      : [h("label", { for: id }, name), inside],
    each.hint && h("p.hint", { id: `${id}-hint` }, runs(each.hint.runs)),
    each.error && h("p.error", { id: `${id}-error`, role: "alert" }, each.error));
}

// Interactive elements: drawn with what they hold; what a person does goes to the server at once.

import { h, icon } from "./dom.js";
import { confirmed } from "./layers.js";
import { openMenu, openOverflow } from "./menu.js";
import { act, changed, say } from "./store.js";
import { plain, runs } from "./text.js";

const TEXTS = { plain_text_input: "text", number_input: "text", email_text_input: "email", url_text_input: "url" };
const PAUSE = 180;

/** `label` names the element where it has no words of its own; `form` links a field's label, hint and error. */
export function element(each, block, spot, label = "", form = {}) {
  const draw = each.type in TEXTS ? input : each.type.endsWith("_select") ? select : DRAW[each.type];
  if (!draw) return h("span.unknown", {}, `(${each.type})`);
  const names = { where: spot.where, block_id: block.block_id, action_id: each.action_id };
  const node = draw(each, names, label, form);
  node.dataset.key ??= each.action_id;
  return each.trouble ? h("span.troubled", { data: { key: each.action_id } }, node, trouble(each)) : node;
}

const trouble = (each) => h("span.trouble", { role: "alert", title: each.trouble }, icon("warn"),
  h("span", {}, each.trouble));

const set = (names, value, more = {}) => act("set", { ...names, value, ...more });

/** Set it, once the question that the element asks first is answered; else show again what it held. */
async function decide(each, names, value) {
  if (each.confirm && !(await confirmed(each.confirm))) { changed("everything"); return; }
  set(names, value);
}

const DRAW = {
  button: (each, names) => {
    const press = async (event) => {
      const button = event.currentTarget;
      if (button.ariaBusy === "true" || (each.confirm && !(await confirmed(each.confirm)))) return;
      if (each.url) window.open(each.url, "_blank", "noopener");
      button.ariaBusy = "true";
      await act("press", names);
      button.ariaBusy = null;
    };
    return h("button.button", {
      type: "button", class: each.style, onclick: press, aria: { label: each.accessibility_label },
    }, runs(each.text.runs), each.url && h("span.sr", {}, " (opens a page)"));
  },
  overflow: (each, names, label) => h("button.button.square", {
    type: "button", aria: { label: label ? `More actions: ${label.slice(0, 80)}` : "More actions", haspopup: "menu" },
    onclick: (event) => openOverflow(event.currentTarget, each.options, async (option) => {
      if (each.confirm && !(await confirmed(each.confirm))) return;
      if (option.url) window.open(option.url, "_blank", "noopener");
      act("pick", { ...names, value: option.value });
    }),
  }, icon("more")),
  radio_buttons: (each, names, label, form) => choices(each, names, "radio", form, label, (box) => decide(each, names, box.value)),
  checkboxes: (each, names, label, form) => choices(each, names, "checkbox", form, label, (box) => {
    const boxes = box.closest(".choices").querySelectorAll("input:checked");
    decide(each, names, [...boxes].map((one) => one.value));
  }),
  datepicker: (each, names, label, form) => moment(each, names, label, form, "date"),
  timepicker: (each, names, label, form) => moment(each, names, label, form, "time"),
  datetimepicker: (each, names, label, form) => moment({ ...each, value: each.local }, names, label, form, "datetime-local"),
  rich_text_input: (each, names, label, form) => {
    const box = input({ ...each, multiline: true }, names, label, form);
    return h("div.rich-box", { data: { key: each.action_id } }, markBar(box), box);
  },
  file_input: files,
  image: (each) => h("img.thumb", { src: each.image_url, alt: each.alt_text }),
};

function named(label, form) {
  return {
    id: form.id,
    aria: {
      label: form.id ? null : label || null, describedby: form.notes || null,
      invalid: form.invalid ? "true" : null, required: form.required ? "true" : null,
    },
  };
}

function input(each, names, label, form) {
  const hint = plain(each.placeholder);
  let waiting;
  const send = (node, more) => {
    clearTimeout(waiting);
    node.pending = false;
    return set(names, node.value, more);
  };
  const props = {
    ...named(label || hint, form), value: each.value ?? "", placeholder: hint || null, autofocus: each.focus_on_load,
    autocomplete: "off",
    oninput: ({ currentTarget: node }) => {
      clearTimeout(waiting);
      node.pending = true;
      waiting = setTimeout(() => send(node), PAUSE);
    },
    onblur: ({ currentTarget: node }) => node.pending && send(node),
    onkeydown: (event) => {
      if (event.key !== "Enter" || each.multiline || event.isComposing) return;
      event.preventDefault();
      send(event.currentTarget, { entered: true });
    },
  };
  if (each.multiline) return h("textarea.text", { ...props, rows: 4 });
  return h("input.text", {
    ...props, type: TEXTS[each.type] ?? "text", inputmode: each.type === "number_input" ? "decimal" : null,
  });
}

const MARKS = [["B", "Bold", "*"], ["I", "Italic", "_"], ["S", "Struck", "~"], ["<>", "Code", "`"], ["•", "List", "- "], ["1.", "Numbers", "1. "], ["❝", "Quote", "> "]];

/** Buttons that put marks around what is selected, or before its lines. The box is looked up: it outlives a drawing. */
function markBar(box) {
  const put = (mark, button) => {
    const node = button.closest(".rich-box")?.querySelector("textarea") ?? box;
    const [from, to] = [node.selectionStart, node.selectionEnd];
    const chosen = node.value.slice(from, to);
    const marked = mark.endsWith(" ") ? chosen.split("\n").map((line) => mark + line).join("\n") : mark + chosen + mark;
    node.setRangeText(marked, from, to, "end");
    if (!chosen && !mark.endsWith(" ")) node.selectionStart = node.selectionEnd = from + mark.length;
    node.focus();
    node.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return h("div.mark-bar", { role: "group", aria: { label: "Formatting" } }, MARKS.map(([shown, name, mark]) => h("button.mark", {
    type: "button", title: name, aria: { label: name }, onclick: (event) => put(mark, event.currentTarget),
  }, shown)));
}

const LARGEST = 25 * 1024 * 1024;

/** What was given, each with a way to take it out again, and the browser's own field for one more. */
function files(each, names, label, form) {
  const give = async ({ currentTarget: node }) => {
    const given = [...node.files];
    node.value = ""; // the list says what was given; and the same file may be chosen again
    for (const file of given) {
      if (file.size > LARGEST) { say(`The playground takes files up to ${LARGEST / 1024 / 1024} MB.`); continue; }
      await act("attach", { ...names, name: file.name, content: await coded(file) });
    }
  };
  const endings = (each.filetypes ?? []).map((one) => `.${one.replace(/^\./, "")}`).join(",");
  return h("div.files", { data: { key: each.action_id } },
    (each.chosen ?? []).map((file) => h("div.given", { data: { key: file.value } }, icon("file"), h("span", {}, file.text),
      h("button.quiet", {
        type: "button", aria: { label: `Remove ${file.text}` }, onclick: () => act("detach", { ...names, file: file.value }),
      }, icon("close")))),
    !(each.max_files === 1 && each.chosen?.length) && h("input.text", {
      ...named(label || "File", form), type: "file", accept: endings || null, multiple: (each.max_files ?? 10) > 1,
      onchange: give, data: { key: "choose" },
    }));
}

const coded = (file) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});

function moment(each, names, label, form, type) {
  const box = h("input.text.moment", {
    ...named(label || plain(each.placeholder) || type, form), type, value: each.value ?? "",
    onchange: ({ currentTarget: node }) => decide(each, names, node.value),
  });
  return each.timezone ? h("span.in-zone", {}, box, h("span.hint", {}, each.timezone)) : box;
}

function choices(each, names, type, form, label, picked) {
  const chosen = new Set(each.chosen.map((one) => one.value));
  const group = `${names.block_id}-${names.action_id}-${names.where.view ?? names.where.ts}`;
  const looks = form.id ? {} : { role: type === "radio" ? "radiogroup" : "group", aria: { label: label || "Choices" } };
  return h("div.choices", looks, each.options.map((option) => h("label.choice", { data: { key: option.value } },
    h("input", {
      type, name: group, value: option.value, checked: chosen.has(option.value),
      onchange: (event) => picked(event.currentTarget),
    }),
    h("span", {}, runs(option.text.runs),
      option.description && h("span.description", {}, runs(option.description.runs))))));
}

/** Every kind of select: a button that shows what is chosen and opens a list one can type into. */
function select(each, names, label, form) {
  const many = each.type.startsWith("multi_");
  const hint = plain(each.placeholder) || (many ? "Choose some" : "Choose one");
  const chosen = each.chosen ?? [];
  const shown = chosen.map((one) => one.text).join(", ");
  const open = (event) => openMenu(event.currentTarget, {
    label: label || hint, many, chosen,
    optional: !form.required,
    suggest: (query) => act("suggest", { ...names, query }),
    most: each.max_selected_items,
    choose: (values) => decide(each, names, many ? values : values[0] ?? null),
  });
  const { id, aria } = named("", form);
  return h("button.select", {
    type: "button", id, onclick: open, data: { empty: String(!chosen.length) },
    onkeydown: (event) => ["ArrowDown", "ArrowUp"].includes(event.key) && (event.preventDefault(), open(event)),
    role: "combobox",
    aria: { ...aria, label: form.id ? null : label || hint, haspopup: "listbox", expanded: "false" },
  }, h("span.select-words", {}, shown || hint), icon("down"));
}

// Dialogs: the app's form, and the question some buttons ask first. Native <dialog> keeps the focus inside.

import { blocks } from "./blocks.js";
import { h, icon, show } from "./dom.js";
import { act, known } from "./store.js";
import { plain, runs } from "./text.js";

let form;
let drawnId;

/** Draw the form on top, or none. What is being typed, and the focus, stay where they are. */
export function drawForm() {
  const view = known.modal;
  if (!view) {
    form?.close();
    form?.remove();
    form = undefined;
    return;
  }
  const fresh = !form;
  form ??= opened();
  if (!form.open) form.showModal(); // a browser lets Escape be held back once only
  const body = form.querySelector(".modal-body");
  const another = drawnId !== view.id;
  drawnId = view.id;
  show(form.querySelector(".modal-head"),
    h("h2", { id: "modal-title" }, view.title || "Form"),
    h("button.plain", { type: "button", aria: { label: "Close" }, onclick: () => shut(true) }, icon("close")));
  show(body,
    view.trouble && h("p.connection", { role: "alert", data: { key: "trouble" } }, icon("warn"), view.trouble),
    h("div.blocks", { data: { key: view.id } }, blocks(view.blocks, { where: { view: view.id }, modal: true })));
  show(form.querySelector(".modal-foot"),
    h("button.button", { type: "button", onclick: () => shut(false) }, view.depth > 1 && view.close === "Cancel" ? "Back" : view.close),
    view.submit && h("button.button.primary", {
      type: "submit", disabled: view.busy, aria: { busy: view.busy ? "true" : null },
    }, view.submit));
  if (another) {
    body.scrollTop = 0;
    focusFirst(body, fresh);
  } else if (Object.keys(view.errors).length && !body.querySelector("[data-told]")) focusWrong(body, view);
}

function opened() {
  const dialog = h("dialog.modal", {
    aria: { labelledby: "modal-title" },
    oncancel: (event) => { event.preventDefault(); shut(false); },
  }, h("form.modal-form", { novalidate: true, onsubmit: send },
    h("header.modal-head"), h("div.modal-body", { tabIndex: -1 }), h("footer.modal-foot")), h("div.layer"));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function focusFirst(body) {
  const first = body.querySelector("[autofocus], .field input, .field textarea, .field .select");
  (first ?? body).focus();
}

let told = "";
function focusWrong(body, view) {
  const now = view.id + JSON.stringify(view.errors);
  if (now === told) return;
  told = now;
  body.querySelector(".wrong input, .wrong textarea, .wrong .select")?.focus();
}

/** Send what is still being typed, then the form. */
async function send(event) {
  event.preventDefault();
  told = "";
  const active = document.activeElement;
  if (active?.pending) {
    active.blur();
    active.focus();
    await new Promise((go) => { setTimeout(go, 60); });
  }
  await act("submit", { view: known.modal.id });
}

function shut(everything) {
  if (known.modal) act("close", { view: known.modal.id, everything });
}

/** The question a button asks before it acts; whether the person said yes. */
export function confirmed(question) {
  return new Promise((answer) => {
    const end = (yes) => { dialog.close(); dialog.remove(); answer(yes); };
    const dialog = h("dialog.modal.confirm", {
      role: "alertdialog", aria: { labelledby: "confirm-title", describedby: "confirm-text" },
      oncancel: (event) => { event.preventDefault(); end(false); },
    },
    h("h2", { id: "confirm-title" }, plain(question.title)),
    h("div.words", { id: "confirm-text" }, runs(question.text.runs)),
    h("footer.modal-foot", {},
      h("button.button", { type: "button", onclick: () => end(false) }, plain(question.deny)),
      h("button.button", { type: "button", class: question.style ?? "primary", onclick: () => end(true) }, plain(question.confirm))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

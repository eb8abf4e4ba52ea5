// The workspace's own small forms: a new channel, a message to several people.

import { h } from "./dom.js";
import { act, go, known } from "./store.js";

export function askForChannel() {
  const name = h("input.text", { id: "new-name", type: "text", autocomplete: "off", placeholder: "such-as-this" });
  const closed = h("input", { type: "checkbox" });
  ask("New channel", "Create", [
    h("div.field", {}, h("label", { for: "new-name" }, "Name"), name),
    h("label.choice", {}, closed, h("span", {}, "Private: only its members see it")),
  ], () => act("create", { name: name.value.trim(), private: closed.checked }));
}

export function askForGroup() {
  const people = known.start.people.filter((each) => each.id !== known.at.person);
  const boxes = [...people, known.start.app].map((each) => h("label.choice", {},
    h("input", { type: "checkbox", value: each.id }), h("span", {}, each.name)));
  ask("New group message", "Begin", [
    h("fieldset.field.plain-field", {}, h("legend", {}, "To"), h("div.choices", {}, boxes)),
  ], () => act("open_group", { others: boxes.map((each) => each.firstChild).filter((one) => one.checked).map((one) => one.value) }));
}

/** A dialog of `fields`; what `done` answers is where one goes then. It stays open where it could not be done. */
function ask(title, label, fields, done) {
  const shut = () => { dialog.close(); dialog.remove(); };
  const send = async (event) => {
    event.preventDefault();
    const made = await done();
    if (!made) return;
    shut();
    go({ channel: made.channel });
  };
  const dialog = h("dialog.modal", { aria: { labelledby: "asking-title" }, oncancel: shut },
    h("form.modal-form", { onsubmit: send },
      h("header.modal-head", {}, h("h2", { id: "asking-title" }, title)),
      h("div.modal-body", {}, h("div.blocks", {}, fields)),
      h("footer.modal-foot", {}, h("button.button", { type: "button", onclick: shut }, "Cancel"),
        h("button.button.primary", { type: "submit" }, label))));
  document.body.append(dialog);
  dialog.showModal();
}

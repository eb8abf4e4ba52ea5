// The workspace's own small forms: a new channel, a message to several people, the clock.

import { h } from "./dom.js";
import { act, go, known, sit } from "./store.js";

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

/** A message, to be changed. */
export function askForWords(text, done) {
  const box = h("textarea.text", { id: "new-words", rows: 4, value: text });
  ask("Edit message", "Save", [h("div.field", {}, h("label", { for: "new-words" }, "Message"), box)], () => done(box.value));
}

/** The clock: what it shows, and jumping ahead where the app goes along. */
export async function askForTime() {
  await sit(known.at.person);
  const { now, zone, movable, said } = known.start.clock;
  const face = h("p.clock-face", {}, h("strong", {}, now.replace("T", " ")), ` ${zone}`);
  const words = said && h("p.description", {}, said);
  if (!movable) { ask("The clock", "", [face, words]); return; }
  const when = h("input.text.moment", { id: "new-time", type: "datetime-local", value: tomorrow(now) });
  ask("The clock", "Jump", [face, h("div.field", {}, h("label", { for: "new-time" }, "Jump ahead to"), when), words], async () => {
    const shown = await act("jump", { to: when.value });
    if (shown) await sit(known.at.person);
    return shown;
  });
}

/** Nine in the morning of the day after `now`. */
function tomorrow(now) {
  const day = new Date(`${now.slice(0, 10)}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 1);
  return `${day.toISOString().slice(0, 10)}T09:00`;
}

/** A dialog of `fields`; what `done` answers is where one goes then. It stays open where it could not be done. */
function ask(title, label, fields, done) {
  const shut = () => { dialog.close(); dialog.remove(); };
  const send = async (event) => {
    event.preventDefault();
    const made = await done();
    if (!made) return;
    shut();
    if (made.channel) go({ channel: made.channel });
  };
  const dialog = h("dialog.modal", { aria: { labelledby: "asking-title" }, oncancel: shut },
    h("form.modal-form", { onsubmit: send },
      h("header.modal-head", {}, h("h2", { id: "asking-title" }, title)),
      h("div.modal-body", {}, h("div.blocks", {}, fields)),
      h("footer.modal-foot", {}, h("button.button", { type: "button", onclick: shut }, done ? "Cancel" : "Close"),
        done && h("button.button.primary", { type: "submit" }, label))));
  document.body.append(dialog);
  dialog.showModal();
}

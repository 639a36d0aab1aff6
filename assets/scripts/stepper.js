// What the stepper needs of the browser itself: marks and line numbers that can be clicked, keys that
// Streamlit's buttons don't take, the clipboard, full screen, a short history, and drafts that outlive a reload.
// Mounted by cwm_demo/ui/browser.py. Nothing of a program or a model is ever written to the page from here.

const PLACE = ["step", "stop", "present", "predict", "cover"]; // what is changed without leaving the experiment
const DRAFT = "cwm-demo-draft";
const FIELDS = { code: ".st-key-edit_code textarea", call: ".st-key-edit_call input", stdin: ".st-key-edit_stdin textarea" };
const CODE = ".st-key-edit_code, .st-key-edit_call, .st-key-edit_stdin, [class*=st-key-w_call], .st-key-w_hand, .st-key-guess_fields";

const kept = (window.cwmStepper ??= { send: null, focus: null });

// Streamlit makes an entry of the history for each change of the query. A step is none: Back leads to the
// program, the bug or the page before.
function keepHistoryShort() {
  if (kept.push) return;
  kept.push = window.history.pushState.bind(window.history);
  window.history.pushState = (state, title, url) => {
    const next = new URL(url ?? location.href, location.href);
    const same = next.pathname === location.pathname && (!location.search || experiment(next) === experiment(location));
    if (same) window.history.replaceState(state, title, url);
    else kept.push(state, title, url);
  };
}

function experiment(address) {
  const query = new URLSearchParams(address.search);
  PLACE.forEach((name) => query.delete(name));
  query.sort();
  return query.toString();
}

// --- clicks and keys ---

function clicked(event) {
  const target = event.target.closest?.("[data-step], [data-stop], [data-cover], [data-copy], [data-fullscreen], [data-print]");
  if (!target || target.getAttribute("aria-disabled") === "true") return;
  const { step, stop, cover, copy, fullscreen, print } = target.dataset;
  if (step !== undefined || stop !== undefined) {
    const byKey = event.detail === 0;
    const row = target.closest(".cwm-overview") ? ".cwm-overview" : "ol";
    const name = step !== undefined ? "step" : "stop";
    kept.focus = byKey ? `${row}[data-roving] [data-${name}="${step ?? stop}"]` : null;
    if (!byKey) target.blur(); // the arrow keys step again
    if (step !== undefined) kept.send?.("step", Number(step));
    else kept.send?.("stop", Number(stop));
  } else if (cover !== undefined) kept.send?.("cover", cover);
  else if (copy !== undefined) copyLink(target, copy);
  else if (fullscreen !== undefined) toggleFullScreen();
  else if (print !== undefined) window.print();
}

// What was activated by key is drawn anew, whenever the answer comes, and gets its focus back; unless the
// visitor has gone elsewhere meanwhile.
function refocus() {
  if (kept.focus && document.activeElement === document.body) document.querySelector(kept.focus)?.focus();
}

function wentElsewhere(event) {
  if (event.type === "pointerdown" || !event.target.matches?.(kept.focus)) kept.focus = null;
}

const PRESENTER = { // on the stepper, and for the acts on Home
  PageDown: ".st-key-step_next button, .st-key-scene_next button",
  PageUp: ".st-key-step_back button, .st-key-scene_back button",
};

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const row = event.target.closest?.("[data-roving]");
  if (row && rove(row, event.target, event.key)) return stop(event);
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
  if (PRESENTER[event.key] && document.querySelector(".cwm-presenting") && !typing) {
    [...document.querySelectorAll(PRESENTER[event.key])].find((button) => button.offsetParent)?.click();
    stop(event);
  }
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// One stop of the Tab key for a row of buttons; the arrow keys move within it.
function rove(row, from, key) {
  const across = row.dataset.roving === "across";
  const move = { [across ? "ArrowLeft" : "ArrowUp"]: -1, [across ? "ArrowRight" : "ArrowDown"]: 1 }[key];
  if (!move) return false;
  const buttons = [...row.querySelectorAll("button")];
  buttons[buttons.indexOf(from) + move]?.focus();
  return true;
}

// Where the page is longer than the screen, as on a phone, a jump from far below must be seen.
function showCurrentLine() {
  const line = document.querySelector(".cwm-program .cwm-now");
  const place = line?.getBoundingClientRect();
  if (place && (place.top < 0 || place.bottom > innerHeight)) line.scrollIntoView({ block: "center" });
}

// --- the link ---

async function copyLink(button, query) {
  const address = new URL(query, location.origin + location.pathname).href;
  const box = button.closest(".cwm-link");
  const field = box.querySelector("input");
  field.value = address;
  const done = (await written(address)) || selected(field);
  box.dataset.copied = done ? "yes" : "no";
  box.querySelector("output").textContent = done ? "Copied." : "Press Ctrl+C to copy it.";
  if (done) setTimeout(() => box.removeAttribute("data-copied"), 2500);
  else field.select();
}

async function written(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // refused, as in an iframe without the permission, or no secure context
  }
}

function selected(field) {
  field.closest(".cwm-link").dataset.copied = "no"; // only what is shown can be selected
  field.focus();
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  }
}

function toggleFullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

// --- typing code ---

function plainTyping(root) {
  for (const field of root.querySelectorAll(`:is(${CODE}) :is(input, textarea)`)) {
    for (const [name, value] of [["autocomplete", "off"], ["autocorrect", "off"], ["autocapitalize", "none"], ["spellcheck", "false"]]) {
      field.setAttribute(name, value);
    }
  }
}

function typed(event) {
  const names = Object.keys(FIELDS);
  if (!names.some((name) => event.target.matches?.(FIELDS[name]))) return;
  const draft = Object.fromEntries(names.map((name) => [name, document.querySelector(FIELDS[name])?.value ?? ""]));
  try {
    localStorage.setItem(DRAFT, JSON.stringify(draft));
  } catch {
    // no room, or not allowed: the session still holds what was typed
  }
}

// A browser takes seconds to insert ten thousand lines one by one; at once it is done at once.
function pasted(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (text.length < 20_000 || !event.target.matches?.(FIELDS.code)) return;
  event.preventDefault();
  const field = event.target;
  field.setRangeText(text.replaceAll("\r\n", "\n"), field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function draft() {
  try {
    return JSON.parse(localStorage.getItem(DRAFT) ?? "null");
  } catch {
    return null;
  }
}

function listen() {
  if (kept.listening) return;
  kept.listening = true;
  document.addEventListener("click", clicked);
  window.addEventListener("keydown", pressed, true);
  for (const type of ["pointerdown", "focusin"]) document.addEventListener(type, (event) => kept.focus && wentElsewhere(event));
  new MutationObserver(() => {
    refocus();
    clearTimeout(kept.soon); // fields come and go with what is drawn
    kept.soon = setTimeout(() => plainTyping(document), 100);
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("input", typed, true);
  document.addEventListener("paste", pasted, true);
  document.documentElement.classList.add("cwm-listens");
}

export default function ({ data, setTriggerValue }) {
  keepHistoryShort();
  listen();
  plainTyping(document);
  document.documentElement.classList.toggle("cwm-can-fill-screen", document.fullscreenEnabled);
  if (data?.part === "editor") {
    const found = draft();
    if (found && JSON.stringify(found) !== kept.offered) {
      kept.offered = JSON.stringify(found);
      setTriggerValue("draft", found);
    }
    return () => { kept.offered = null; };
  }
  kept.send = setTriggerValue;
  if (kept.jumps !== undefined && kept.jumps !== data.jumps) setTimeout(showCurrentLine, 150);
  kept.jumps = data.jumps;
  return undefined;
}

// Steps through the run that stands in this file as JSON. Everything of a program or a model becomes text on the
// page (textContent), never markup. The step is in the address after "#step=", so that a place can be kept.
"use strict";

const run = JSON.parse(document.getElementById("run").textContent);
const last = run.steps.length - 1;
const RED = ["bug", "lost", "wrong"];
let here = 0;

const get = (selector) => document.querySelector(selector);

// An element with a class and with what it holds: texts and other elements.
function make(tag, name, ...held) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...held.filter((each) => each !== null && each !== undefined && each !== ""));
  return element;
}

const code = (text) => make("code", "", text);
const sign = (step) => make("span", `mark cwm-${step.kind}`, step.symbol);

// --- the program ---

function programLines() {
  run.lines.forEach((line, index) => {
    const text = make("code", "", ...line.parts.map(([name, part]) => (name ? make("span", name, part) : part)));
    const row = make("li", "", make("span", "mark"), make("span", "no", String(index + 1)), text);
    if (line.meant !== null) row.append(make("small", "", "as meant: ", code(line.meant)));
    get("#program ol").append(row);
  });
}

function showProgram(step) {
  const marks = {};
  run.steps.slice(0, here + 1).forEach((each) => { if (each.line) marks[each.line] = each; });
  [...get("#program ol").children].forEach((row, index) => {
    const visited = marks[index + 1], mark = row.firstChild;
    row.classList.toggle("now", index + 1 === step.line);
    if (index + 1 === step.line) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
    mark.className = visited ? `mark cwm-${visited.kind}` : "mark";
    mark.textContent = visited ? visited.symbol : "";
    mark.title = visited ? visited.words : "";
  });
  get("#program .now")?.scrollIntoView({ block: "nearest" });
}

// --- the panels ---

function effect(said) {
  const parts = [];
  if (said.rows.length) {
    const rows = said.rows.map(([name, old, value, note, differs]) => make("tr", differs ? "differs" : "",
      make("th", "", name),
      make("td", "", old !== null ? make("span", "", make("code", "old", old), " → ") : null,
        value !== null ? code(value) : null, note ? make("small", "", ` ${note}`) : null,
        differs ? make("b", "flag", " differs") : null)));
    parts.push(make("table", "", make("tbody", "", ...rows)));
  } else if (said.next[0] === "runs next") parts.push(make("p", "quiet", "no variable changes"));
  if (said.prints) parts.push(make("p", "", make("span", "quiet", "prints "), code(said.prints)));
  parts.push(following(said.next));
  if (said.untouched.length) {
    const rows = said.untouched.map(([name, value]) => make("tr", "", make("th", "", name), make("td", "", code(value))));
    const names = said.untouched.map(([name]) => name).join(", ");
    parts.push(make("details", "", make("summary", "quiet", `not touched: ${names}`), make("table", "", make("tbody", "", ...rows))));
  }
  return parts;
}

function following([word, line, text]) {
  return make("p", "", make("span", "quiet", `${word} `), line ? make("span", "no", `${line} `) : null, code(text));
}

function confidence(words) {
  return words ? make("span", "quiet", ` its own confidence ${words}`) : null;
}

function world(step) {
  const said = step.world;
  const head = make("h3", "", step.does, confidence(said.confidence));
  if (!said.missing) return [head, ...effect(said)];
  return [head, make("p", "quiet", said.missing), said.wrote ? make("pre", "", said.wrote) : null];
}

function text(step) {
  const guess = run.guesses[step.asked];
  if (!guess) return [make("p", "quiet", "It has nothing to say here.")];
  const others = guess.others.map(([line, share]) => make("li", "", code(line), make("span", "quiet", ` ${share}`)));
  return [
    make("h3", "", "Typing the file, here it would write"),
    make("p", "", code(guess.line), confidence(guess.confidence)),
    others.length ? make("ul", "", ...others) : null,
    guess.unusual ? make("p", "", "The line that stands there: ", make("b", "", guess.unusual), make("span", "quiet", ` (${guess.bits})`)) : null,
    make("p", "quiet", "Values: it predicts none."),
  ];
}

function fill(name, parts) {
  get(`#${name} > div`).replaceChildren(...parts.filter(Boolean));
}

function show(index) {
  here = Math.max(0, Math.min(last, index));
  const step = run.steps[here];
  showProgram(step);
  const asked = step.asked ? `line ${step.asked}` : "the call";
  get("#text .given").textContent = `Given: the program’s lines above ${asked}. No values.`;
  fill("text", text(step));
  fill("world", world(step));
  get("#python h2").textContent = `Python ${step.ran}`;
  fill("python", step.python ? effect(step.python) : [make("p", "quiet", run.stopped ? `Stopped: ${run.stopped}` : "The run had already come to its end.")]);
  const answers = step.answers.map((words) => make("span", "answer", words));
  fill("verdict", [make("p", "headline", sign(step), make("b", "", ` ${step.headline}`)), make("p", "", step.why), make("p", "", ...answers)]);
  get("#verdict").className = `edge cwm-${step.kind}`;
  const red = nextRed();
  for (const [name, off] of [["first", !here], ["back", !here], ["next", here === last], ["last", here === last], ["red", red === null]]) {
    get(`#${name}`).disabled = off;
  }
  [...get("#timeline").children].forEach((item, place) => {
    const button = item.firstChild;
    button.tabIndex = place === here ? 0 : -1;
    if (place === here) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.classList.toggle("ahead", place > here);
  });
  get("#count").textContent = `step ${here + 1} of ${last + 1}`;
  history.replaceState(null, "", `#step=${here + 1}`);
}

function nextRed() {
  const reds = run.steps.map((step, index) => (RED.includes(step.kind) ? index : null)).filter((index) => index !== null);
  return reds.find((index) => index > here) ?? reds[0] ?? null;
}

// --- the whole run ---

function timeline() {
  run.steps.forEach((step, index) => {
    const words = `step ${index + 1}: ${step.words}${index === run.parting ? "; here they part" : ""}`;
    const button = make("button", `cwm-${step.kind}${index === run.parting ? " parts" : ""}`, step.symbol);
    Object.assign(button, { type: "button", title: words });
    button.setAttribute("aria-label", words);
    button.addEventListener("click", () => show(index));
    get("#timeline").append(make("li", "", button));
  });
}

function brief(said) {
  if (said.missing) return [make("span", "quiet", said.missing)];
  const values = said.rows.map(([name, , value]) => code(value === null ? `del ${name}` : `${name} = ${value}`));
  if (said.prints) values.push(code(`prints ${said.prints}`));
  const [word, line, what] = said.next;
  return [...values.flatMap((each) => [each, make("br")]), make("span", "quiet", `${word} `), code(line ? String(line) : what)];
}

function table() {
  const head = ["step", "line", "Python", "World model", "verdict", "Text model would write"].map((name) => make("th", "", name));
  const rows = run.steps.map((step, index) => {
    const guess = run.guesses[step.asked];
    const line = step.line ? run.lines[step.line - 1].parts.map(([, part]) => part).join("").trim() : "";
    const same = step.kind === "right" && !step.world.missing;
    return make("tr", "",
      make("td", "", String(index + 1)),
      make("td", "", step.line ? make("span", "no", `${step.line} `) : null, code(line)),
      make("td", "", ...(step.python ? brief(step.python) : ["(the run has ended)"])),
      make("td", "", ...(same ? ["the same"] : brief(step.world))),
      make("td", "", sign(step), ` ${step.words}`),
      make("td", "", guess ? code(guess.line) : null, guess?.unusual ? make("small", "", ` (the line there: ${guess.unusual})`) : null));
  });
  get("#whole > div").append(make("table", "", make("thead", "", make("tr", "", ...head)), make("tbody", "", ...rows)));
}

// --- keys and buttons ---

const MOVES = { ArrowLeft: () => here - 1, ArrowRight: () => here + 1, Home: () => 0, End: () => last, n: nextRed, N: nextRed };

function pressed(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || !MOVES[event.key]) return;
  const target = MOVES[event.key]();
  if (target === null) return;
  event.preventDefault();
  const onTimeline = document.activeElement?.closest("#timeline");
  show(target);
  if (onTimeline) get("#timeline [aria-current]").focus();
}

get("h1").textContent = run.title;
get("#about").textContent = "A small program, two models beside Python, and a verdict for each step. A green step is not a right program.";
get("#world .given").textContent = run.given;
get("footer").textContent = `World model: ${run.models.world}. Text model: ${run.models.text}. Made with CWM Demo on ${run.date}. Python made the run; the models ran nothing.`;
programLines();
if (last < 0) {
  fill("verdict", [make("p", "headline", "Nothing ran."), make("p", "", run.stopped ?? "No line of the program is reached.")]);
  get("nav").hidden = get("#whole").hidden = true;
} else {
  timeline();
  table();
  get("#first").addEventListener("click", () => show(0));
  get("#back").addEventListener("click", () => show(here - 1));
  get("#next").addEventListener("click", () => show(here + 1));
  get("#last").addEventListener("click", () => show(last));
  get("#red").addEventListener("click", () => show(nextRed() ?? here));
  addEventListener("keydown", pressed);
  addEventListener("hashchange", () => show(asked()));
  addEventListener("beforeprint", () => { get("#whole").open = true; });
  show(asked());
}

function asked() {
  const step = Number(/^#step=(\d{1,6})$/.exec(location.hash)?.[1] ?? 1);
  return step - 1;
}

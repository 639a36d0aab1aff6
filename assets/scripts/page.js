// What every page needs of the browser itself. Mounted by cwm_demo/ui/page_script.py.
// - On paper a figure keeps the size that it has on the screen, and what is wider than the sheet is cut off. With
//   a view box it can be made smaller, which assets/styles/course.css does.
// - A link to a source leads nowhere while the list at the chapter's end is still to be drawn. It is followed
//   again when the list is there.
// - The sheet of the stepper's and Home's stages counts only where there is one: cwm_demo/ui/style.py says why.
// - The icon in the browser's tab.

const kept = (window.cwmPage ??= { followed: "", goal: null });

function fitOnPaper() {
  for (const box of document.querySelectorAll(".js-plotly-plot .svg-container")) {
    const { width, height } = box.querySelector(".main-svg")?.getBoundingClientRect() ?? {};
    if (!width || !height) continue; // not on the screen: Streamlit keeps twins
    box.style.setProperty("--cwm-ratio", `${width} / ${height}`);
    for (const drawing of box.querySelectorAll(".main-svg")) drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
}

function asOnScreen() {
  for (const drawing of document.querySelectorAll(".js-plotly-plot .main-svg[viewBox]")) drawing.removeAttribute("viewBox");
}

// What is drawn later moves the list on, so it is followed until the visitor does something.
function follow() {
  const place = location.pathname + location.hash;
  if (location.hash.startsWith("#source-") && place !== kept.followed) {
    kept.followed = place;
    kept.goal = location.hash.slice(1);
  }
  if (kept.goal) document.getElementById(kept.goal)?.scrollIntoView({ block: "center" });
}

const STAGES =
  ".st-key-cwm-stage, .st-key-cwm-scene, .st-key-cwm-acts, .st-key-cwm-tour-bar, .st-key-cwm-notice, " +
  ".cwm-presenting, .cwm-verdict, .cwm-given-text";

function setTheStage() {
  const sheet = document.querySelector("style.cwm-stage-sheet");
  const media = document.querySelector(STAGES) ? "all" : "not all";
  if (sheet && sheet.media !== media) sheet.media = media;
}

function letGo() {
  kept.goal = null;
}

export default function ({ data }) {
  if (kept.listening) return;
  kept.listening = true;
  const icon = document.querySelector('link[rel~="icon"]');
  if (icon) icon.href = `data:image/svg+xml,${encodeURIComponent(data.icon)}`;
  window.addEventListener("beforeprint", fitOnPaper);
  window.addEventListener("afterprint", asOnScreen);
  window.addEventListener("hashchange", () => { kept.followed = ""; follow(); });
  for (const type of ["wheel", "touchmove", "pointerdown", "keydown"]) window.addEventListener(type, letGo, { capture: true, passive: true });
  const look = () => { setTheStage(); follow(); };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
}

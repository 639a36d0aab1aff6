"""Contrast of all text that is seen, by WCAG 2: what is below 4.5 : 1, or 3 : 1 where the type is large."""

from __future__ import annotations

from playwright.sync_api import Page

_TOO_LOW = """async () => {
  // What is fading in has not its own colours yet. A spinner never ends, and is none of ours to wait for;
  // nor does what is paused, or is not drawn. Nobody else bounds this wait: Playwright doesn't.
  const ending = document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < Infinity);
  const bound = new Promise((resolve) => setTimeout(resolve, 10_000));
  await Promise.race([Promise.allSettled(ending.map((a) => a.finished)), bound]);
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a)).concat(1);
  const light = (color) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = color.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(rgba(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const opacity = (element) => {
    let all = 1;
    for (let e = element; e; e = e.parentElement) all *= Number(getComputedStyle(e).opacity);
    return all;
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.querySelector(".stApp"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim(), e = texts.currentNode.parentElement;
    // What has no opacity is not seen: a slider's ends show when it is pointed at.
    if (!text || !e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (e.closest(":disabled, style, script, svg, [data-testid=stIconMaterial]")) continue;
    if (e.getBoundingClientRect().width < 2) continue;
    // A slider's value belongs to its thumb and stands above it, where the slider's own ground is.
    const onThumb = e.closest("[data-testid=stSliderThumbValue]");
    const style = getComputedStyle(e), under = background(onThumb?.closest("[data-testid=stSlider]") ?? e);
    const [r, g, b, a] = rgba(style.color);
    const [high, low] = [light(over([r, g, b, a * opacity(e)], under)), light(under)].sort((x, y) => y - x);
    const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const name = e.className || e.tagName;
    if (ratio < (large ? 3 : 4.5)) found.add(`${ratio.toFixed(2)} ${name}: ${text.slice(0, 30)}`);
  }
  return [...found];
}"""


_AT_REST = """() => {
  const app = document.querySelector("[data-test-script-state]");
  return !app || app.dataset.testScriptState === "notRunning";
}"""


def too_low(page: Page) -> list[str]:
    """Each text of the page whose contrast is too low, with its ratio.

    While the page runs, Streamlit fades what is still to be drawn anew.
    """
    page.wait_for_function(_AT_REST)
    return page.evaluate(_TOO_LOW)

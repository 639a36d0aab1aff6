"""Chapter 03's attention maps: the measured finding, and any head on any catalogue program.

The weights come from the models' own process; they are shown on the text of a real trace, token by token.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import streamlit as st

from cwm_demo.predict.client import ModelError
from cwm_demo.predict.habits import HABITS
from cwm_demo.predict.maps import AttentionMap
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.render import highlight
from cwm_demo.ui import models
from cwm_demo.ui.experiment import trace, visitor
from cwm_demo.ui.figures import Measured, colours, is_dark, measured, show
from cwm_demo.ui.linked import keep, restore

RESULT = "assets/results/attention.json"
MADE_BY = "python -m cwm_demo attention --out assets/results/attention.json"
FREE = "any token"
WAIT_S = 1.0  # an answer takes some tens of milliseconds; a page waits this long before it looks again
POLL_S = 1.0
TOP = 5
LEAST = 0.01  # weights below are not listed
SHADED = 0.05  # and those below this are not shaded
IN_URL = {"bind": "query-params"}


@st.fragment
def maps() -> None:
    """The controls and the view."""
    result = measured(RESULT, MADE_BY)
    findings: Mapping[str, Any] = result.data["habits"] if result.data else {}
    habits = [habit for habit in HABITS if habit in findings]
    habit = _habit(habits, result)
    finding = findings.get(habit)
    if finding:
        _finding(habit, finding, result)
    result.show()
    example = (finding or {}).get("example") or {}
    name = _program(example.get("program"))
    layers = int(result.data["layers"]) if result.data else 1
    heads = int(result.data["heads"]) if result.data else 1
    layer, head = _head(layers, heads, finding)
    seen, why = _ask(name, layer - 1, head - 1)
    if seen is None:
        st.html(f'<p class="cwm-note" role="status">{highlight.plain(why)}</p>')
    else:
        _view(seen, name, habit, example if example.get("program") == name else {})
    if finding:
        _every_head(habit, finding)


def _habit(habits: list[str], result: Measured) -> str:
    """The choice of a habit; the preset is the one that the result file names."""
    options = [*habits, FREE]
    preset = (result.data or {}).get("preset")
    default = preset if preset in options else options[0]
    restore("map_habit", default, options)
    habit = st.radio(
        "What a head may be doing",
        options,
        format_func=lambda habit: HABITS[habit].title if habit in HABITS else "Any token",
        key="map_habit",
        horizontal=True,
    )
    keep({"map_habit": default})
    return habit


def _finding(habit: str, finding: Mapping[str, Any], result: Measured) -> None:
    about, share = HABITS[habit], finding["share"]
    chosen, on = result.data["chosen_on"], result.data["measured_on"]
    st.html(
        f'<div class="cwm-finding"><p><b>Layer {finding["layer"] + 1}, head {finding["head"] + 1}: in '
        f"{100 * share['value']:.0f} % of {share['n']:,} places the highest weight lies where this habit "
        f"would put it.</b> Looking anywhere would give {100 * finding['chance']:.0f} %.</p>"
        f"<p>When it is asked: {_ticked(about.question)}. The right place: {_ticked(about.target)}. On "
        f"average {100 * finding['weight']:.0f} % of the head’s weight lies there.</p>"
        f"<p>{_ticked(about.why)}</p>"
        f"<p>The head was picked on {chosen['programs']} programs of the suite "
        f"«{highlight.plain(chosen['suite'])}» and measured on {on['programs']} runs of the "
        f"{highlight.plain(on['suite'])}; 95 % interval {100 * share['low']:.0f} to "
        f"{100 * share['high']:.0f} %.</p></div>"
    )


def _ticked(text: str) -> str:
    """`code` in a text as HTML."""
    parts = text.split("`")
    return "".join(
        f"<code>{highlight.plain(part)}</code>" if odd % 2 else highlight.plain(part)
        for odd, part in enumerate(parts)
    )


def _program(wanted: str | None) -> str:
    names = list(load_catalogue())
    default = wanted if wanted in names else names[0]
    restore("map_program", default, names)
    name = st.selectbox(
        "Program whose real run is looked at",
        names,
        format_func=lambda name: load_catalogue()[name].title,
        key="map_program",
        width=320,
    )
    keep({"map_program": default})
    return name


def _head(layers: int, heads: int, finding: Mapping[str, Any] | None) -> tuple[int, int]:
    """Layer and head, from 1: those of the finding, unless others are chosen under «Go deeper»."""
    own = (finding["layer"] + 1, finding["head"] + 1) if finding else (1, 1)
    with st.expander("Go deeper: another layer or head", icon=":material/layers:"):
        if not st.toggle("Choose the layer and the head myself", key="map_free", **IN_URL):
            return own
        columns = st.columns(2)
        restore("map_layer", own[0], range(1, layers + 1))
        restore("map_head", own[1], range(1, heads + 1))
        layer = columns[0].number_input("Layer", 1, layers, key="map_layer")
        head = columns[1].number_input("Head", 1, heads, key="map_head")
        keep({"map_layer": own[0], "map_head": own[1]})
        return int(layer), int(head)


def _ask(name: str, layer: int, head: int) -> tuple[AttentionMap | None, str]:
    """The map, or why there is none yet."""
    program = load_catalogue()[name]
    run = trace(marked(program.source, program.call), program.stdin, trusted=True)
    if not run.frames:
        return None, run.stopped.message if run.stopped else "This program has no frames."
    status = models.client().status("world")
    if status.state in ("missing", "broken"):
        return None, status.sentence
    future: Future[AttentionMap] = models.client().attention(
        run.source, run.frames, layer, head, visitor=visitor()
    )
    _let_go_but(future)
    try:
        return future.result(WAIT_S), ""
    except TimeoutError:
        _look_again(future)
        return None, status.sentence or models.AT_WORK
    except ModelError as error:
        return None, str(error)


def _let_go_but(asked: Future) -> None:
    """Who goes on to another head waits no longer for the one before."""
    before = st.session_state.get("map_asked")
    if before is not None and before is not asked:
        models.client().release(before, visitor())
    st.session_state.map_asked = asked


@st.fragment(run_every=POLL_S)
def _look_again(future: Future) -> None:
    if future.done():
        st.rerun()


def _view(seen: AttentionMap, name: str, habit: str, example: Mapping[str, Any]) -> None:
    """The trace with the weights of one token on it, and the strongest of them as a list."""
    first = seen.frames[0] if seen.frames else 1
    places = [query for query in seen.marked.get(habit, {}) if query + 1 >= first]
    if habit in HABITS and not places:
        st.html('<p class="cwm-note" role="status">In this run there is no such place; choose another.</p>')
        return
    if habit not in HABITS:
        places = list(range(max(first - 1, 0), len(seen.tokens) - 1))
    query = _place(places, example, (habit, name))
    row = seen.row(query)
    targets = set(seen.marked.get(habit, {}).get(query, ()))
    written = highlight.plain(_shown(seen.tokens[query + 1]))
    best = max(range(len(row)), key=row.__getitem__)
    verdict = ""
    if targets:
        hit = best in targets
        verdict = (
            f' <span class="cwm-{"right" if hit else "wrong"}"><span class="cwm-mark">{"✓" if hit else "△"}'
            f"</span> {'it looks at the right place' if hit else 'it looks elsewhere'}</span>"
        )
    top = sorted(range(len(row)), key=lambda token: -row[token])[:TOP]
    items = "".join(
        f'<li><meter min="0" max="1" value="{row[token]:.2f}"></meter> <b>{100 * row[token]:.0f} %</b> '
        f"<code>{highlight.plain(_shown(seen.tokens[token]))}</code> <span>{_where(seen, token)}</span></li>"
        for token in top
        if row[token] >= LEAST
    )
    st.html(
        f'<div class="cwm-attention"><div class="cwm-attention-text" tabindex="0" aria-label="The trace; '
        f'more strongly shaded tokens have more weight"><div>{_text(seen, query, row, targets)}</div></div>'
        f'<div class="cwm-attention-list" role="status"><p>About to write <code class="cwm-writing">{written}'
        f"</code> {_where(seen, query + 1)}, layer {seen.layer + 1}, head {seen.head + 1} looks at:"
        f"{verdict}</p>"
        f"<ol>{items}</ol><p><small>Underlined: the right place for this habit. Shaded: weight, the stronger "
        f"the more. ▸ marks the token about to be written; the model has not seen what follows it (in "
        f"italics).</small></p>"
        f"</div></div>"
    )
    if seen.cut:
        st.html(
            f'<p class="cwm-note">This trace is longer; its first {len(seen.tokens)} tokens are shown.</p>'
        )
    if st.toggle("Show the whole map", key="map_whole", **IN_URL):
        _whole(seen)


def _place(places: list[int], example: Mapping[str, Any], about: tuple[str, str]) -> int:
    """Which of the places, by a slider; at first, and with another habit or program, the one that the result
    file holds up."""
    if len(places) == 1:
        return places[0]
    state = st.session_state
    start = places.index(example["query"]) + 1 if example.get("query") in places else 1
    if state.get("map_about") not in (None, about):
        state.map_place = start
    state.map_about = about
    restore("map_place", start, range(1, len(places) + 1))
    label = f"Place in the run, of {len(places)} where it is asked"
    number = st.slider(label, 1, len(places), key="map_place")
    keep({"map_place": start})
    return places[number - 1]


def _shown(token: str) -> str:
    """A token as it can be seen: its spaces and line end too."""
    return token.replace("\n", "⏎").replace(" ", "·") if not token.strip() or token.isspace() else token


def _where(seen: AttentionMap, token: int) -> str:
    """In which part of the text a token stands."""
    frame = sum(start <= token for start in seen.frames)
    return f"in frame {frame}" if frame else "in the program"


def _text(seen: AttentionMap, query: int, row: list[float], targets: set[int]) -> str:
    """The text up to the end of the frame that is being written, a span for each token that matters, a line
    for each frame."""
    html: list[str] = []
    starts = set(seen.frames)
    end = min((start for start in seen.frames if start > query + 1), default=len(seen.tokens))
    for token, text in enumerate(seen.tokens[:end]):
        if token in starts:
            html.append("\n")
        weight = row[token] if token < len(row) else 0.0
        classes = [f"cwm-heat cwm-heat-{min(9, int(10 * weight + 0.5))}"] if weight >= SHADED else []
        classes += ["cwm-target"] * (token in targets) + ["cwm-writing"] * (token == query + 1)
        classes += ["cwm-unseen"] * (token > query + 1) + ["cwm-seam"] * text.startswith("<|")
        name = " ".join(classes)
        said = f' title="{100 * weight:.0f} %"' if weight >= SHADED else ""
        in_frame = bool(seen.frames) and token >= seen.frames[0]
        body = highlight.plain(text.replace("\n", "⏎") if in_frame else text)
        html.append(f'<span class="{name}"{said}>{body}</span>' if name else body)
    if end < len(seen.tokens):
        html.append(f'\n<span class="cwm-unseen">… {len(seen.tokens) - end} tokens more</span>')
    return "".join(html)


def _whole(seen: AttentionMap) -> None:
    """Every row of the map at once."""
    import numpy as np
    import plotly.graph_objects as go

    size = len(seen.tokens)
    weights = np.frombuffer(seen.weights, dtype=np.uint8).reshape(size, size)
    paper, ink = ("#14171c", colours()[0]) if is_dark() else ("#fafaf8", colours()[0])
    figure = go.Figure(
        go.Heatmap(
            z=np.sqrt(weights / 255),  # small weights would not be seen beside a 1
            colorscale=[[0, paper], [1, ink]],
            showscale=False,
            hovertemplate="written after token %{y}: looks at token %{x}<extra></extra>",
        )
    )
    for start in seen.frames:
        figure.add_hline(y=start - 0.5, line_width=0.5, line_color=colours()[5], opacity=0.5)
    figure.update_xaxes(title="looked at", range=[-0.5, size - 0.5], constrain="domain", showgrid=False)
    figure.update_yaxes(
        title="looking", range=[size - 0.5, -0.5], constrain="domain", scaleanchor="x", showgrid=False
    )
    figure.update_layout(height=640, margin={"l": 10, "r": 10, "t": 20, "b": 10})
    show(
        figure,
        alt=f"All {size} tokens of this trace, each row one token and where it looked (square roots of the "
        "weights); thin lines are frames. A stripe beside the diagonal is a head that looks at the token "
        "before; slanted stripes further out are copying.",
        key="map_whole_figure",
    )


def _every_head(habit: str, finding: Mapping[str, Any]) -> None:
    """How far every head has the habit."""
    rows = ""
    for layer, shares in enumerate(finding["shares"]):
        cells = [
            _share(share, (layer, head) == (finding["layer"], finding["head"]))
            for head, share in enumerate(shares)
        ]
        rows += f'<tr><th scope="row">Layer {layer + 1}</th>{"".join(cells)}</tr>'
    heads = "".join(f"<th>Head {head}</th>" for head in range(1, len(finding["shares"][0]) + 1))
    st.html(
        f'<details class="cwm-heads"><summary>All heads: how often each looks at the right place '
        f"({highlight.plain(HABITS[habit].title)})</summary><table><tr><th></th>{heads}</tr>{rows}</table></details>"
    )


def _share(share: float, chosen: bool) -> str:
    mark = ' class="cwm-chosen"' if chosen else ""
    return f"<td{mark}>{100 * share:.0f} %{' ◂' if chosen else ''}</td>"

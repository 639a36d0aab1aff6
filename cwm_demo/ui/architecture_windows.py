"""Chapter 03's sliders: what sliding windows cost, and how far they let information travel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from cwm_demo.predict.windows import (
    CWM_32B,
    DTYPE_BYTES,
    Shape,
    all_global,
    cache_bytes,
    from_config,
    mask,
    pairs,
    reach_by_layer,
)
from cwm_demo.ui.architecture import ours
from cwm_demo.ui.figures import DASHES, colours, show
from cwm_demo.ui.linked import keep, restore

PATTERNS: Mapping[str, int | None] = {
    "all global": 0,
    "1 local : 1 global": 1,
    "3 local : 1 global": 3,
    "5 local : 1 global": 5,
    "7 local : 1 global": 7,
    "all local": None,
}
WINDOWS = [2**n for n in range(4, 18)]
CONTEXTS = [2**n for n in range(9, 19)]
CELLS = 32  # of the mask picture, on each side
OPTIONS: Mapping[str, Collection[Any]] = {
    "win_pattern": list(PATTERNS),
    "win_layers": range(1, 97),
    "win_window": WINDOWS,
    "win_context": CONTEXTS,
    "win_kv_heads": range(1, 129),
    "win_head_dim": range(1, 513),
    "win_dtype": list(DTYPE_BYTES),
}


@st.fragment
def windows() -> None:
    """Sliders for a network's shape, and what it costs and reaches."""
    shape = _shape()
    cost, full = pairs(shape), pairs(all_global(shape))
    cache, whole = cache_bytes(shape), cache_bytes(all_global(shape))
    steps = reach_by_layer(shape)
    far = steps[-1] + 1 == shape.context
    tiles = [
        (
            "Comparisons",
            f"{_number(cost)}",
            f"{100 * cost / full:.3g} % of the {_number(full)} with every layer global, for each head",
        ),
        (
            "Keys and values kept",
            _bytes(cache),
            f"instead of {_bytes(whole)}: 2 × {shape.kv_heads} heads × {shape.head_dim} numbers × "
            f"{DTYPE_BYTES[shape.dtype]} bytes for each token and layer",
        ),
        (
            "Reach",
            "the whole text" if far else f"{steps[-1]:,} tokens back",
            f"after layer {_first_at(steps)} of {shape.layers}"
            if far
            else f"of {shape.context - 1:,}: what stands before can’t influence the next token",
        ),
    ]
    st.html(
        '<div class="cwm-tiles" role="status">'
        + "".join(
            f"<section><h3>{name}</h3><p><b>{value}</b></p><p>{note}</p></section>"
            for name, value, note in tiles
        )
        + "</div>"
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _mask_picture(shape)
    with right:
        _reach_picture(shape, steps)
    _cost_picture(shape)


def _shape() -> Shape:
    """The controls, and the shape that they are set to."""
    model = ours()
    own = from_config(model.config) if model else None
    state = st.session_state
    defaults = _settings(CWM_32B)
    for key, default in defaults.items():
        restore(key, default, OPTIONS[key])
    with st.container(key="cwm-win-presets", horizontal=True, gap="small"):
        st.button("As in CWM 32B", key="win_cwm", on_click=_set, args=(CWM_32B,))
        if own:
            st.button("As in our model", key="win_ours", on_click=_set, args=(own,))
    with st.container(key="cwm-win-sliders"):
        first, second = st.columns(2, gap="medium")
        with first:
            st.select_slider("Pattern of the layers", list(PATTERNS), key="win_pattern")
            st.slider("Layers", 1, 96, key="win_layers")
        with second:
            st.select_slider(
                "Window of a local layer, in tokens",
                WINDOWS,
                key="win_window",
                format_func="{:,}".format,
            )
            st.select_slider(
                "Tokens of text (context)",
                CONTEXTS,
                key="win_context",
                format_func="{:,}".format,
            )
        with st.expander("What is kept for each token"):
            columns = st.columns(3)
            columns[0].number_input("Key and value heads", 1, 128, key="win_kv_heads")
            columns[1].number_input("Numbers per head", 1, 512, key="win_head_dim")
            columns[2].selectbox("Number format", list(DTYPE_BYTES), key="win_dtype")
    keep(defaults)
    return Shape(
        layers=state.win_layers,
        window=state.win_window,
        context=state.win_context,
        local_per_global=PATTERNS[state.win_pattern],
        kv_heads=state.win_kv_heads,
        head_dim=state.win_head_dim,
        dtype=state.win_dtype,
    )


def _set(shape: Shape) -> None:
    st.session_state.update(_settings(shape))


def _settings(shape: Shape) -> dict[str, Any]:
    """The controls, each at the nearest to `shape` that it can show."""
    names = {pattern: name for name, pattern in PATTERNS.items()}
    return {
        "win_pattern": names.get(shape.local_per_global, "3 local : 1 global"),
        "win_layers": min(shape.layers, 96),
        "win_window": min(WINDOWS, key=lambda window: abs(window - shape.window)),
        "win_context": min(CONTEXTS, key=lambda context: abs(context - shape.context)),
        "win_kv_heads": min(shape.kv_heads, 128),
        "win_head_dim": min(shape.head_dim, 512),
        "win_dtype": shape.dtype if shape.dtype in DTYPE_BYTES else "float32",
    }


def _mask_picture(shape: Shape) -> None:
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    wide = min(CELLS, max(1, round(CELLS * shape.window / shape.context)))
    colour = colours()
    figure = make_subplots(
        cols=2, rows=1, horizontal_spacing=0.06, subplot_titles=("global layer", "local layer")
    )
    for column, (window, tint) in enumerate(((None, colour[0]), (wide, colour[3])), 1):
        cells = [[1 if seen else None for seen in row] for row in mask(CELLS, window)]
        figure.add_trace(
            go.Heatmap(
                z=cells,
                colorscale=[[0, tint], [1, tint]],
                showscale=False,
                xgap=1,
                ygap=1,
                hovertemplate="token %{y} sees token %{x}<extra></extra>",
            ),
            row=1,
            col=column,
        )
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(**bare, title="looked at", range=[-0.5, CELLS - 0.5])
    for column, along in ((1, "x"), (2, "x2")):
        figure.update_yaxes(**bare, range=[CELLS - 0.5, -0.5], scaleanchor=along, row=1, col=column)
    figure.update_yaxes(title="looking", row=1, col=1)
    figure.update_layout(height=330, margin={"l": 10, "r": 10, "t": 45, "b": 10})
    tokens = shape.context // CELLS
    show(
        figure,
        alt=f"Which token sees which. A filled cell is a stretch of {tokens:,} tokens looking at another; "
        f"the text runs down and to the right. The global layer fills the triangle; the local layer fills a "
        f"band along the diagonal, {shape.window:,} tokens wide.",
        key="win_mask",
    )


def _reach_picture(shape: Shape, steps: list[int]) -> None:
    import plotly.graph_objects as go

    colour = colours()
    layers = list(range(1, shape.layers + 1))
    figure = go.Figure()
    if shape.global_layers:
        local = reach_by_layer(replace(shape, local_per_global=None))
        figure.add_scatter(
            x=layers,
            y=local,
            name="if all were local",
            mode="lines",
            line={"color": colour[5], "dash": DASHES[1]},
            hovertemplate="all local, after layer %{x}: %{y:,} tokens back<extra></extra>",
        )
    figure.add_scatter(x=layers, y=steps, mode="lines", line={"color": colour[5]}, showlegend=False)
    for kind, name, symbol, tint in ((True, "global", "square", 0), (False, "local", "circle-open", 3)):
        at = [layer for layer in layers if shape.is_global[layer - 1] == kind]
        figure.add_scatter(
            x=at,
            y=[steps[layer - 1] for layer in at],
            mode="markers",
            name=f"{name} layer",
            marker={"symbol": symbol, "size": 8, "color": colour[tint]},
            hovertemplate="after layer %{x}: %{y:,} tokens back<extra></extra>",
        )
    figure.update_xaxes(title="layer")
    figure.update_yaxes(title="tokens back", rangemode="tozero")
    figure.update_layout(height=330, margin={"l": 10, "r": 10, "t": 45, "b": 10})
    show(
        figure,
        alt=f"How far back something can stand and still have reached the last token, layer by layer: "
        f"{steps[0]:,} tokens after the first layer, {steps[-1]:,} after the last. A local layer adds one "
        "window; a global layer reaches everything at once (CWM’s first layer is one).",
        key="win_reach",
    )


def _cost_picture(shape: Shape) -> None:
    import plotly.graph_objects as go

    lengths = [length for length in CONTEXTS if length <= max(shape.context, CONTEXTS[3])]
    colour = colours()
    figure = go.Figure()
    for name, tint, of in (("every layer global", 5, all_global(shape)), ("with this pattern", 0, shape)):
        cost = [cache_bytes(_at_length(of, length)) / 2**30 for length in lengths]
        figure.add_scatter(
            x=lengths, y=cost, name=name, mode="lines+markers",
            line={"color": colour[tint], "dash": DASHES[0 if tint == 0 else 1]},
            hovertemplate="%{x:,} tokens: %{y:.3g} GiB<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="tokens of text", type="log", dtick=0.30103 * 2, tickformat=",.0f")
    figure.update_yaxes(title="keys and values, GiB", rangemode="tozero")
    figure.update_layout(height=320, margin={"l": 10, "r": 10, "t": 45, "b": 10})
    show(
        figure,
        alt="The memory of one text while it is being continued, over its length. With every layer global it "
        "grows with the text; local layers stop growing at their window.",
        key="win_cost",
        table={
            "tokens": [f"{length:,}" for length in lengths],
            "with this pattern": [_bytes(cache_bytes(_at_length(shape, length))) for length in lengths],
            "every layer global": [
                _bytes(cache_bytes(_at_length(all_global(shape), length))) for length in lengths
            ],
            "comparisons, of all global": [
                f"{100 * pairs(_at_length(shape, n)) / pairs(_at_length(all_global(shape), n)):.3g} %"
                for n in lengths
            ],
        },
    )


def _at_length(shape: Shape, context: int) -> Shape:
    return replace(shape, context=context)


def _first_at(steps: list[int]) -> int:
    """The first layer, from 1, after which all is reached that ever will be."""
    return steps.index(steps[-1]) + 1


def _number(count: int) -> str:
    for unit, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:,}"


def _bytes(count: int) -> str:
    for unit, name in ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"

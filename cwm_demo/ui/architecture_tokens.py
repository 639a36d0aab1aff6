"""Chapter 03: how many tokens a frame takes in three ways to cut it up, from the result file of `tokens`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cwm_demo.render import highlight
from cwm_demo.ui.architecture import ours
from cwm_demo.ui.figures import measured, role, show

RESULT = "assets/results/tokens.json"
MADE_BY = "python -m cwm_demo tokens --out assets/results/tokens.json"
WAYS = {"ours": "ours", "sub-words": "sub-words", "characters": "characters"}


def cuts() -> None:
    """The average over the catalogue's runs, and one frame piece by piece."""
    result = measured(RESULT, MADE_BY)
    data = result.data or {}
    each = (data.get("all") or {}).get("tokens_per_frame") or {}
    counts = {way: each[way] for way in WAYS if isinstance(each.get(way), (int, float))}
    if counts:
        _figure(counts, data)
        if example := _example(data.get("example") or {}):
            st.html(example)
    result.show()


def _figure(counts: Mapping[str, float], data: Mapping[str, Any]) -> None:
    import plotly.graph_objects as go

    model = ours()
    context = model.config.get("max_position_embeddings") if model else None
    vocabulary = data.get("vocabulary") or {}
    figure = go.Figure()
    figure.add_bar(
        y=[WAYS[way] for way in counts],
        x=list(counts.values()),
        orientation="h",
        marker={"color": [role("world" if way == "ours" else "other") for way in counts]},
        text=[f"{count:.1f}" for count in counts.values()],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.1f} tokens a frame<extra></extra>",
    )
    figure.update_xaxes(title="tokens a frame", rangemode="tozero")
    figure.update_yaxes(autorange="reversed", ticksuffix="  ")
    figure.update_layout(height=240, showlegend=False)
    frames, programs = data["all"].get("frames", 0), len(data.get("programs") or ())
    words = ", ".join(f"{WAYS[way]} {count:.1f}" for way, count in counts.items())
    alt = f"Tokens that a frame takes on average, over {frames:,} frames of {programs} programs: {words}."
    table: dict[str, list[Any]] = {
        "cut into": [WAYS[way] for way in counts],
        "tokens a frame": [f"{count:.1f}" for count in counts.values()],
        "vocabulary": [f"{vocabulary[way]:,}" if vocabulary.get(way) else "–" for way in counts],
    }
    if context:
        room = {way: int(context / count) for way, count in counts.items() if count}
        alt += f" In our context of {context:,} tokens that is room for " + ", ".join(
            f"{frames} frames ({WAYS[way]})" for way, frames in room.items()
        )
        alt += ", were there no source to read."
        table[f"frames in {context:,} tokens"] = [room.get(way, "–") for way in counts]
    if data.get("sub_words"):
        alt += f" Sub-words: {data['sub_words']}."
    show(figure, alt, "token_cuts", table)


def _example(example: Mapping[str, Any]) -> str:
    """One frame of a real run, its pieces apart."""
    rows = "".join(
        f"<dt>{words}, {len(example[way])} pieces</dt><dd>{_pieces(example[way])}</dd>"
        for way, words in WAYS.items()
        if example.get(way)
    )
    if not rows:
        return ""
    call = f"<code>{highlight.plain(str(example.get('call', '')))}</code>"
    return f'<div class="cwm-cuts"><p>One frame of {call}, cut in each way:</p><dl>{rows}</dl></div>'


def _pieces(pieces: list[str]) -> str:
    """Spaces are shown: in some ways to cut they belong to a piece."""
    return "".join(
        f'<span class="cwm-piece">{highlight.plain(str(piece)).replace(" ", "·")}</span>' for piece in pieces
    )

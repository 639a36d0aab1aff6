"""Chapter 08: the companion decks, which of them fits one's own work, and our models seen from there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import streamlit as st

from cwm_demo.course.chapters import load_course, load_sources
from cwm_demo.course.companions import Deck, Need, load_decks, load_needs, recommended
from cwm_demo.predict.prediction import Prediction
from cwm_demo.predict.settings import Settings
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.render import highlight
from cwm_demo.trace.frame import Trace
from cwm_demo.trace.text import frame_ids
from cwm_demo.ui import models
from cwm_demo.ui.course import Chapter, chapter
from cwm_demo.ui.experiment import trace, visitor
from cwm_demo.ui.figures import Measured, measured
from cwm_demo.ui.linked import keep, restore
from cwm_demo.ui.paper import print_only
from cwm_demo.ui.tokens import tokens

MADE_BY = "make train"
FLOAT = 4  # bytes of a number in the cache, on a processor
SURE = 0.95
POLL_S = 1.0


def companions() -> None:
    with chapter("08") as c:
        c.prose("decks")
        _picker()
        st.html(on_paper())
        c.prose("seen")
        for deck in load_decks().values():
            _deck(c, deck)
        c.quiz("network")
        c.quiz("parallel")
        c.prose("combine")


@st.fragment
def _picker() -> None:
    """What hurts, and the deck that speaks of it."""
    needs = load_needs()
    restore("next_need", None, [None, *needs])
    with st.container(key="cwm-next-need", border=True):
        chosen = st.radio(
            "**What hurts most in your own work?**",
            list(needs),
            index=None,
            format_func=lambda key: needs[key].text,
            key="next_need",
        )
        keep({"next_need": None})
        need = recommended(chosen)
        if need is None:
            st.html('<p class="cwm-muted" role="status">Choose one, and the deck for it is named here.</p>')
            return
        st.html(
            f'<p class="cwm-quiz-verdict cwm-open" role="status"><b>{_name(need)}</b> '
            f"{highlight.plain(need.why)}</p>"
        )
        if deck := load_decks().get(need.deck):
            st.link_button("Open that deck", load_sources()[deck.source].url, icon=":material/open_in_new:")
        elif (workshop := load_course()["09"]).exists:
            st.page_link(workshop.page, label=f"{workshop.number} · {workshop.title}")


def on_paper() -> str:
    """Which deck each answer leads to, for print: on the screen it is said of the one that was chosen."""
    items = "".join(
        f"<li>{highlight.plain(need.text)}. <b>{_name(need)}</b> {highlight.plain(need.why)}</li>"
        for need in load_needs().values()
    )
    return print_only(items, "ul")


def _name(need: Need) -> str:
    deck = load_decks().get(need.deck)
    return highlight.plain(f"Deck {deck.number}, {deck.title}.") if deck else "You are in it."


def _deck(c: Chapter, deck: Deck) -> None:
    url = load_sources()[deck.source].url
    with st.container(key=f"cwm-prose-deck-{deck.number}"):
        st.markdown(f"### {deck.number} · {deck.title}\n\n**{deck.asks}**")
        st.markdown(f"{c.markdown(deck.about)}\n\n*To play with there.* {deck.play} [Open the deck]({url})")
        st.markdown(f"*Our models seen from there.* {c.markdown(deck.seen)}")
        FACTS[deck.number]()
        st.markdown(f"*To take along:* {deck.take}")


# --- our models seen from there ---


def _run() -> Trace:
    program = load_catalogue()["tally"]
    return trace(marked(program.source, program.call), program.stdin, trusted=True)


def _fact(html: str) -> None:
    st.html(f'<p class="cwm-fact" role="status">{html}</p>')


def _of_world(file: str) -> Measured:
    """A file beside the weights of the world model that answers in this app."""
    return measured(f"{Settings.from_environment().world}/{file}", MADE_BY)


def _cache() -> None:
    """How much memory the look back takes, from the shipped model's own configuration."""
    found = _of_world("config.json")
    try:
        c = found.data or {}
        per_token = 2 * c["num_hidden_layers"] * c["num_key_value_heads"] * c["head_dim"] * FLOAT
        context = c["max_position_embeddings"]
    except (KeyError, TypeError):
        found.show()
        return
    _fact(
        f"Keys and values of our world model take <b>{per_token / 1024:,.1f} KB</b> a token, and "
        f"<b>{per_token * context / 2**20:,.1f} MB</b> for its whole context of {context:,} tokens: at this "
        "size there is nothing to save. Chapter 03 has the sliders for CWM’s."
    )


def _sure() -> None:
    """How many tokens of a run the world model is sure of: asked of it now."""
    run = _run()
    status = models.client().status("world")
    if not run.frames or status.state in ("missing", "broken"):
        _fact(highlight.plain(status.sentence or "Nothing ran."))
        return
    asked = models.client().replay(run.source, run.frames, run.complete, visitor=visitor(), keep=True)
    if not asked.done():
        _fact(highlight.plain(status.sentence or models.AT_WORK))
        _look_again(asked)
        return
    if error := asked.exception():
        _fact(highlight.plain(str(error)))
        return
    sure, all_tokens = count_sure(asked.result())
    if not all_tokens:
        _fact("This model tells no probabilities of its tokens.")
        return
    _fact(
        f"Asked just now about tally’s run, step by step: of {all_tokens} tokens that our world model "
        f"writes, it gives <b>{sure}</b> a probability of {SURE * 100:.0f} % or more. It is that sure with "
        "everything in view that stands before a token, and that is what filling in many at once takes away."
    )


def count_sure(predictions: list[Prediction]) -> tuple[int, int]:
    """Tokens that the model is sure of, and all."""
    chances = [chance for prediction in predictions for _, chance in prediction.tokens]
    return sum(chance >= SURE for chance in chances), len(chances)


@st.fragment(run_every=POLL_S)
def _look_again(asked: Future) -> None:
    if asked.done():
        st.rerun()


def _loops() -> None:
    """How often our model uses its layers for one run."""
    training = _of_world("training.json")
    config = _of_world("config.json")
    run = _run()
    try:
        parameters, layers = training.data["parameters"], config.data["num_hidden_layers"]
    except (KeyError, TypeError):
        training.show()
        return
    written = sum(len(frame_ids(tokens(), frame)) for frame in run.frames) + 1
    _fact(
        f"Our world model: <b>{parameters / 1e6:,.1f} million parameters</b>, {layers} layers. To write "
        f"tally’s run it goes through them <b>{written} times</b>, once for each token. What it carries from "
        "one time to the next is the text, and the keys and values that it keeps of it."
    )


def _tree() -> None:
    limits = load_course()["07"]
    if limits.exists:
        st.page_link(limits.page, label=f"{limits.number} · Is this the right tool for my task?")


FACTS: dict[str, Callable[[], None]] = {"01": _cache, "02": _sure, "04": _loops, "05": _tree}

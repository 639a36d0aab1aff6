"""Home: what this is, in three sentences, and the way in."""

from __future__ import annotations

import streamlit as st

from cwm_demo.ui import highlight, models
from cwm_demo.ui.url import Place, to_query

STEPPER = "pages/stepper.py"
# Where Home leads to: the first step at which a bug in tally shows, and the same program as meant.
WITH_BUG = Place(bug="4:wrong-start-value", step=4)
WITHOUT_BUG = Place()

LEAD = (
    "A code model trained on source alone can say which line comes next. A code <em>world</em> model was "
    "trained on runs of programs too, so it also says what that line does to the variables. Here two small "
    "models, alike in everything else, stand beside Python itself: step through a program, put a bug into "
    "it, and see where what they imagine parts from what happens."
)
_LINE = highlight.code("counts[x] = counts.get(x, 0) + 1")
SCHEME = f"""
<div class="cwm-scheme">
 <section class="cwm-scheme-text"><h2>Text model</h2><p>Has read source. Says which line comes next.</p>
  <code>{_LINE}</code></section>
 <section class="cwm-scheme-world"><h2>World model</h2>
  <p>Has read source and runs. Says what the line does, too.</p>
  <code>{_LINE}</code><code>counts <i>{{}} →</i> {highlight.code("{'a': 1}")}</code></section>
 <section class="cwm-scheme-python"><h2>Python</h2><p>Runs the line, and settles it.</p>
  <code>counts <i>{{}} →</i> {highlight.code("{'a': 1}")}</code></section>
</div>
<p class="cwm-lead"><small>What each kind of answer looks like, drawn by hand. The models' own are on the
stepper; they are small, and often wrong.</small></p>
"""
POLL_S = 1.0


def home() -> None:
    st.html(f'<div class="cwm-home"><h1>Code World Models</h1><p class="cwm-lead">{LEAD}</p></div>')
    with st.container(key="cwm-ways", horizontal=True, gap="medium"):
        st.page_link(
            STEPPER, label="Step through a bug", icon=":material/bug_report:", query_params=to_query(WITH_BUG)
        )
        st.page_link(
            STEPPER,
            label="The same program, as meant",
            icon=":material/check:",
            query_params=to_query(WITHOUT_BUG),
        )
    st.html(SCHEME)
    if models.client().status().state == "loading":
        _wait()
    else:
        _status()


def _status() -> None:
    """What the models are doing now."""
    status = models.client().status()
    words = "The two models are loaded." if status.state == "ready" else status.sentence
    st.html(f'<p class="cwm-status"><b>Models</b> {highlight.plain(words)}</p>')


@st.fragment(run_every=POLL_S)
def _wait() -> None:
    _status()
    if models.client().status().state != "loading":
        st.rerun()

"""Home: it opens without waiting for a model, and leads to a place where there is something to see."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from cwm_demo.execution.tracer import trace
from cwm_demo.programs.bugs import find_bug, mutations
from cwm_demo.programs.kinds import kinds_by_line
from cwm_demo.programs.program import load_catalogue, marked
from cwm_demo.rollout.verdict import parting
from cwm_demo.ui.home.page import WITH_BUG
from tests.ui.conftest import ROOT, Client, html


def test_home_says_how_the_models_are(client: Client) -> None:
    client.state, client.sentence = "missing", "There is no model in <models>."
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "There is no model in &lt;models&gt;." in html(app)
    client.state, client.sentence = "ready", ""
    assert "The two models are loaded." in html(app.run())


def test_home_leads_to_the_first_step_at_which_the_bug_shows() -> None:
    program = load_catalogue()[WITH_BUG.program]
    intended = trace(marked(program.source, program.call))
    bug = find_bug(mutations(program.source, kinds_by_line(intended.frames)), WITH_BUG.bug)
    assert parting(intended, trace(marked(bug.source, program.call))) == WITH_BUG.step

"""Settings in the URL: taken from it once, written where they differ, and a wrong one does no harm."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from cwm_demo.ui.linked import keep, restore

    restore("size", 3, range(6))
    st.button("five", key="five", on_click=st.session_state.update, args=({"size": 5},))
    st.slider("Size", 0, 5, key="size")
    keep({"size": 3})


def test_a_setting_is_taken_from_the_link_and_goes_back_to_it() -> None:
    app = AppTest.from_function(script)
    app.query_params["size"] = "0"  # the widget's own lowest value, and not our default
    assert app.run().slider(key="size").value == 0
    app.button(key="five").click().run()
    assert app.slider(key="size").value == 5
    assert app.query_params["size"] in ("5", ["5"])
    app.slider(key="size").set_value(3).run()
    assert "size" not in app.query_params


@pytest.mark.parametrize("text", ["6", "-1", "²", "", "three", "3.0"])
def test_a_link_that_names_no_option_gives_the_default(text: str) -> None:
    app = AppTest.from_function(script)
    app.query_params["size"] = text
    assert app.run().slider(key="size").value == 3

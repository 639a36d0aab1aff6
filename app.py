"""The front door: theme and navigation, nothing else.    python -m streamlit run app.py"""

import streamlit as st

from cwm_demo.ui.style import PICTURES, apply_style

st.set_page_config(
    page_title="Code World Models",
    page_icon=PICTURES / "icon.svg",
    layout="wide",
    initial_sidebar_state="collapsed",
)
apply_style()
page = st.navigation(
    [
        st.Page("pages/home.py", title="Home", default=True),
        st.Page("pages/stepper.py", title="Stepper", url_path="stepper"),
    ],
    position="top",
)
page.run()

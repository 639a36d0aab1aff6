"""The front door: theme and navigation, nothing else.    python -m streamlit run app.py"""

import streamlit as st

from cwm_demo.execution import warm
from cwm_demo.ui.course import course_pages
from cwm_demo.ui.home.tour import tour_bar
from cwm_demo.ui.page_script import page_script
from cwm_demo.ui.style import apply_style

warm.open_ahead()  # the sandbox starts while the page's modules load
st.set_page_config(page_title="Code World Models", layout="wide", initial_sidebar_state="collapsed")
apply_style()
page_script()
home = st.Page("pages/home.py", title="Home", default=True)
tools = [
    st.Page("pages/lab.py", title="Lab", url_path="lab"),
    st.Page("pages/compare.py", title="Compare", url_path="compare"),
    st.Page("pages/teacher.py", title="Teacher’s room", url_path="teacher"),
]
pages = {"": [home, *course_pages("top")], "Course": course_pages("course"), "Tools": tools}
page = st.navigation(pages, position="top")
tour_bar(page.url_path)
page.run()

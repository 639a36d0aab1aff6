"""Streamlit's own part of a cold start: an app of one line.    python -m streamlit run benchmarks/empty.py"""

import streamlit as st

st.html('<p class="cwm-count">step 1 of 1</p>')

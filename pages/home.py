"""The first page."""

from cwm_demo.ui.home import home

home()

"""The first page."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.home.page import home

enter_by_front_door()
home()

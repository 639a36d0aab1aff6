"""Chapter 09: things to try yourself, each checked."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.workshop.page import workshop

enter_by_front_door()
workshop()

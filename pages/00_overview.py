"""Chapter 00: where the deck sits, what the two models are, and the tour."""

from cwm_demo.ui.course import chapter
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
with chapter("00") as c:
    c.prose("series")

"""Chapter 01: the deck's four questions, live."""

from cwm_demo.ui.execution import execution
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
execution()

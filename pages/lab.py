"""The lab: any program, its whole run in one table, and what to take away of it."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.lab.page import lab

enter_by_front_door()
lab()

"""The teacher's room: links with the answers hidden, handouts, and ten questions."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.teacher.page import teacher

enter_by_front_door()
teacher()

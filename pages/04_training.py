"""Chapter 04: training in four stages."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.training import training

enter_by_front_door()
training()

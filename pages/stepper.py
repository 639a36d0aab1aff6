"""The stepper: one program, two models beside real execution, and a bug to inject."""

from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.stepper import stepper

enter_by_front_door()
stepper()

"""The stepper: one program, two models beside real execution, and a bug to inject."""

from cwm_demo.ui.stepper import stepper

stepper()

"""Chapter 05: the published figures with their conditions, what choosing gains, and our own small tries."""

from cwm_demo.ui.course import chapter
from cwm_demo.ui.front_door import enter_by_front_door
from cwm_demo.ui.results import differences, published_table, size_and_score
from cwm_demo.ui.results_detection import detection
from cwm_demo.ui.results_ours import per_parameter
from cwm_demo.ui.results_selection import calculator, experiment

enter_by_front_door()
with chapter("05") as c:
    c.prose("benchmark")
    published_table(c)
    c.prose("table-note")
    c.prose("differ")
    differences(c)
    c.quiz("conditions")
    c.prose("parameters")
    size_and_score(c)
    c.prose("scaling")
    c.prose("calculator")
    calculator()
    c.quiz("ceiling")
    c.prose("own")
    experiment()
    c.quiz("verifier")
    c.prose("alarm")
    detection()
    c.prose("alarm-note")
    c.prose("compounding")
    c.prose("fragile")
    c.prose("ours")
    per_parameter(c)
    c.prose("deeper")

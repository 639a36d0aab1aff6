"""Chapter 03: an ordinary network, what sliding windows cost, and where our model's heads look."""

from cwm_demo.ui.architecture import comparison, local_global
from cwm_demo.ui.architecture_maps import maps
from cwm_demo.ui.architecture_tokens import cuts
from cwm_demo.ui.architecture_windows import windows
from cwm_demo.ui.course import chapter
from cwm_demo.ui.front_door import enter_by_front_door

enter_by_front_door()
with chapter("03") as c:
    c.prose("conservative")
    comparison(c)
    c.prose("differs")
    c.quiz("suspects")
    c.prose("tokens")
    cuts()
    c.prose("windows")
    windows()
    c.quiz("cache")
    c.quiz("reach")
    c.prose("tradeoff")
    c.prose("maps")
    maps()
    c.prose("copying")
    c.prose("local-global")
    local_global()

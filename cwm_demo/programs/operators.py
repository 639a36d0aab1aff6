"""The mutation operators: how people really get a line wrong.

Each is one function of `mistakes`, which looks at a spot and gives the edits that its mistake would make
there, and one row of `OPERATORS`. An edit stays on its line; whether it changes what the program does is
found out by running.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cwm_demo.programs.mistakes.bounds import off_by_one, wrong_slice_bound
from cwm_demo.programs.mistakes.conditions import (
    and_for_or,
    inverted_condition,
    missing_not,
    wrong_comparison,
)
from cwm_demo.programs.mistakes.containers import alias_for_copy, append_for_extend, wrong_method
from cwm_demo.programs.mistakes.names import shadowed_name, wrong_variable
from cwm_demo.programs.mistakes.order import swapped_operands
from cwm_demo.programs.mistakes.statements import early_return, missing_line
from cwm_demo.programs.mistakes.values import (
    missing_accumulation,
    wrong_arithmetic,
    wrong_constant,
    wrong_default,
    wrong_start_value,
)
from cwm_demo.programs.spots import Edit, Spot


@dataclass(frozen=True, slots=True)
class Operator:
    name: str  # in links and JSON
    title: str  # on the screen
    why: str  # one sentence on why people make this mistake
    edits: Callable[[Spot], Iterable[Edit]]


# In the order in which they are offered. Of two operators that make the same change the first counts.
OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator(
            "off-by-one",
            "Off by one",
            "Counting starts at 0 and a range leaves out its end: the first or last item is easily missed.",
            off_by_one,
        ),
        Operator(
            "inverted-condition",
            "Condition turned around",
            "One thinks of when to stop and writes when to go on, or loses count of the negations.",
            inverted_condition,
        ),
        Operator(
            "wrong-comparison",
            "Wrong comparison",
            "Nobody says aloud whether the border itself counts, and < and > are easily read backwards.",
            wrong_comparison,
        ),
        Operator(
            "wrong-arithmetic",
            "Wrong arithmetic",
            "The operators are neighbours in meaning and on the keyboard, and / and // differ by one stroke.",
            wrong_arithmetic,
        ),
        Operator(
            "wrong-variable",
            "Wrong variable",
            "Two variables of the same type look alike, and a line that was copied keeps the old name.",
            wrong_variable,
        ),
        Operator(
            "missing-accumulation",
            "Replaced, not added to",
            "With = in the place of += the old value is lost, and the line still reads right.",
            missing_accumulation,
        ),
        Operator(
            "wrong-start-value",
            "Wrong start value",
            "What to begin with is decided before the loop is written, and seldom thought of again.",
            wrong_start_value,
        ),
        Operator(
            "missing-line",
            "Missing line",
            "The step is so obvious in the head that it never reaches the file.",
            missing_line,
        ),
        Operator(
            "swapped-operands",
            "Swapped operands or arguments",
            "Which of two comes first is a convention, and nothing on the line reminds of it.",
            swapped_operands,
        ),
        Operator(
            "early-return",
            "Return inside the loop",
            "The editor keeps the indentation of the line above, and one level too deep still looks tidy.",
            early_return,
        ),
        Operator(
            "wrong-default",
            "Wrong default",
            "A default is chosen once, far from the calls that leave it out, and they never show it.",
            wrong_default,
        ),
        Operator(
            "append-for-extend",
            "One item or many",
            "Both add to the collection; only one of them takes a list apart first.",
            append_for_extend,
        ),
        Operator(
            "alias-for-copy",
            "Second name in place of a copy",
            "An assignment feels like copying, and as long as nothing is changed it behaves like it.",
            alias_for_copy,
        ),
        Operator(
            "wrong-slice-bound",
            "Wrong slice bound",
            "The start of a slice is in it, its end is not, and either side of the colon may stay empty.",
            wrong_slice_bound,
        ),
        Operator(
            "wrong-constant",
            "Wrong constant",
            "A number or a letter is typed from memory, and no name beside it says what it should be.",
            wrong_constant,
        ),
        Operator(
            "and-for-or",
            "And for or",
            "In speech “and” and “or” often mean the same; under a negation they even change places.",
            and_for_or,
        ),
        Operator(
            "missing-not",
            "Missing not",
            "The small word is thought along and not typed, and without it the line still reads well.",
            missing_not,
        ),
        Operator(
            "wrong-method",
            "Wrong method",
            "Methods come in families; one remembers the family, and takes the neighbour.",
            wrong_method,
        ),
        Operator(
            "shadowed-name",
            "Name already taken",
            "A short name comes to mind a second time, and what it stood for is gone or hidden.",
            shadowed_name,
        ),
    )
}

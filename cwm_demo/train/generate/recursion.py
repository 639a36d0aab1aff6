"""Recursive functions: the shapes that recursion has, with steps and bases that vary."""

from __future__ import annotations

from cwm_demo.train.generate import names
from cwm_demo.train.generate.author import Author, Program
from cwm_demo.train.generate.slots import fill
from cwm_demo.train.generate.types import INT, Type, parse

# What the argument is ("small" and "digits" are integers) and the function: FN calls itself with ARG,
# EXPR is a random expression over what is there. Slots are those of `slots.py`.
_SHAPES = (
    (
        "small",
        """def FN(ARG):
    if ARG «<= 0|<= 1|< 1|< 2»:
        return «0|1|1|ARG»
    return «EXPR + FN(ARG - 1)|FN(ARG - 1) + EXPR|ARG * FN(ARG - 1)|FN(ARG - 1) * 2|FN(ARG - 2) + ARG»""",
    ),
    (
        "small",
        """def FN(ARG):
    if ARG < «1|2»:
        return «ARG|1|0»
    return FN(ARG - 1) «+|+|*|-» FN(ARG - 2)""",
    ),
    (
        "small",
        """def FN(ARG, acc=«0|1|0»):
    if ARG «== 0|<= 0»:
        return acc
    return FN(ARG - 1, «acc + ARG|acc * ARG|acc + 1|EXPR»)""",
    ),
    (
        "small",
        """def FN(ARG):
    if ARG > 0:
        «print(ARG)
        FN(ARG - 1)|FN(ARG - 1)
        print(ARG)»
    «return ARG|print('done')|return 0»""",
    ),
    (
        "digits",
        """def FN(ARG):
    if ARG «< 10|== 0|<= 1»:
        return «ARG|0|1»
    return «ARG % 10|ARG % 2|1» + FN(ARG // «10|10|2|3»)""",
    ),
    (
        "str",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == ''»:
        return ''
    «|if ARG[0] «in 'aeiou'|== 'a'|> 'm'»:
        return FN(ARG[1:])
    »return «FN(ARG[1:]) + ARG[0]|ARG[0]« + '-'|.upper()| * 2» + FN(ARG[1:])»""",
    ),
    (
        "str",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == ''»:
        return 0
    «|if ARG[0] «in 'aeiou'|== 'a'|> 'm'»:
        return FN(ARG[1:])
    »return 1 + FN(ARG[1:])""",
    ),
    (
        "list[int]",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == []»:
        return «0|0|1»
    «|if ARG[0] «> 0|% 2 == 0|== 0|< 5»:
        return FN(ARG[1:])
    »return «ARG[0] + FN(ARG[1:])|max(ARG[0], FN(ARG[1:]))|ARG[0] * FN(ARG[1:])|1 + FN(ARG[1:])»""",
    ),
    (
        "list[int]",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == []»:
        return []
    «|if ARG[0] «> 0|% 2 == 0|== 0|< 5»:
        return FN(ARG[1:])
    »return «FN(ARG[1:]) + [ARG[0]]|[ARG[0] * 2] + FN(ARG[1:])|[ARG[0] + 1] + FN(ARG[1:])»""",
    ),
    (
        "list[str]",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == []»:
        return «''|''»
    return «ARG[0] + FN(ARG[1:])|ARG[0][:1] + FN(ARG[1:])|FN(ARG[1:]) + ARG[0]»""",
    ),
    (
        "list[str]",
        """def FN(ARG):
    if «not ARG|len(ARG) == 0|ARG == []»:
        return 0
    return «len(ARG[0]) + FN(ARG[1:])|max(len(ARG[0]), FN(ARG[1:]))»""",
    ),
)


def recursion(author: Author) -> Program:
    rng = author.rng
    kind, template = rng.choice(_SHAPES)
    type_ = INT if kind in ("small", "digits") else parse(kind)
    name, argument = names.function(rng, author.taken), names.fresh(rng, type_, author.taken)
    scope = author.top()
    scope.define(argument, type_)
    step = author.write.expression(INT, scope, 1).at_least(9) if type_ == INT else ""
    text = fill(template, rng).replace("FN", name).replace("ARG", argument).replace("EXPR", step)
    calls = [f"{name}({_argument(author, kind, type_)})" for _ in range(author.calls)]
    return text.split("\n"), calls


def _argument(author: Author, kind: str, type_: Type) -> str:
    rng = author.rng
    if kind == "small":
        return str(rng.randint(-1, 5))
    if kind == "digits":
        return str(rng.choice((rng.randint(0, 30), rng.randint(10, 9999))))
    return author.argument(type_, small=False)

"""What small Python programs are made of, as tables of templates with typed holes.

A line is `result | weight | precedence | template`; for statements `weight | template`. A weight that ends
in `m` or `h` belongs to the medium or hard stratum and is rare below it. Holes:

    {int}  {int:add}   an expression of that type, at least that precedence (in brackets where it is less)
    {@list[A] as p}    a variable of that type; {p} is the same one again
    {!list[A] as p}    a variable that may be changed here (no loop runs over it, it is no loop variable)
    {+A as p}          a new variable, which exists from the next statement on
    {$small}           a value of a special kind, see `Specials` in expressions.py

Capital letters are type variables, bound from left to right; P takes no set, whose order no one can know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cwm_demo.train.generate.types import Type, parse

PRECEDENCES = (
    "ternary",
    "or",
    "and",
    "not",
    "cmp",
    "bor",
    "xor",
    "band",
    "shift",
    "add",
    "mul",
    "unary",
    "power",
    "atom",
)
PRECEDENCE = {name: rank for rank, name in enumerate(PRECEDENCES)}

_EXPRESSIONS = """
int | 14 | add | {int:add} + {int:mul}
int | 9 | add | {int:add} - {int:mul}
int | 6 | add | {@int} + {$small}
int | 4 | add | {@int} - {$small}
int | 5 | mul | {int:mul} * {$small}
int | 3 | mul | {@int} * {@int}
int | 4 | mul | {int:mul} // {$divisor}
int | 6 | mul | {int:mul} % {$divisor}
int | 1m | mul | {int:mul} // {int:unary}
int | 1m | mul | {int:mul} % {int:unary}
int | 1.5 | unary | -{int:unary}
int | 1.5 | power | {@int} ** {$exponent}
int | 2 | atom | abs({int})
int | 3 | atom | max({int}, {int})
int | 3 | atom | min({int}, {int})
int | 10 | atom | len({$sized})
int | 3 | add | len({$sized}) - 1
int | 1 | mul | len({$sized}) // 2
int | 4 | atom | sum({@list[int]})
int | 2 | atom | max({@list[int]})
int | 1 | atom | max({@list[int]}, key=lambda v: {$number_key})
int | 2 | atom | min({@list[int]})
int | 1m | atom | sum({@dict[A,int]}.values())
int | 1m | atom | max({@dict[A,int]}.values())
int | 1 | atom | sum({@set[int]})
int | 1 | atom | int({float})
int | 1 | atom | round({float})
int | 2 | atom | int({$digits})
int | 1 | atom | int({bool})
int | 1.5 | atom | ord({$char})
int | 2 | atom | {@str}.count({$piece})
int | 2 | atom | {@str}.find({$piece})
int | .7 | atom | {@str}.index({$piece})
int | .5m | atom | {@str}.rfind({$piece})
int | .3h | atom | {@str}.rindex({$piece})
int | 2 | atom | {@list[A]}.count({A})
int | 1 | atom | {@list[A] as p}.index({p}[{$near}])
int | .7 | atom | {@list[A]}.index({A})
int | .4h | atom | {@tuple[A,B]}.count({A})
int | .3h | atom | {@tuple[A,B]}.index({A})
int | .4h | bor | {int:bor} | {int:xor}
int | .4h | band | {int:band} & {int:shift}
int | .3h | xor | {int:xor} ^ {int:band}
int | .3h | shift | {@int} << {$small}
int | .3h | shift | {@int} >> {$small}
int | .2h | unary | ~{int:unary}
int | .5m | atom | divmod({int}, {$divisor})[{$bit}]
int | .5m | atom | pow({int}, {$exponent})
int | .3h | atom | pow({int}, {$exponent}, {$divisor})
int | .5m | atom | int({$bits}, 2)
int | .4h | atom | {@int}.bit_length()
int | .3h | atom | {@int}.bit_count()
int | .2h | atom | len({@str}.encode())
int | .2h | atom | int({$hexadecimal}, 16)
int | 3 | atom | !sum_generator
int | 2 | mul | ({int:add} + {int:mul}) // 2
int | 2 | mul | ({int:add} + {int:mul}) * {$small}
int | 1 | ternary | {int:or} if {bool:or} else {int}
float | 8 | add | {float:add} + {float:mul}
float | 5 | add | {float:add} - {float:mul}
float | 5 | mul | {float:mul} * {$small}
float | 4 | mul | {float:mul} / {$half}
float | 6 | mul | {int:mul} / {$half}
float | 2 | mul | {@float} * {$quarter}
float | 3 | atom | float({int})
float | 3 | atom | round({float}, {$places})
float | 2 | atom | abs({float})
float | 2 | atom | max({float}, {float})
float | 2 | atom | min({float}, {float})
float | 3 | mul | sum({@list[int] as p}) / len({p})
float | 2 | atom | sum({@list[float]})
float | 1m | atom | float({$decimal})
float | .5h | power | {@float} ** 2
float | .5h | mul | {float:mul} // {$half}
float | .5h | mul | {float:mul} % {$half}
bool | 8 | cmp | {int:bor} > {int:bor}
bool | 8 | cmp | {int:bor} < {int:bor}
bool | 5 | cmp | {int:bor} >= {int:bor}
bool | 5 | cmp | {int:bor} <= {int:bor}
bool | 9 | cmp | {@int} > {$near_int}
bool | 9 | cmp | {@int} < {$near_int}
bool | 5 | cmp | {@int} == {$near_int}
bool | 2 | cmp | {@int} != {$near_int}
bool | 8 | cmp | {int:bor} == {int:bor}
bool | 3 | cmp | {int:bor} != {int:bor}
bool | 10 | cmp | {@int} % 2 == {$bit}
bool | 5 | cmp | {int:mul} % {$divisor} == 0
bool | 1 | cmp | {float:bor} > {float:bor}
bool | 1 | cmp | {float:bor} < {float:bor}
bool | 6 | cmp | {@A} == {A:bor}
bool | 3 | cmp | {@A} != {A:bor}
bool | 2 | cmp | {@str} < {str:bor}
bool | 7 | cmp | {A:bor} in {@list[A]}
bool | 4 | cmp | {A:bor} not in {@list[A]}
bool | 6 | cmp | {A:bor} in {@dict[A,B]}
bool | 3 | cmp | {A:bor} not in {@dict[A,B]}
bool | 3 | cmp | {A:bor} in {@set[A]}
bool | 2 | cmp | {A:bor} not in {@set[A]}
bool | 5 | cmp | {$piece} in {@str}
bool | 2 | cmp | {$char} in {$letters}
bool | 1 | cmp | {A:bor} in ({A}, {A})
bool | 3 | cmp | {$near_int} <= {@int} < {$near_int}
bool | 1 | cmp | {$near_int} < {@int} <= {$near_int}
bool | 4 | cmp | len({$sized}) > {$small0}
bool | 4 | cmp | len({$sized}) == {$small0}
bool | 4 | and | {bool:and} and {bool:not}
bool | 3 | or | {bool:or} or {bool:and}
bool | 3 | not | not {bool:not}
bool | 3 | not | not {@list[A]}
bool | 1.5 | atom | {@str}.isdigit()
bool | 1.5 | atom | {@str}.isalpha()
bool | .7m | atom | {@str}.isalnum()
bool | 1.5 | atom | {@str}.isupper()
bool | 1 | atom | {@str}.islower()
bool | .7 | atom | {@str}.isspace()
bool | .2h | atom | {@str}.istitle()
bool | .2h | atom | {@str}.isidentifier()
bool | .2h | atom | {@str}.isnumeric()
bool | .2h | atom | {@str}.isdecimal()
bool | .2h | atom | {@str}.isascii()
bool | .2h | atom | {@str}.isprintable()
bool | .2h | atom | callable({@A})
bool | .3h | atom | hasattr({@A}, {$attribute})
bool | .3h | atom | {@float}.is_integer()
bool | 1.5 | atom | {@str}.startswith({$piece})
bool | 1.5 | atom | {@str}.endswith({$piece})
bool | 1.5 | atom | !any_all
bool | .7 | atom | any({@list[int]})
bool | .7 | atom | all({@list[int]})
bool | 1 | atom | bool({A})
bool | 1 | atom | isinstance({@A}, {$class})
bool | .7m | atom | {@set[A]}.issubset({set[A]})
bool | .4h | atom | {@set[A]}.issuperset({set[A]})
bool | .4h | atom | {@set[A]}.isdisjoint({set[A]})
bool | .4m | cmp | {@set[A]} <= {set[A]:bor}
bool | .6m | cmp | {@A} is None
bool | .6m | cmp | {@A} is not None
bool | .5 | cmp | {@str as p} == {p}[::-1]
str | 12 | add | {str:add} + {str:mul}
str | 5 | add | {str:add} + {$char}
str | 4 | add | {@str} + {$piece}
str | 3 | mul | {@str} * {$small}
str | 1 | mul | {$piece} * {$small}
str | 3 | atom | {@str}.upper()
str | 2 | atom | {@str}.lower()
str | 1.5 | atom | {@str}.strip()
str | 1.2 | atom | {@str}.title()
str | 1.2 | atom | {@str}.capitalize()
str | .7 | atom | {@str}.swapcase()
str | .5m | atom | {@str}.lstrip()
str | .5m | atom | {@str}.rstrip()
str | .5m | atom | {@str}.strip({$piece})
str | .4m | atom | {@str}.rstrip({$piece})
str | .3h | atom | {@str}.lstrip({$piece})
str | 3 | atom | {@str}.replace({$piece}, {$piece0})
str | .3m | atom | {@str}.replace({$piece}, {$piece0}, 1)
str | 1 | atom | {@str}.zfill({$width})
str | .7m | atom | {@str}.center({$width}, {$fill})
str | .7m | atom | {@str}.ljust({$width}, {$fill})
str | .7m | atom | {@str}.rjust({$width}, {$fill})
str | .5m | atom | {@str}.removeprefix({$piece})
str | .5m | atom | {@str}.removesuffix({$piece})
str | .3h | atom | {@str}.expandtabs({$small})
str | .3h | atom | {@str}.casefold()
str | .3h | atom | {@str}.partition({$sep})[{$bit}]
str | .3h | atom | {@str}.rpartition({$sep})[{$bit}]
str | .4h | atom | {@str}.translate(str.maketrans({$piece1}, {$piece1}))
str | 5 | atom | {@str}[{$near}]
str | 2 | atom | {@str}[{$index}]
str | 3 | atom | {@str}[{$from}:]
str | 3 | atom | {@str}[:{$to}]
str | 2 | atom | {@str}[{$from}:{$to}]
str | 2 | atom | {@str}[{@int}:{@int}]
str | 1 | atom | {@str}[:{@int}]
str | 1 | atom | {@str}[{@int}:]
str | 3 | atom | {@str}[::-1]
str | .7m | atom | {@str}[::2]
str | 4 | atom | {$sep}.join({@list[str]})
str | 2 | atom | ''.join({list[str]})
str | 1m | atom | ''.join(reversed({@str}))
str | 1m | atom | ''.join(sorted({@str}))
str | 7 | atom | str({int})
str | 2 | atom | str({P})
str | 8 | atom | !fstring
str | 2 | atom | chr(ord({$char}) + {$small})
str | 1m | atom | chr({$code})
str | .7m | atom | bin({@int})[2:]
str | .4h | atom | hex({@int})
str | .2h | atom | oct({@int})
str | .2h | atom | ascii({@str})
str | .5m | atom | repr({P})
str | .5m | atom | type({@A}).__name__
str | .5h | atom | format({int}, {$format})
str | 1 | atom | '{} {}'.format({P}, {int})
str | 1m | mul | '%s=%d' % ({str}, {int})
str | 1 | atom | max({@list[str]})
str | 1 | atom | min({@list[str]})
str | 1m | atom | max({@list[str]}, key=len)
str | 1 | atom | min({@list[str]}, key=lambda w: {$word_key})
str | 1m | atom | max({@dict[str,int] as p}, key={p}.get)
str | 2 | ternary | {str:or} if {bool:or} else {str}
A | 6 | atom | {@list[A]}[{$near}]
A | 4 | atom | {@list[A]}[{$index}]
A | 5 | atom | {@dict[B,A]}[{$key B}]
A | 5 | atom | {@dict[B,A]}.get({$key B}, {$plain A})
A | 2 | atom | {@dict[B,A]}.get({@B}, {$plain A})
A | 1 | atom | {@tuple[A,B]}[0]
A | 1 | atom | {@tuple[B,A]}[1]
A | .6 | atom | {@tuple[B,A]}[-1]
A | .4h | atom | next(iter({@list[A]}))
A | .5h | atom | next(iter({@list[A]}), {A})
A | 10 | atom | !call
A | 2 | ternary | {A:or} if {bool:or} else {A}
A | .7m | or | {@A} or {A:and}
list[A] | 10 | atom | [{A}, {A}]
list[A] | 5 | atom | [{A}, {A}, {A}]
list[A] | 4 | atom | [{A}]
list[A] | 3 | atom | []
list[A] | 8 | atom | !list_comprehension
list[A] | 5 | atom | sorted({@list[A]})
list[A] | 2 | atom | sorted({@list[A]}, reverse=True)
list[A] | 2 | atom | sorted({@set[A]})
list[A] | 1.5 | atom | sorted({@dict[A,B]})
list[A] | 6 | atom | !sorted_key
list[A] | 2 | atom | list({@dict[A,B]})
list[A] | 2 | atom | list({@dict[A,B]}.keys())
list[A] | 2 | atom | list({@dict[B,A]}.values())
list[A] | 2 | atom | list(reversed({@list[A]}))
list[A] | 4 | atom | {@list[A]}[{$from}:]
list[A] | 4 | atom | {@list[A]}[:{$to}]
list[A] | 2 | atom | {@list[A]}[{$from}:{$to}]
list[A] | 1.5 | atom | {@list[A]}[{@int}:{@int}]
list[A] | 3 | atom | {@list[A]}[::-1]
list[A] | 1m | atom | {@list[A]}[::2]
list[A] | 2 | atom | {@list[A]}[:]
list[A] | 2 | atom | {@list[A]}.copy()
list[A] | 2 | atom | list({@list[A]})
list[A] | 4 | add | {@list[A]} + [{A}]
list[A] | 3 | add | {@list[A]} + {list[A]:mul}
list[A] | 2 | mul | [{A}] * {$small}
list[A] | .5h | atom | [*{@list[A]}, {A}]
list[A] | .4h | atom | list(filter(None, {@list[A]}))
list[str] | 5 | atom | {@str}.split()
list[str] | 3 | atom | {@str}.split({$sep1})
list[str] | .4h | atom | {@str}.split({$sep1}, 1)
list[str] | .3h | atom | {@str}.rsplit({$sep1}, 1)
list[str] | .4h | atom | {@str}.splitlines()
list[str] | 3 | atom | list({@str})
list[str] | 1.5 | atom | sorted({@str})
list[str] | 1m | atom | list(map(str, {@list[int]}))
list[str] | .7m | atom | list(map(str.upper, {@list[str]}))
list[int] | 4 | atom | list(range({$bound}))
list[int] | 1m | atom | list(range({$bit}, {$bound}))
list[int] | .7m | atom | list(range({$bound}, 0, -1))
list[int] | 1m | atom | list(map(len, {@list[str]}))
list[int] | 3 | atom | !map_lambda
list[tuple[int,A]] | 3 | atom | list(enumerate({@list[A]}))
list[tuple[A,B]] | 4 | atom | list(zip({@list[A]}, {@list[B]}))
list[tuple[A,B]] | 4 | atom | list({@dict[A,B]}.items())
list[tuple[A,B]] | 2 | atom | sorted({@dict[A,B]}.items())
dict[A,B] | 4 | atom | !dict_display
dict[A,B] | 4 | atom | !dict_comprehension
dict[A,B] | 2 | atom | dict({@dict[A,B]})
dict[A,B] | 2 | atom | {@dict[A,B]}.copy()
dict[A,B] | 2 | atom | dict(zip({@list[A]}, {@list[B]}))
dict[A,B] | .6h | atom | !dict_merge
dict[A,B] | .5h | bor | {@dict[A,B]} | {dict[A,B]:xor}
dict[A,int] | .7m | atom | dict.fromkeys({@list[A]}, 0)
set[A] | 4 | atom | set({@list[A]})
set[A] | 3 | atom | !set_display
set[A] | 1m | atom | !set_comprehension
set[A] | 1 | atom | set()
set[A] | 2 | band | {@set[A]} & {set[A]:shift}
set[A] | 2 | bor | {@set[A]} | {set[A]:xor}
set[A] | 1.5 | add | {@set[A]} - {set[A]:mul}
set[A] | .7m | xor | {@set[A]} ^ {set[A]:band}
set[A] | .7m | atom | {@set[A]}.union({list[A]})
set[A] | .7m | atom | {@set[A]}.intersection({set[A]})
set[A] | .5m | atom | {@set[A]}.difference({set[A]})
set[A] | .3h | atom | {@set[A]}.symmetric_difference({set[A]})
set[A] | .4m | atom | {@set[A]}.copy()
set[A] | .3h | atom | set(frozenset({@list[A]}))
set[str] | 1 | atom | set({@str})
tuple[A] | 4 | atom | ({A},)
tuple[A,B] | 10 | atom | ({A}, {B})
tuple[A,B] | 1 | atom | ({@A}, {@B})
tuple[A,B,C] | 10 | atom | ({A}, {B}, {C})
tuple[int,int] | 2 | atom | divmod({int}, {$divisor})
tuple[int,int] | 1 | atom | (min({@list[int] as p}), max({p}))
tuple[int,int] | 1 | atom | tuple(sorted({@tuple[int,int]}))
tuple[int,int] | .3h | atom | ({@int}, *{@tuple[int]})
"""

_STATEMENTS = """
24 | {+A} = {A}
4 | {+int} = {$zero}
3 | {+list[A]} = []
1.5 | {+dict[A,int]} = {$empty_dict}
1.5 | {+str} = ''
16 | {!A as p} = {A}
12 | {!int} += {int}
5 | {!int} += 1
4 | {!int} -= {$small1}
3 | {!int} -= {int}
3 | {!int} *= {$small}
1.5 | {!int} //= {$divisor}
1 | {!int} %= {$divisor}
.3h | {!int} **= 2
.2h | {!int} |= {int}
.2h | {!int} &= {int}
.2h | {!int} <<= 1
3 | {!int as p} = {p} + {$small1}
2 | {!int as p} = {p} * {$small}
2 | {!int as p} = {p} - {$small1}
2 | {!float} += {float}
1.5 | {!float} -= {float}
1.5 | {!float} *= {$quarter}
1 | {!float} /= {$half}
8 | {!str} += {str}
3 | {!str as p} = {p} + {str:mul}
1.5 | {!str as p} = {str:add} + {p}
1 | {!bool as p} = not {p}
14 | {!list[A]}.append({A})
3 | {!list[A]}.extend({list[A]})
2 | {!list[A]} += [{A}]
3 | {!list[A]}.insert({$near0}, {A})
4 | {!list[A]}.pop()
4 | {+A} = {!list[A]}.pop()
2 | {+A} = {!list[A]}.pop(0)
2 | {!list[A]}.sort()
1 | {!list[A]}.sort(reverse=True)
.7m | {!list[str]}.sort(key=len)
2 | {!list[A]}.reverse()
2 | {!list[A]}.remove({A})
.8 | {!list[A]}.clear()
6 | {!list[A]}[{$index}] = {A}
4 | {!list[int]}[{$index}] += {int}
2 | {!list[int] as p}[0], {p}[-1] = {p}[-1], {p}[0]
1m | {!list[A]}[{$from}:{$to}] = [{A}]
2 | del {!list[A]}[{$near}]
.5m | del {!list[A]}[:{$to}]
8 | {!dict[A,B]}[{$key A}] = {B}
5 | {!dict[A,B]}[{@A}] = {B}
3 | {!dict[A,int]}[{$key A}] += {int}
4 | {!dict[A,int] as p}[{@A as q}] = {p}.get({q}, 0) + {$small1}
2 | {!dict[A,int] as p}[{$key A}] = {p}.get({$key A}, 0) + {int}
2 | {+B} = {!dict[A,B]}.pop({$key A})
1.5 | {!dict[A,B]}.pop({$key A}, None)
1.5 | {!dict[A,B]}.setdefault({$key A}, {B})
1.5 | {!dict[A,B]}.update({dict[A,B]})
2 | del {!dict[A,B]}[{$key A}]
.5 | {!dict[A,B]}.clear()
.4m | {!dict[A,B]}.popitem()
.4m | {+tuple[A,B]} = {!dict[A,B]}.popitem()
1m | {!dict[A,list[B]]}.setdefault({$key A}, []).append({B})
1m | {!dict[A,list[B]]}[{$key A}].append({B})
5 | {!set[A]}.add({A})
1.5 | {!set[A]}.discard({A})
1 | {!set[A]}.remove({A})
1 | {!set[A]}.update({list[A]})
.5m | {!set[A]} |= {set[A]}
.5m | {!set[A]} &= {set[A]}
.5m | {!set[A]} -= {set[A]}
.3 | {!set[A]}.clear()
.3h | {!set[A]}.difference_update({list[A]})
.3h | {!set[A]}.intersection_update({set[A]})
.3h | {!set[A]}.symmetric_difference_update({set[A]})
.3h | {+int} = {!set[int]}.pop()
.3h | if ({+int as p} := len({$sized})) > 2: print({p})
3 | {!A as p}, {!A as q} = {q}, {p}
2 | {!int as p}, {!int as q} = {q}, {p:add} + {q}
3 | {+A}, {+B} = {@tuple[A,B]}
3 | {+A}, {+B} = {A}, {B}
1.5 | {+int}, {+int} = divmod({int}, {$divisor})
1m | {+A}, *{+list[A]} = {@list[A]}
.5h | *{+list[A]}, {+A} = {@list[A]}
1m | {+A}, {+A} = {@list[A]}
1 | {+int as p} = {+int as q} = {int}
2 | {+A} = {@A}
1 | {+list[A]} = {@list[A]}
2 | {+list[A]} = {@list[A]}[:]
1 | {+list[list[int]]} = [[0] * {$small} for _ in range({$small})]
1m | {!list[list[A]]}[{$near}].append({A})
1m | {!list[list[A]]}[{$near}][{$near}] = {A}
4 | print({P})
3 | print({@P})
2 | print({P}, {str})
2.5 | print({$fstring})
.7m | print({P}, end={$sep})
.5m | print({P}, {str}, sep={$sep})
.5m | print(*{@list[P]})
.5 | del {!A}
.7m | assert {bool}
.5m | assert {bool}, {$message}
.5 | pass
"""

_HOLE = re.compile(
    r"\{(?:(?P<special>\$\w+)(?: (?P<of>\w+))?"
    r"|(?P<again>[a-z])(?::\w+)?"
    r"|(?P<kind>[@!+]?)(?P<type>\w[\w\[\],]*)(?::(?P<prec>\w+))?(?: as (?P<label>[a-z]))?)\}"
)


@dataclass(frozen=True, slots=True)
class Hole:
    kind: str  # "" an expression, "@" a variable, "!" one that may change, "+" a new one, "again", or "$name"
    type: Type | None = None
    precedence: int = 0
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    result: Type | None  # None for statements
    weight: float
    stratum: str  # "", "m" or "h": the stratum it belongs to; rare below it
    precedence: int
    pieces: tuple[str | Hole, ...]  # text and holes
    method: str | None = None  # name of the production that writes it, for "!name"


def _hole(match: re.Match[str]) -> Hole:
    if match["special"]:
        return Hole(match["special"], parse(match["of"]) if match["of"] else None)
    if match["again"]:
        return Hole("again", label=match["again"])
    rank = PRECEDENCE[match["prec"]] if match["prec"] else 0
    return Hole(match["kind"], parse(match["type"]), rank, match["label"])


def _pieces(template: str) -> tuple[str | Hole, ...]:
    pieces: list[str | Hole] = []
    end = 0
    for match in _HOLE.finditer(template):
        if match.start() > end:
            pieces.append(template[end : match.start()])
        pieces.append(_hole(match))
        end = match.end()
    if end < len(template):
        pieces.append(template[end:])
    return tuple(pieces)


def _weight(text: str) -> tuple[float, str]:
    return (float(text[:-1]), text[-1]) if text[-1] in "mh" else (float(text), "")


def _expression_rules() -> tuple[Rule, ...]:
    rules = []
    for line in _EXPRESSIONS.strip().splitlines():
        result, weight, precedence, template = line.split(" | ", 3)
        number, stratum = _weight(weight)
        method = template[1:] if template.startswith("!") else None
        pieces = () if method else _pieces(template)
        rules.append(Rule(parse(result), number, stratum, PRECEDENCE[precedence], pieces, method))
    return tuple(rules)


def _statement_rules() -> tuple[Rule, ...]:
    rules = []
    for line in _STATEMENTS.strip().splitlines():
        weight, template = line.split(" | ", 1)
        number, stratum = _weight(weight)
        rules.append(Rule(None, number, stratum, 0, _pieces(template)))
    return tuple(rules)


EXPRESSIONS = _expression_rules()
STATEMENTS = _statement_rules()

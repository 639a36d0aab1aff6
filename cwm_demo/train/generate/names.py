"""Names as people write them, by the type of what they hold, and some that nobody would write."""

from __future__ import annotations

import builtins
import keyword
import random

from cwm_demo.train.generate.types import Type
from cwm_demo.train.vocabulary import MODULES, NAMES

VARIABLES: dict[str, str] = {
    "int": "n x y k m a b c total count num value result limit step size low high left right score level "
    "width height amount age index best current start end acc steps depth price points year day "
    "offset target smallest largest diff remainder digit product balance turns lo hi mid p q r z v w t j g",
    "float": "price rate ratio total avg mean x y temp weight factor amount cost area scale speed discount",
    "bool": "found ok flag done valid is_even ready changed active seen_before matched is_valid has_next",
    "str": "s text word name line msg label title char prefix suffix out result key message code token city "
    "color first last greeting letters joined ch current sentence tag unit",
    "list": "items nums values numbers xs data words names result out parts queue stack row rows evens odds "
    "scores letters found pairs acc arr lst items2 history steps squares chunk kept rest a b res seq",
    "dict": "counts d table scores ages lookup mapping prices stock cache totals groups freq index inventory "
    "config seen data result memo grades info",
    "set": "seen unique tags visited found common names done ids s letters known",
    "tuple": "pair point t record pos item entry coords limits span bounds",
    "None": "nothing result res",
}
_POOLS = {kind: text.split() for kind, text in VARIABLES.items()}

VERBS = (
    "get find count compute make build update check process merge split filter sum add remove apply scan "
    "collect pick format parse clean convert group score measure walk reduce combine select label".split()
)
NOUNS = (
    "items total values words numbers text scores result line data name pairs digits letters list table "
    "price level steps points record limit range row entry size key parts".split()
)
FUNCTIONS = "f g foo solve main helper run test func process demo calc work go task example compute".split()
CLASSES = (
    "Counter Account Stack Queue Point Cart Box Player Timer Robot Item Node Wallet Score Light "
    "Tank Shelf Meter Store Team Bag Door Game Circle Rect Person Student Dog Car Lamp Pile "
    "Ledger Clock Elevator"
).split()
ATTRIBUTES = (
    "value count total items name size level data log x y score balance limit history owner state".split()
)
METHODS = (
    "add get set update push pop reset inc dec total show step move apply put take size grow check".split()
)

_SYLLABLES = "ba ko ri ta mu ne lo pi sa ve du gi zo fa xe qu".split()
_TAKEN = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins))


_ANY = [
    word for word in dict.fromkeys(f"{NAMES} {MODULES}".split()) if word not in _TAKEN and word.strip("_")
]
_LONG = [word for word in _ANY if len(word) > 3 and word.isalpha()]


def strange(rng: random.Random, taken: set[str], capital: bool = False) -> str:
    """Any name at all, whatever it will hold: a word of the vocabulary, two of them, a word that is none.

    A model copies a name safely only once it has met its tokens as a name; so every word gets its turn.
    """
    for _ in range(20):
        draw = rng.random()
        if draw < 0.45:
            name = rng.choice(_ANY)
        elif draw < 0.65:
            name = f"{rng.choice(_LONG)}_{rng.choice(_ANY)}".rstrip("_")
        elif draw < 0.83:
            head, tail = rng.choice(_LONG), rng.choice(_LONG)
            name = (head[: rng.randint(1, len(head) - 1)] + tail[rng.randint(1, len(tail) - 1) :]).lower()
        elif draw < 0.9:
            name = f"{rng.choice(_LONG)}{rng.randint(0, 9)}"
        else:
            name = rng.choice("abcdefghijklmnopqrstuvwxyz") + rng.choice(("", "", "_", "1", "2", "x", "s"))
        if capital:
            name = "".join(part.capitalize() for part in name.split("_"))
        if name not in taken and name not in _TAKEN:
            break
    else:
        name = next(f"v{number}" for number in range(1000) if f"v{number}" not in taken)
    taken.add(name)
    return name


def _random_name(rng: random.Random) -> str:
    style = rng.random()
    if style < 0.4:
        return rng.choice("abcdefghijklmnopqrstuvwxyz") + str(rng.randint(0, 9))
    if style < 0.6:
        return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3)))
    if style < 0.85:
        return rng.choice(_POOLS["int"]) + "_" + rng.choice(NOUNS)
    return rng.choice(_POOLS["str"]) + str(rng.randint(1, 3))


def fresh(rng: random.Random, type_: Type | None, taken: set[str]) -> str:
    """A name for a variable of `type_` that is not in `taken`; it is added there."""
    pool = _POOLS.get(type_.name if type_ else "int", _POOLS["int"])
    for _ in range(20):
        name = rng.choice(pool) if rng.random() < 0.88 else _random_name(rng)
        if name not in taken and name not in _TAKEN:
            break
    else:
        name = next(f"v{number}" for number in range(1000) if f"v{number}" not in taken)
    taken.add(name)
    return name


def from_pool(rng: random.Random, pool: list[str], taken: set[str]) -> str:
    """A name of a pool, numbered where all of it is taken."""
    for _ in range(20):
        name = rng.choice(pool)
        if name not in taken:
            break
    else:
        name = next(f"{pool[0]}{number}" for number in range(1000) if f"{pool[0]}{number}" not in taken)
    taken.add(name)
    return name


def function(rng: random.Random, taken: set[str]) -> str:
    if rng.random() < 0.35:
        return from_pool(rng, FUNCTIONS, taken)
    name = rng.choice(VERBS) if rng.random() < 0.15 else f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}"
    if name in _TAKEN or name in taken:
        return from_pool(rng, FUNCTIONS, taken)
    taken.add(name)
    return name

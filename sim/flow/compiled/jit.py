"""How functions are compiled: one decorator, so that all of them are treated alike.

Argument types come from the annotations. Without them the compiler would make a version of a function for every
constant that it is called with (63 of the one that writes a row), and take three times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba import types

from sim.flow.compiled.handle import WORLD
from sim.machine.compile_cache import keep

F = TypeVar("F", bound=Callable[..., Any])

_TYPES = {
    "World": WORLD,
    "int": types.int64,
    "bool": types.boolean,
    "float": types.float64,
    "Whole": types.int64,
    "Vector": types.Array(types.int64, 1, "C"),
    "Rows": types.Array(types.int64, 2, "C"),
    "Floats": types.Array(types.float64, 1, "C"),
}


def jit(function: F) -> F:
    """Compile a function when it is first needed, for the types of its annotations.

    Explicit signatures would do the same, but they compile at once and so need every helper above its user. Nothing is
    made for callers from Python, which is half of the compiler's time, and nothing is kept on disk: see `door`.
    """
    if numba.config.DISABLE_JIT:
        return function
    return _typed(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def jit_into(function: F) -> F:
    """Compile a function into its callers: for those on the way of every event that have one caller. To save and
    restore registers for a dozen calls took a tenth of a run, and the compiler thinks such functions too long.
    """
    if numba.config.DISABLE_JIT:
        return function
    return _typed(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def door(function: F) -> F:
    """Compile the function that Python calls; its machine code, with all that it calls, is kept on disk."""
    if numba.config.DISABLE_JIT:
        return function
    compiled = _typed(function)
    keep(compiled)
    return compiled


def _typed(function: F, **options: bool) -> F:
    """A function that is compiled for the types of its annotations, whatever constants it is called with."""
    compiled: Any = numba.njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    declared = tuple(_TYPES[text] for name, text in function.__annotations__.items() if name != "return")
    template = compiled.get_call_template
    compiled.get_call_template = lambda _args, kws: template(declared, kws)
    return compiled

"""The rounds of `philox` for the compiler: whole-number arithmetic, so the same words, nine times as fast.

A product of two 64-bit words has 128 bits; processors give its upper half in one instruction; numpy can't ask for it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from sim.machine.compile_cache import keep, make_ready
from sim.sampling.philox import MULTIPLIERS, WEYL

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

_M0, _M1 = (np.uint64(constant) for constant in MULTIPLIERS)
_W0, _W1 = (np.uint64(constant) for constant in WEYL)
_UNUSED_BITS = np.uint64(12)
ALL = -1
"""Instead of the number of a word: all four."""
_WORDS, _NUMBERS = types.Array(types.uint64, 1, "C"), types.Array(types.float64, 2, "C")
_SIGNATURE = (_WORDS, _WORDS, _WORDS, _WORDS, types.int64, _NUMBERS)


def ready() -> bool:
    """Whether there is machine code; it is loaded, or made in a second, when it is first asked for."""
    if numba.config.DISABLE_JIT:
        return False
    make_ready(_fill, _SIGNATURE)
    return True


def uniforms(counter: tuple[Words, Words, Words], block: int, key: tuple[int, int]) -> tuple[Floats, ...]:
    """Four uniform numbers for each counter, whose last word is `block`."""
    return tuple(_made(counter, block, key, ALL))


def uniform(counter: tuple[Words, Words, Words], block: int, key: tuple[int, int], word: int) -> Floats:
    """One of these four: a quarter of the memory."""
    made: Floats = _made(counter, block, key, word)[0]
    return made


def _made(counter: tuple[Words, Words, Words], block: int, key: tuple[int, int], word: int) -> Floats:
    made = np.empty((1 if word != ALL else 4, counter[0].size))
    words = (np.ascontiguousarray(word).reshape(-1) for word in counter)
    _fill(*words, np.array((block, *key), dtype=np.uint64), word, made)
    return made.reshape(len(made), *counter[0].shape)


@intrinsic  # type: ignore[untyped-decorator]
def _upper(_context: Any, _a: Any, _b: Any) -> tuple[Any, Any]:
    """Upper 64 bits of the product of two words."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        a, b = (builder.zext(word, ir.IntType(128)) for word in arguments)
        return builder.trunc(builder.lshr(builder.mul(a, b), ir.Constant(ir.IntType(128), 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _fill(  # pragma: no cover  machine code only: with the compiler off `philox` itself makes the numbers
    first: Words, second: Words, third: Words, block_and_key: Words, only: int, out: Floats
) -> None:
    """Ten rounds for each counter, made uniform as `philox.to_uniform` does: all words or one."""
    for i in range(len(first)):
        c0, c1, c2, c3 = first[i], second[i], third[i], block_and_key[0]
        k0, k1 = block_and_key[1], block_and_key[2]
        for _ in range(10):
            c0, c1, c2, c3 = _upper(_M1, c2) ^ c1 ^ k0, _M1 * c2, _upper(_M0, c0) ^ c3 ^ k1, _M0 * c0
            k0 += _W0
            k1 += _W1
        if only != ALL:
            word = c0 if only == 0 else c1 if only == 1 else c2 if only == 2 else c3
            out[0, i] = ((word >> _UNUSED_BITS) + 0.5) * 2.0**-52
            continue
        out[0, i] = ((c0 >> _UNUSED_BITS) + 0.5) * 2.0**-52
        out[1, i] = ((c1 >> _UNUSED_BITS) + 0.5) * 2.0**-52
        out[2, i] = ((c2 >> _UNUSED_BITS) + 0.5) * 2.0**-52
        out[3, i] = ((c3 >> _UNUSED_BITS) + 0.5) * 2.0**-52


if not numba.config.DISABLE_JIT:
    keep(_fill, quiet=True)  # the engine that loaded the compiler has said so

"""How functions are compiled, and how they receive the world: one decorator, so that all of them are treated alike.

Argument types come from the annotations. Without them the compiler would make a version of a function for every
constant that it is called with (63 of the one that writes a row), and take three times as long.

The world is one pointer to a table of addresses, not thirty arrays by value. A named tuple would pass every array with
its shape to every function, which takes the compiler minutes and the caller hundreds of nanoseconds; numba's own
structures count references to an array whenever it is touched, with an atomic instruction that took two thirds of a
run. Here an array is where the table says, nobody counts, and `Handle` keeps the arrays alive for as long as it lives.
With the compiler off (for coverage) the named tuple itself is handed on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, models, register_model, typeof_impl, unbox
from numba.np import arrayobj
from numpy.typing import NDArray

from sim.flow.compiled.world import BYTES, FLOATS, NARROW, SHAPES, World
from sim.machine.compile_cache import keep

ARRAYS = {
    name: types.Array(
        types.float64
        if name in FLOATS
        else types.int32
        if name in NARROW
        else types.int8
        if name in BYTES
        else types.int64,
        dimensions,
        "C",
    )
    for name, dimensions in SHAPES.items()
}
"""Types of the fields, whatever the scenario: the arrays differ in length only."""
DTYPES = [np.dtype(kind.dtype.name) for kind in ARRAYS.values()]
ROW = {name: row for row, name in enumerate(SHAPES)}
WIDTH = 4
"""Columns of the table of addresses: address, then up to three lengths."""
INT = ir.IntType(64)


class WorldType(types.Type):  # type: ignore[misc]
    """The compiler's type of a world."""

    def __init__(self) -> None:
        super().__init__(name="World")


WORLD = WorldType()


class Handle:
    """A world as the compiler sees it: the address of a table of addresses. The arrays live as long as this does."""

    def __init__(self, world: World) -> None:
        self.arrays = [array if _is_plain(array) else np.require(array, requirements=("C", "W")) for array in world]
        table = []
        for row, (array, kind) in enumerate(zip(self.arrays, ARRAYS.values(), strict=True)):
            if array.dtype != DTYPES[row] or array.ndim != kind.ndim:
                raise TypeError(f"{World._fields[row]}: {array.dtype} in {array.ndim} dimensions")
            table.append((_address(array), *array.shape, 0, 0, 0)[:WIDTH])
        self.table = np.array(table, dtype=np.int64)
        self.address = _address(self.table)


def _is_plain(array: NDArray[Any]) -> bool:
    flags = array.flags
    return flags.c_contiguous and flags.writeable


def _address(array: NDArray[Any]) -> int:
    """Where an array's first element is; `array.ctypes` makes objects that take longer than this whole class."""
    address: int = array.__array_interface__["data"][0]
    return address


def handle(world: World) -> Any:
    """What compiled functions take: a pointer to the world's arrays. Raises TypeError for an array of another type."""
    return world if numba.config.DISABLE_JIT else Handle(world)


@register_model(WorldType)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: WorldType) -> None:
        super().__init__(manager, kind, INT.as_pointer())


@typeof_impl.register(Handle)  # type: ignore[untyped-decorator]
def _type_of(_handle: Handle, _context: Any) -> WorldType:
    return WORLD


@unbox(WorldType)  # type: ignore[untyped-decorator]
def _unbox(_kind: WorldType, handle: Any, c: Any) -> NativeValue:
    number = c.pyapi.object_getattr_string(handle, "address")
    pointer = c.builder.bitcast(c.pyapi.long_as_voidptr(number), INT.as_pointer())
    c.pyapi.decref(number)
    return NativeValue(pointer)


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = WorldType

    def generic_resolve(self, _world: WorldType, name: str) -> types.Array | None:
        """The type of a field."""
        return ARRAYS.get(name)


@lower_getattr_generic(WorldType)  # type: ignore[untyped-decorator]
def _field(context: Any, builder: Any, _kind: WorldType, world: Any, name: str) -> Any:
    """The array of a field, made of its row in the table, which nothing changes while the flow runs."""
    kind = ARRAYS[name]
    unchanging = builder.module.add_metadata([])

    def cell(column: int) -> Any:
        value = builder.load(builder.gep(world, [INT(ROW[name] * WIDTH + column)]))
        value.set_metadata("invariant.load", unchanging)
        return value

    array = context.make_array(kind)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    shape = [cell(1 + i) for i in range(kind.ndim)]
    strides = [INT(size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(cell(0), context.get_data_type(kind.dtype).as_pointer()),
        shape=shape,
        strides=strides,
        itemsize=INT(size),
        meminfo=None,
    )
    return impl_ret_borrowed(context, builder, kind, array._getvalue())


class _Part(JITCodeLibrary):  # type: ignore[misc]
    """The code of a helper, which nobody calls by itself: it is linked into its callers and optimised and emitted with
    them alone, in half of the time.
    """

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        """No machine code of its own."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self) -> _Part:
        """What is asked for `set_env` alone."""
        return self

    def set_env(self, name: str, env: Any) -> None:
        """The surroundings of a function that Python calls: none."""


class _Whole(JITCodeLibrary):  # type: ignore[misc]
    """The code of a door with all that it calls. The compiler would optimise it twice, to drop counts of references
    (there are none here), and look for loops to do several rounds at a time (there are none): a fifth of its time.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.enable_object_caching()  # it is kept on disk

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False)
        passes.run(self._final_module, builder)


class _Helper(Compiler):  # type: ignore[misc]
    """Compiles a function into a `_Part`."""

    library = _Part

    def compile_extra(self, function: Any) -> Any:
        """See the compiler's own."""
        self.state.library = self.library(self.state.targetctx.codegen(), function.__qualname__)
        return super().compile_extra(function)


class _Door(_Helper):
    """Compiles a function into a `_Whole`."""

    library = _Whole


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
    return _typed(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=_Helper)


def jit_into(function: F) -> F:
    """Compile a function into its callers: for those on the way of every event that have one caller. To save and
    restore registers for a dozen calls took a tenth of a run, and the compiler thinks such functions too long.
    """
    if numba.config.DISABLE_JIT:
        return function
    return _typed(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True, pipeline_class=_Helper)


def door(function: F) -> F:
    """Compile the function that Python calls; its machine code, with all that it calls, is kept on disk."""
    if numba.config.DISABLE_JIT:
        return function
    compiled = _typed(function, pipeline_class=_Door)
    keep(compiled)
    return compiled


def _typed(function: F, **options: Any) -> F:
    """A function that is compiled for the types of its annotations, whatever constants it is called with."""
    compiled: Any = numba.njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    declared = tuple(_TYPES[text] for name, text in function.__annotations__.items() if name != "return")
    template = compiled.get_call_template
    compiled.get_call_template = lambda _args, kws: template(declared, kws)
    return compiled

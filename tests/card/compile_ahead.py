"""python compile_ahead.py FOLDER CARD DTYPE PRECISION SIZE,STRIDE,DILATION,ATOMS,GROUPS,CHANNELS ...: write cubins."""

import sys
from pathlib import Path

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from acda_core.kernels.cuda import kernels, plan

TENSORS = "x", "D", "Z_tilde", "grad_Z_tilde", "grad", "source", "matrix", "target"


def plans_of(geometry, channels, arithmetic):
    """What the plan gives to each kernel."""
    assert geometry.is_served()
    bases = max(1, 6 * (geometry.SIZE // 2))
    steps = plan.for_mix(bases, geometry.SIZE**2, arithmetic)
    yield "mix", {**steps, "ATOMS": geometry.ATOMS, "PRECISION": arithmetic.precision}
    for name in ("atoms", "grad_x", "grad_D"):
        steps = getattr(plan, f"for_{name}")(geometry, channels, arithmetic)
        yield name, {**steps, **vars(geometry), "PRECISION": arithmetic.precision}


def compiled(name, steps, dtype, channels, card):
    options = {key: steps.pop(key) for key in ("num_warps", "num_stages")}
    kernel, aligned = getattr(kernels, name), [["tt.divisibility", 16]]
    types = {a: f"*{dtype}" if a in TENSORS else "constexpr" if a in steps else "i32" for a in kernel.arg_names}
    known = {(i,): steps[a] for i, a in enumerate(kernel.arg_names) if a in steps}
    even = {*TENSORS, *(["channels"] if channels % 16 == 0 else [])}
    hints = {(i,): aligned for i, a in enumerate(kernel.arg_names) if a in even}
    return triton.compile(ASTSource(kernel, types, known, hints), target=GPUTarget("cuda", card, 32), options=options)


def main(folder, card, dtype, precision, *cases):
    arithmetic = plan.Arithmetic(precision, dtype != "fp32", divmod(card, 10))
    for case in cases:
        *geometry, channels = map(int, case.split(","))
        for name, steps in plans_of(plan.Geometry(*geometry), channels, arithmetic):
            made = compiled(name, steps, dtype, channels, card)
            (folder / f"{name} {case}.cubin").write_bytes(made.asm["cubin"])
            (folder / f"{name} {case}.shared").write_text(str(made.metadata.shared))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])

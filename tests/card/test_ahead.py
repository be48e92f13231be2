"""Every kernel compiles for every card, without one, as the plan chooses it; and it spills no registers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import triton

COMPILE = Path(__file__).with_name("compile_ahead.py")
SHARED_MEMORY = {75: 64, 80: 99, 90: 227}  # KiB that a program gets; 99 are those of sm_86 and sm_89
CARDS = [(75, "fp32", "ieee"), (75, "fp16", "wide"), (80, "fp32", "tf32"), (80, "fp32", "ieee"), (80, "bf16", "ieee")]
CARDS += [(90, "fp32", "tf32"), (90, "bf16", "ieee")]
USUAL = [(size, 1, 1, 6, 1, 256) for size in (3, 5, 7)]  # size, stride, dilation, atoms, groups, channels
OTHERS = [(5, 2, 1, 6, 1, 3), (3, 1, 2, 13, 2, 70), (7, 3, 1, 1, 1, 512), (9, 1, 3, 6, 4, 32), (1, 1, 1, 64, 1, 16)]
CUOBJDUMP = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"


def compiled(folder, card, geometries):
    """{(kernel, geometry): (stack, local and shared bytes)}, made by a process in which Triton does not interpret."""
    given = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    words = [",".join(map(str, geometry)) for geometry in geometries]
    subprocess.run([sys.executable, str(COMPILE), str(folder), *map(str, card), *words], env=given, check=True)
    found = {}
    for cubin in sorted(folder.glob("*.cubin")):
        said = subprocess.run([CUOBJDUMP, "--dump-resource-usage", cubin], capture_output=True, text=True, check=True)
        stack, static, local = map(int, re.search(r"STACK:(\d+) SHARED:(\d+) LOCAL:(\d+)", said.stdout).groups())
        found[cubin.stem] = stack, local, static + int(cubin.with_suffix(".shared").read_text())
    assert len(found) == 4 * len(geometries)
    return found


@pytest.mark.parametrize("card", CARDS, ids=str)
def test_no_kernel_of_the_usual_layer_spills_registers(card, tmp_path):
    for name, (stack, local, shared) in compiled(tmp_path, card, USUAL).items():
        assert (name, stack, local) == (name, 0, 0)
        assert shared <= SHARED_MEMORY[card[0]] * 1024


@pytest.mark.parametrize("card", [CARDS[0], CARDS[-1]], ids=str)
def test_every_geometry_compiles_within_the_memory_of_a_card(card, tmp_path):
    assert max(shared for _, _, shared in compiled(tmp_path, card, OTHERS).values()) <= SHARED_MEMORY[card[0]] * 1024

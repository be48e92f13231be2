"""The atom convolution, Eq. (5), alone or followed by the coefficient convolution, Eq. (6), as PyTorch operators.

operators.py says what they are, for every device; eager.py is the same in plain differentiable calls. A back end
registers for a dispatch key: cpu.py for "CPU", by atom_conv.c, which build.py compiles; chunked.py, in plain torch, for
all others. One for "CUDA" is a file more, and its name here.
"""

from acda_core.kernels import chunked, cpu

__all__ = ["chunked", "cpu"]

"""The atom convolution, Eq. (5), alone or followed by the coefficient convolution, Eq. (6), as PyTorch operators.

operators.py says what they are, for every device; eager.py is the same in plain differentiable calls. A back end
registers for a dispatch key: cpu.py for "CPU", by atom_conv.c, which build.py compiles; cuda/ for "CUDA", by Triton;
chunked.py, in plain torch, for all others and for what those two do not take. phi.py computes the default generator on
a processor, by phi.c.
"""

from acda_core.kernels import chunked, cpu, cuda, phi

__all__ = ["chunked", "cpu", "cuda", "phi"]

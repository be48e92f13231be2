"""The four kernels of the operators on a card, in Triton: each is a matrix product that the tensor cores can do.

Inside, everything is kept pixel by pixel with its channels last: x (n, H, W, c'), D (n, h, w, m, l l), Z_tilde
(n, h, w, g, m, c' / g) for g groups. `mix` makes D of alpha and the gradient of alpha of that of D; `atoms` is Eq. (5),
`grad_x` and `grad_D` are its gradients.

The band: pixels of one row of the output look at neighbouring columns of x. Written one below the other, each atom of
each pixel at the columns that it meets, a row of their taps makes a band in a matrix with zeros beside it:

    columns of x      0   1   2   3   4
    pixel 0, atom 0 [ D   D   D   .   . ]
    pixel 0, atom 1 [ D   D   D   .   . ]
    pixel 1, atom 0 [ .   D   D   D   . ]
    pixel 1, atom 1 [ .   D   D   D   . ]
    pixel 2, atom 0 [ .   .   D   D   D ]   times  x (columns, channels), summed over the rows of taps, is Z_tilde.

The zeros are multiplied too, on tensor cores, which is still cheaper than products one by one. So a NaN or an infinity
in x may reach the few pixels that share a matrix with those that it should reach.

Sizes of images are numbers at run time, not constants: one compilation serves them all. Where a row begins is computed
in 64 bits, what is added to it within a few rows in 32.
"""

import triton
import triton.language as tl

SIZES = ["images", "height", "width", "rows", "columns"]  # of x, and of the output: not worth a compilation each


@triton.jit
def product(a, b, sums, PRECISION: tl.constexpr):
    """sums + a b. PRECISION: "tf32" or "ieee" for float32; "wide" computes half precision in float32, one by one."""
    if PRECISION == "wide":
        return tl.dot(a.to(tl.float32), b.to(tl.float32), sums, input_precision="ieee")
    else:
        return tl.dot(a, b, sums, input_precision=PRECISION)


@triton.jit
def channel_of(c, atom, channels, GROUPS: tl.constexpr, ATOMS: tl.constexpr):
    """Where channel c of an atom stands among the m c' values of a pixel of Z_tilde."""
    if GROUPS == 1:
        return atom * channels + c
    else:
        together = channels // GROUPS
        return (c // together * ATOMS + atom) * together + c % together


@triton.jit(do_not_specialize=["pixels", "from_image", "from_atom", "to_image", "to_atom"])
def mix(
    source, matrix, target, pixels, inner, outer,
    from_image, from_atom, from_inner, from_pixel, to_image, to_atom, to_outer, to_pixel, matrix_inner, matrix_outer,
    ATOMS: tl.constexpr, PIXELS: tl.constexpr, INNER: tl.constexpr, OUTER: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """target[n, m, o, p] = sum_i source[n, m, i, p] matrix[i, o], each wherever it stands in memory.

    A program: an atom of PIXELS pixels of an image, OUTER of its results. The next program has the next atom of the
    same pixels, which stands beside it in D.
    """
    block, atom, parts = tl.program_id(0) // ATOMS, (tl.program_id(0) % ATOMS).to(tl.int64), tl.cdiv(pixels, PIXELS)
    n, first = (block // parts).to(tl.int64), block % parts * PIXELS
    p, o = first + tl.arange(0, PIXELS), tl.program_id(1) * OUTER + tl.arange(0, OUTER)
    real, out = p < pixels, o < outer
    here = source + n * from_image + atom * from_atom + p[:, None].to(tl.int64) * from_pixel
    there = target + n * to_image + atom * to_atom + p[:, None].to(tl.int64) * to_pixel
    sums = tl.zeros((PIXELS, OUTER), tl.float32)
    for start in range(0, inner, INNER):
        i = start + tl.arange(0, INNER)
        left = here + i[None, :].to(tl.int64) * from_inner
        left = tl.load(left, mask=real[:, None] & (i < inner)[None, :], other=0.0)
        right = matrix + i[:, None] * matrix_inner + o[None, :] * matrix_outer
        right = tl.load(right, mask=(i < inner)[:, None] & out[None, :], other=0.0)
        sums = product(left, right, sums, PRECISION)
    there += o[None, :].to(tl.int64) * to_outer
    tl.store(there, sums.to(target.dtype.element_ty), mask=real[:, None] & out[None, :])


@triton.jit(do_not_specialize=SIZES)
def atoms(
    x, D, Z_tilde, height, width, rows, columns, channels, PADDING,
    SIZE: tl.constexpr, STRIDE: tl.constexpr, DILATION: tl.constexpr, ATOMS: tl.constexpr, GROUPS: tl.constexpr,
    PIXELS: tl.constexpr, BAND: tl.constexpr, REACH: tl.constexpr, CHANNELS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Eq. (5). A program: PIXELS neighbours in a row of the output, CHANNELS channels.

    The band has BAND rows, of which PIXELS ATOMS are used, and REACH columns, as many as those pixels look at.
    """
    parts, strips = tl.cdiv(channels, CHANNELS), tl.cdiv(columns, PIXELS)
    strip = tl.program_id(0) // parts
    row, first = strip // strips, strip % strips * PIXELS  # the row of the output, through all images; its first pixel
    n, i = row // rows, row % rows
    b, w = tl.arange(0, BAND), tl.arange(0, REACH)
    pixel, atom = b // ATOMS, b % ATOMS
    live = (pixel < PIXELS) & (first + pixel < columns)
    ahead = w[None, :] - pixel[:, None] * STRIDE  # columns of x from the first tap
    band = live[:, None] & (ahead >= 0) & (ahead < SIZE * DILATION) & (ahead % DILATION == 0)
    taps = D + (row.to(tl.int64) * columns + first) * (ATOMS * SIZE * SIZE) + b[:, None] * (SIZE * SIZE)
    taps += ahead // DILATION
    c = tl.program_id(0) % parts * CHANNELS + tl.arange(0, CHANNELS)
    column = first * STRIDE - PADDING + w
    inside = ((column >= 0) & (column < width))[:, None] & (c < channels)[None, :]
    sums = tl.zeros((BAND, CHANNELS), tl.float32)
    for u in range(SIZE):
        line = i * STRIDE - PADDING + u * DILATION
        image = x + (n.to(tl.int64) * height + line) * width * channels
        values = image + column[:, None] * channels + c[None, :]
        patch = tl.load(values, mask=inside & (line >= 0) & (line < height), other=0.0)
        sums = product(tl.load(taps + u * SIZE, mask=band, other=0.0), patch, sums, PRECISION)
    there = Z_tilde + (row.to(tl.int64) * columns + first) * (ATOMS * channels) + (pixel * ATOMS * channels)[:, None]
    there += channel_of(c[None, :], atom[:, None], channels, GROUPS, ATOMS)
    tl.store(there, sums.to(Z_tilde.dtype.element_ty), mask=live[:, None] & (c < channels)[None, :])


@triton.jit(do_not_specialize=SIZES)
def grad_x(
    grad_Z_tilde, D, grad, height, width, rows, columns, channels, PADDING,
    SIZE: tl.constexpr, STRIDE: tl.constexpr, DILATION: tl.constexpr, ATOMS: tl.constexpr, GROUPS: tl.constexpr,
    LINES: tl.constexpr, WIDTH: tl.constexpr, TERMS: tl.constexpr, CHANNELS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """The gradient of x: the band, transposed. A program: LINES x WIDTH pixels of x, CHANNELS channels.

    It goes through the rows of the output that look at these pixels and, in each, through the atoms of the pixels that
    do, TERMS at a time.
    """
    parts, tiles = tl.cdiv(channels, CHANNELS), tl.cdiv(width, WIDTH)
    tile, lines = tl.program_id(0) // parts, tl.cdiv(height, LINES)
    n, top, left = tile // tiles // lines, tile // tiles % lines * LINES, tile % tiles * WIDTH
    p, t = tl.arange(0, LINES * WIDTH), tl.arange(0, TERMS)
    line, column = top + p // WIDTH + PADDING, left + p % WIDTH + PADDING  # in the padded image
    c = tl.program_id(0) % parts * CHANNELS + tl.arange(0, CHANNELS)
    begin = tl.maximum(0, tl.cdiv(top + PADDING - (SIZE - 1) * DILATION, STRIDE))
    end = tl.minimum(rows, (top + LINES - 1 + PADDING) // STRIDE + 1)
    start = tl.maximum(0, tl.cdiv(left + PADDING - (SIZE - 1) * DILATION, STRIDE))
    stop = tl.minimum(columns, (left + WIDTH - 1 + PADDING) // STRIDE + 1)
    sums = tl.zeros((LINES * WIDTH, CHANNELS), tl.float32)
    for i in range(begin, end):
        row = (n.to(tl.int64) * rows + i) * columns
        below = line - i * STRIDE  # the row of the tap, times DILATION
        reached = (below >= 0) & (below < SIZE * DILATION) & (below % DILATION == 0)
        for k in range(start * ATOMS, stop * ATOMS, TERMS):  # pixels and their atoms, which follow each other in memory
            j, atom, live = (k + t) // ATOMS, (k + t) % ATOMS, k + t < stop * ATOMS
            ahead = column[None, :] - j[:, None] * STRIDE
            band = (ahead >= 0) & (ahead < SIZE * DILATION) & (ahead % DILATION == 0)
            tap = (below // DILATION * SIZE)[None, :] + ahead // DILATION
            taps = D + row * (ATOMS * SIZE * SIZE) + ((k + t) * (SIZE * SIZE))[:, None] + tap
            atoms_of = tl.load(taps, mask=band & reached[None, :] & live[:, None], other=0.0)
            values = grad_Z_tilde + row * (ATOMS * channels) + (j * ATOMS * channels)[:, None]
            values += channel_of(c[None, :], atom[:, None], channels, GROUPS, ATOMS)
            given = tl.load(values, mask=live[:, None] & (c < channels)[None, :], other=0.0)
            sums = product(tl.trans(atoms_of), given, sums, PRECISION)
    line, column = line - PADDING, column - PADDING
    there = grad + (n.to(tl.int64) * height + top) * width * channels
    there += ((line - top) * width + column)[:, None] * channels + c[None, :]
    inside = ((line < height) & (column < width))[:, None] & (c < channels)[None, :]
    tl.store(there, sums.to(grad.dtype.element_ty), mask=inside)


@triton.jit(do_not_specialize=SIZES)
def grad_D(
    x, grad_Z_tilde, grad, height, width, rows, columns, channels, PADDING,
    SIZE: tl.constexpr, STRIDE: tl.constexpr, DILATION: tl.constexpr, ATOMS: tl.constexpr, GROUPS: tl.constexpr,
    PIXELS: tl.constexpr, BAND: tl.constexpr, REACH: tl.constexpr, PATCH: tl.constexpr, CHANNELS: tl.constexpr,
    PRECISION: tl.constexpr,
):  # fmt: skip
    """The gradient of D: that of Z_tilde times the patch of x. A program: PIXELS neighbours in a row of the output.

    It sums over the channels, CHANNELS at a time. The patch has SIZE rows of REACH columns, together at most PATCH.
    """
    strips = tl.cdiv(columns, PIXELS)
    row, first = tl.program_id(0) // strips, tl.program_id(0) % strips * PIXELS
    n, i = row // rows, row % rows
    b, p, k = tl.arange(0, BAND), tl.arange(0, PATCH), tl.arange(0, CHANNELS)
    pixel, atom, u, w = b // ATOMS, b % ATOMS, p // REACH, p % REACH
    live = (pixel < PIXELS) & (first + pixel < columns)
    line, column = i * STRIDE - PADDING + u * DILATION, first * STRIDE - PADDING + w
    inside = (u < SIZE) & (line >= 0) & (line < height) & (column >= 0) & (column < width)
    begin = (n.to(tl.int64) * height + i * STRIDE - PADDING) * width * channels  # of the row of x with the first taps
    values = x + begin + ((u * DILATION * width + column) * channels)[:, None]
    given = (
        grad_Z_tilde + (row.to(tl.int64) * columns + first) * (ATOMS * channels) + (pixel * ATOMS * channels)[:, None]
    )
    sums = tl.zeros((BAND, PATCH), tl.float32)
    for start in range(0, channels, CHANNELS):
        c = start + k
        here = (c < channels)[None, :]
        left = tl.load(
            given + channel_of(c[None, :], atom[:, None], channels, GROUPS, ATOMS), mask=live[:, None] & here, other=0.0
        )
        right = tl.load(values + c[None, :], mask=inside[:, None] & here, other=0.0)
        sums = product(left, tl.trans(right), sums, PRECISION)
    ahead = w[None, :] - pixel[:, None] * STRIDE
    band = live[:, None] & (u < SIZE)[None, :] & (ahead >= 0) & (ahead < SIZE * DILATION) & (ahead % DILATION == 0)
    there = grad + (row.to(tl.int64) * columns + first) * (ATOMS * SIZE * SIZE) + b[:, None] * (SIZE * SIZE)
    there += (u * SIZE)[None, :] + ahead // DILATION
    tl.store(there, sums.to(grad.dtype.element_ty), mask=band)

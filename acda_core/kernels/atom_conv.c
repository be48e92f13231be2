/* The atom convolution, Eq. (5), of a part of the output, and its adjoint. Compiled by chunks.py, once for each REAL.

   D[t, b, p]                    = sum_k psi[k, t] * alpha[b, k, p]
   Z[c, b, p]                    = sum_t D[t, b, p] * x[c, base(p) + tap[t]]
   grad_D[t, b, p]               = sum_c grad_Z[c, b, p] * x[c, base(p) + tap[t]]
   grad_x[c, base(p) + tap[t]]  += sum_b grad_Z[c, b, p] * D[t, b, p]
   grad_alpha[b, k, p]           = sum_t psi[k, t] * grad_D[t, b, p]

   c: channel, b: atom, k: basis, t: kernel offset (u, v), p: output pixel. A vector holds LANES
   neighbouring pixels of one output row. D and grad_D live in tiles: for each such block of pixels
   the vectors [t][b], 0 in the lanes past the row's end.
   x is padded and its columns are sorted by column modulo stride, so that the pixels of an output
   row are neighbours in memory at every stride. Past a row's end a vector reads the next row, or
   the slack behind each channel; what it computes there is 0 or not stored. */

#include <stdint.h>
#include <string.h>

typedef REAL vec __attribute__((vector_size(32)));
typedef REAL vec_unaligned __attribute__((vector_size(32), aligned(sizeof(REAL)), may_alias));

#define LANES ((int)(32 / sizeof(REAL)))
#define GROUP 6       /* atoms whose sums are held in registers together */
#define PAIR 2        /* channels or taps likewise */
#define STRIP 16      /* channels that pass over a segment together: their x stays in the first-level cache */
#define SEGMENT 16    /* blocks of a row whose tiles stay in the second-level cache */
#define SOME_BASES 32 /* bases whose coefficients are held in the first-level cache */
#define INLINE static inline __attribute__((always_inline))
#define UNROLL_GROUP _Pragma("GCC unroll 6")
#define UNROLL_PAIR _Pragma("GCC unroll 2")

typedef struct {
    int64_t images, channels, atoms, taps, rows, columns;
    int64_t x_image, x_channel, x_row; /* strides in elements */
    int64_t Z_image, Z_plane;
    int64_t bases, a_image, a_atom, a_plane; /* of alpha, or of D given as such */
} Sizes;

typedef struct {
    int64_t planes, height, width, stride, padding;
    int64_t first, rows, columns; /* rows of the padded input that the part needs; columns of one phase */
    int64_t plane;                /* elements of a padded plane with its slack */
} Frame;

INLINE vec load(const REAL *p) { return *(const vec_unaligned *)p; }
INLINE void store(REAL *p, vec v) { *(vec_unaligned *)p = v; }

INLINE vec load_lanes(const REAL *p, int lanes) {
    vec v = {0};
    if (lanes == LANES) return load(p);
    memcpy(&v, p, lanes * sizeof(REAL));
    return v;
}

INLINE void store_lanes(REAL *p, vec v, int lanes) {
    if (lanes == LANES) store(p, v);
    else memcpy(p, &v, lanes * sizeof(REAL));
}

INLINE int smaller(int64_t a, int64_t b) { return (int)(a < b ? a : b); }
INLINE int64_t blocks_of(const Sizes *s) { return (s->columns + LANES - 1) / LANES; }
INLINE int lanes_of(const Sizes *s, int64_t block) { return smaller(LANES, s->columns - block * LANES); }

#define FOR_GROUP(group, call)                                                                       \
    switch (group) {                                                                                 \
    case 1: call(1); break;                                                                          \
    case 2: call(2); break;                                                                          \
    case 3: call(3); break;                                                                          \
    case 4: call(4); break;                                                                          \
    case 5: call(5); break;                                                                          \
    default: call(6);                                                                                \
    }

/* The rows of x that the part needs, with zeros around, columns sorted by phase */
void pad(const REAL *x, REAL *padded, const Frame *f, int threads) {
    const int64_t row = f->stride * f->columns;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < f->planes; n++) {
        for (int64_t i = 0; i < f->rows; i++) {
            const int64_t at = f->first + i - f->padding;
            const REAL *from = x + (n * f->height + at) * f->width;
            REAL *line = padded + n * f->plane + i * row;
            memset(line, 0, row * sizeof(REAL));
            if (at < 0 || at >= f->height) continue;
            if (f->stride == 1) memcpy(line + f->padding, from, f->width * sizeof(REAL));
            else
                for (int64_t j = 0, q = f->padding; j < f->width; j++, q++)
                    line[q % f->stride * f->columns + q / f->stride] = from[j];
        }
        memset(padded + n * f->plane + f->rows * row, 0, (f->plane - f->rows * row) * sizeof(REAL));
    }
}

/* Its adjoint: the inside, columns in order again, added to x */
void add_inside(const REAL *padded, REAL *x, const Frame *f, int threads) {
    const int64_t row = f->stride * f->columns;
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t n = 0; n < f->planes; n++)
        for (int64_t i = 0; i < f->rows; i++) {
            const int64_t at = f->first + i - f->padding;
            const REAL *line = padded + n * f->plane + i * row;
            REAL *to = x + (n * f->height + at) * f->width;
            if (at < 0 || at >= f->height) continue;
            if (f->stride == 1)
                for (int64_t j = 0; j < f->width; j++) to[j] += line[f->padding + j];
            else
                for (int64_t j = 0, q = f->padding; j < f->width; j++, q++)
                    to[j] += line[q % f->stride * f->columns + q / f->stride];
        }
}

INLINE void compose_taps(const REAL *psi, const vec *a, vec *tile, const Sizes *s, int64_t bases, int first,
                         const int group, const int taps) {
    vec sum[PAIR][GROUP];
    UNROLL_PAIR
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[t][b] = first ? (vec){0} : tile[t * s->atoms + b];
    for (int64_t k = 0; k < bases; k++)
        UNROLL_PAIR
        for (int t = 0; t < taps; t++)
            UNROLL_GROUP
            for (int b = 0; b < group; b++) sum[t][b] += psi[k * s->taps + t] * a[k * group + b];
    UNROLL_PAIR
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) tile[t * s->atoms + b] = sum[t][b];
}

INLINE void compose_block(const REAL *alpha, const REAL *psi, vec *tile, const Sizes *s, int lanes, const int group) {
    vec a[SOME_BASES * GROUP];
    for (int64_t k = 0; k < s->bases; k += SOME_BASES) {
        const int bases = smaller(SOME_BASES, s->bases - k);
        for (int q = 0; q < bases; q++)
            for (int b = 0; b < group; b++)
                a[q * group + b] = load_lanes(alpha + b * s->a_atom + (k + q) * s->a_plane, lanes);
        int64_t t = 0;
        for (; t + PAIR <= s->taps; t += PAIR)
            compose_taps(psi + k * s->taps + t, a, tile + t * s->atoms, s, bases, k == 0, group, PAIR);
        for (; t < s->taps; t++)
            compose_taps(psi + k * s->taps + t, a, tile + t * s->atoms, s, bases, k == 0, group, 1);
    }
}

#define FOR_BLOCKS                                                                                   \
    _Pragma("omp parallel for num_threads(threads) schedule(static)")                                \
    for (int64_t row = 0; row < s->images * s->rows; row++)                                          \
        for (int64_t block = 0; block < blocks_of(s); block++)

/* The tiles of D from alpha and psi; where psi is NULL, from D itself */
void compose(const REAL *alpha, const REAL *psi, vec *tiles, const Sizes *s, int threads) {
    FOR_BLOCKS {
        const int lanes = lanes_of(s, block);
        const int64_t p = row % s->rows * s->columns + block * LANES;
        const REAL *from = alpha + row / s->rows * s->a_image + p;
        vec *tile = tiles + (row * blocks_of(s) + block) * s->taps * s->atoms;
        if (!psi)
            for (int64_t t = 0; t < s->taps; t++)
                for (int64_t b = 0; b < s->atoms; b++)
                    tile[t * s->atoms + b] = load_lanes(from + b * s->a_atom + t * s->a_plane, lanes);
        else
            for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group) compose_block(from + b * s->a_atom, psi, tile + b, s, lanes, group)
                FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
            }
    }
}

INLINE void project_block(REAL *grad_alpha, const REAL *psi, const vec *tile, const Sizes *s, int lanes,
                          const int group) {
    for (int64_t k = 0; k < s->bases; k++) {
        vec sum[GROUP];
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[b] = (vec){0};
        for (int64_t t = 0; t < s->taps; t++)
            UNROLL_GROUP
            for (int b = 0; b < group; b++) sum[b] += psi[k * s->taps + t] * tile[t * s->atoms + b];
        UNROLL_GROUP
        for (int b = 0; b < group; b++) store_lanes(grad_alpha + b * s->a_atom + k * s->a_plane, sum[b], lanes);
    }
}

/* The adjoint of compose: grad_alpha, or where psi is NULL grad_D, from the tiles of grad_D */
void project(REAL *grad_alpha, const REAL *psi, const vec *tiles, const Sizes *s, int threads) {
    FOR_BLOCKS {
        const int lanes = lanes_of(s, block);
        const int64_t p = row % s->rows * s->columns + block * LANES;
        REAL *to = grad_alpha + row / s->rows * s->a_image + p;
        const vec *tile = tiles + (row * blocks_of(s) + block) * s->taps * s->atoms;
        if (!psi)
            for (int64_t t = 0; t < s->taps; t++)
                for (int64_t b = 0; b < s->atoms; b++)
                    store_lanes(to + b * s->a_atom + t * s->a_plane, tile[t * s->atoms + b], lanes);
        else
            for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group) project_block(to + b * s->a_atom, psi, tile + b, s, lanes, group)
                FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
            }
    }
}

INLINE void forward_channels(const REAL *x, const vec *D, REAL *Z, const int64_t *tap, const Sizes *s, int lanes,
                             const int group, const int channels) {
    vec sum[PAIR][GROUP];
    UNROLL_PAIR
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[c][b] = (vec){0};
    for (int64_t t = 0; t < s->taps; t++) {
        vec value[PAIR];
        UNROLL_PAIR
        for (int c = 0; c < channels; c++) value[c] = load(x + c * s->x_channel + tap[t]);
        UNROLL_GROUP
        for (int b = 0; b < group; b++)
            UNROLL_PAIR
            for (int c = 0; c < channels; c++) sum[c][b] += D[t * s->atoms + b] * value[c];
    }
    UNROLL_PAIR
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) store_lanes(Z + (c * s->atoms + b) * s->Z_plane, sum[c][b], lanes);
}

INLINE void forward_block(const REAL *x, const vec *D, REAL *Z, const int64_t *tap, const Sizes *s, int64_t channels,
                          int lanes, const int group) {
    int64_t c = 0;
    for (; c + PAIR <= channels; c += PAIR)
        forward_channels(x + c * s->x_channel, D, Z + c * s->atoms * s->Z_plane, tap, s, lanes, group, PAIR);
    for (; c < channels; c++)
        forward_channels(x + c * s->x_channel, D, Z + c * s->atoms * s->Z_plane, tap, s, lanes, group, 1);
}

void forward(const REAL *x, const vec *tiles, REAL *Z, const int64_t *tap, const Sizes *s, int threads) {
    const int64_t blocks = blocks_of(s);
#pragma omp parallel for collapse(2) num_threads(threads) schedule(static)
    for (int64_t row = 0; row < s->images * s->rows; row++)
        for (int64_t segment = 0; segment < blocks; segment += SEGMENT)
            for (int64_t c = 0; c < s->channels; c += STRIP)
                for (int64_t block = segment; block < smaller(blocks, segment + SEGMENT); block++) {
                    const int64_t n = row / s->rows, i = row % s->rows, j = block * LANES;
                    const REAL *xp = x + n * s->x_image + c * s->x_channel + i * s->x_row + j;
                    const vec *D = tiles + (row * blocks + block) * s->taps * s->atoms;
                    REAL *Zp = Z + n * s->Z_image + c * s->atoms * s->Z_plane + i * s->columns + j;
                    for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group)                                                                                                    \
    forward_block(xp, D + b, Zp + b * s->Z_plane, tap, s, smaller(STRIP, s->channels - c), lanes_of(s, block), group)
                        FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
                    }
                }
}

INLINE void backward_block(const REAL *x, const vec *D, const REAL *grad_Z, REAL *grad_x, vec *grad_D,
                           const int64_t *tap, const Sizes *s, int channels, int lanes, const int group) {
    vec G[STRIP * GROUP];
    for (int c = 0; c < channels; c++)
        for (int b = 0; b < group; b++)
            G[c * group + b] = load_lanes(grad_Z + (c * s->atoms + b) * s->Z_plane, lanes);
    for (int64_t t = 0; t < s->taps; t++) {
        vec atom[GROUP], sum[GROUP];
        UNROLL_GROUP
        for (int b = 0; b < group; b++) atom[b] = D[t * s->atoms + b], sum[b] = grad_D[t * s->atoms + b];
        for (int c = 0; c < channels; c++) {
            const int64_t at = c * s->x_channel + tap[t];
            const vec value = load(x + at);
            vec spread = load(grad_x + at);
            UNROLL_GROUP
            for (int b = 0; b < group; b++) {
                const vec g = G[c * group + b];
                sum[b] += g * value;
                spread += g * atom[b];
            }
            store(grad_x + at, spread); /* lanes past the row's end add 0: D and G are 0 there */
        }
        UNROLL_GROUP
        for (int b = 0; b < group; b++) grad_D[t * s->atoms + b] = sum[b];
    }
}

/* Fills grad_x of the part, and in grad_tiles those of grad_D. A thread owns whole channels, so that no two add to the
   same grad_x, and tiles of its own, to which the first tiles add up in the end. */
void backward(const REAL *x, const vec *tiles, const REAL *grad_Z, REAL *grad_x, vec *grad_tiles, const int64_t *tap,
              const Sizes *s, int64_t parts, int threads) {
    const int64_t blocks = blocks_of(s), size = s->images * s->rows * blocks * s->taps * s->atoms;
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int64_t part = 0; part < parts; part++) {
        const int64_t first = s->channels * part / parts, last = s->channels * (part + 1) / parts;
        memset(grad_tiles + part * size, 0, size * sizeof(vec));
        for (int64_t n = 0; n < s->images; n++)
            memset(grad_x + n * s->x_image + first * s->x_channel, 0, (last - first) * s->x_channel * sizeof(REAL));
        for (int64_t row = 0; row < s->images * s->rows; row++)
            for (int64_t segment = 0; segment < blocks; segment += SEGMENT)
                for (int64_t c = first; c < last; c += STRIP)
                    for (int64_t block = segment; block < smaller(blocks, segment + SEGMENT); block++) {
                        const int64_t n = row / s->rows, i = row % s->rows, j = block * LANES;
                        const int64_t xp = n * s->x_image + c * s->x_channel + i * s->x_row + j;
                        const int64_t tile = (row * blocks + block) * s->taps * s->atoms;
                        const REAL *Zp = grad_Z + n * s->Z_image + c * s->atoms * s->Z_plane + i * s->columns + j;
                        vec *grad_D = grad_tiles + part * size + tile;
                        for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group)                                                                                                    \
    backward_block(x + xp, tiles + tile + b, Zp + b * s->Z_plane, grad_x + xp, grad_D + b, tap, s,                     \
                   smaller(STRIP, last - c), lanes_of(s, block), group)
                            FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
                        }
                    }
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int64_t at = 0; at < size; at++)
        for (int64_t part = 1; part < parts; part++) grad_tiles[at] += grad_tiles[part * size + at];
}

/* The atom convolution, Eq. (5), and its adjoint. Compiled by kernels.py, once for each REAL.

   Z[c, b, p]   = sum_t D[b, t, p] * x[c, base(p) + tap[t]]
   grad_D[b, t, p]               = sum_c grad_Z[c, b, p] * x[c, base(p) + tap[t]]
   grad_x[c, base(p) + tap[t]]  += sum_b grad_Z[c, b, p] * D[b, t, p]

   c: channel, b: atom, t: kernel offset (u, v), p: output pixel. x is padded and its columns are
   sorted by column modulo stride, so that the pixels of an output row are neighbours in memory
   at every stride. A vector holds LANES neighbouring pixels of one row. Past a row's end it reads
   the next row, or the slack behind each channel, and what it computes there is 0 or not stored. */

#include <stdint.h>
#include <string.h>

typedef REAL vec __attribute__((vector_size(32)));
typedef REAL vec_unaligned __attribute__((vector_size(32), aligned(sizeof(REAL)), may_alias));

#define LANES ((int)(32 / sizeof(REAL)))
#define GROUP 6      /* atoms whose sums are held in registers together */
#define PAIR 2       /* channels likewise */
#define MAX_TAPS 1024
#define STRIP 32     /* channels of grad_Z held in the first-level cache */
#define INLINE static inline __attribute__((always_inline))

typedef struct {
    int64_t images, channels, atoms, taps, rows, columns;
    int64_t x_image, x_channel, x_row;   /* strides in elements */
    int64_t D_image, D_plane;
    int64_t Z_image, Z_plane;
} Sizes;

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

INLINE void pack_D(vec *tile, const REAL *D, const Sizes *s, int group, int lanes) {
    for (int64_t t = 0; t < s->taps; t++)
        for (int b = 0; b < group; b++)
            tile[t * group + b] = load_lanes(D + (b * s->taps + t) * s->D_plane, lanes);
}

INLINE void forward_channels(const REAL *x, const vec *D, REAL *Z, const int64_t *tap, const Sizes *s, int lanes,
                             const int group, const int channels) {
    vec sum[PAIR][GROUP];
#pragma GCC unroll 2
    for (int c = 0; c < channels; c++)
#pragma GCC unroll 6
        for (int b = 0; b < group; b++) sum[c][b] = (vec){0};
    for (int64_t t = 0; t < s->taps; t++) {
        vec value[PAIR];
#pragma GCC unroll 2
        for (int c = 0; c < channels; c++) value[c] = load(x + c * s->x_channel + tap[t]);
#pragma GCC unroll 6
        for (int b = 0; b < group; b++)
#pragma GCC unroll 2
            for (int c = 0; c < channels; c++) sum[c][b] += D[t * group + b] * value[c];
    }
#pragma GCC unroll 2
    for (int c = 0; c < channels; c++)
#pragma GCC unroll 6
        for (int b = 0; b < group; b++) store_lanes(Z + (c * s->atoms + b) * s->Z_plane, sum[c][b], lanes);
}

INLINE void forward_pixels(const REAL *x, const REAL *D, REAL *Z, const int64_t *tap, const Sizes *s, int lanes,
                           const int group) {
    vec tile[GROUP * MAX_TAPS];
    pack_D(tile, D, s, group, lanes);
    int64_t c = 0;
    for (; c + PAIR <= s->channels; c += PAIR)
        forward_channels(x + c * s->x_channel, tile, Z + c * s->atoms * s->Z_plane, tap, s, lanes, group, PAIR);
    for (; c < s->channels; c++)
        forward_channels(x + c * s->x_channel, tile, Z + c * s->atoms * s->Z_plane, tap, s, lanes, group, 1);
}

#define FOR_GROUP(group, call)                                                                       \
    switch (group) {                                                                                 \
    case 1: call(1); break;                                                                          \
    case 2: call(2); break;                                                                          \
    case 3: call(3); break;                                                                          \
    case 4: call(4); break;                                                                          \
    case 5: call(5); break;                                                                          \
    default: call(6);                                                                                \
    }

void atom_conv_forward(const REAL *x, const REAL *D, REAL *Z, const int64_t *tap, const Sizes *s, int threads) {
    const int64_t blocks = (s->columns + LANES - 1) / LANES;
#pragma omp parallel for collapse(3) num_threads(threads) schedule(static)
    for (int64_t n = 0; n < s->images; n++)
        for (int64_t i = 0; i < s->rows; i++)
            for (int64_t block = 0; block < blocks; block++) {
                const int64_t j = block * LANES, p = i * s->columns + j;
                const int lanes = smaller(LANES, s->columns - j);
                const REAL *xp = x + n * s->x_image + i * s->x_row + j;
                for (int64_t b = 0; b < s->atoms; b += GROUP) {
                    const REAL *Dp = D + n * s->D_image + b * s->taps * s->D_plane + p;
                    REAL *Zp = Z + n * s->Z_image + b * s->Z_plane + p;
#define CALL(group) forward_pixels(xp, Dp, Zp, tap, s, lanes, group)
                    FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
                }
            }
}

INLINE void backward_pixels(const REAL *x, const REAL *D, const REAL *grad_Z, REAL *grad_x, REAL *grad_D,
                            const int64_t *tap, const Sizes *s, int64_t first, int64_t last, int lanes,
                            const int group) {
    vec tile[GROUP * MAX_TAPS], grad_tile[GROUP * MAX_TAPS], G[STRIP * GROUP];
    pack_D(tile, D, s, group, lanes);
    memset(grad_tile, 0, s->taps * group * sizeof(vec));
    for (int64_t strip = first; strip < last; strip += STRIP) {
        const int channels = smaller(STRIP, last - strip);
        for (int c = 0; c < channels; c++)
            for (int b = 0; b < group; b++)
                G[c * group + b] = load_lanes(grad_Z + ((strip + c) * s->atoms + b) * s->Z_plane, lanes);
        for (int64_t t = 0; t < s->taps; t++) {
            vec atom[GROUP], sum[GROUP];
#pragma GCC unroll 6
            for (int b = 0; b < group; b++) atom[b] = tile[t * group + b], sum[b] = (vec){0};
            for (int c = 0; c < channels; c++) {
                const int64_t at = (strip + c) * s->x_channel + tap[t];
                const vec value = load(x + at);
                vec spread = load(grad_x + at);
#pragma GCC unroll 6
                for (int b = 0; b < group; b++) {
                    const vec g = G[c * group + b];
                    sum[b] += g * value;
                    spread += g * atom[b];
                }
                store(grad_x + at, spread);   /* lanes past the row's end add 0: D and G are 0 there */
            }
#pragma GCC unroll 6
            for (int b = 0; b < group; b++) grad_tile[t * group + b] += sum[b];
        }
    }
    for (int64_t t = 0; t < s->taps; t++)
        for (int b = 0; b < group; b++)
            store_lanes(grad_D + (b * s->taps + t) * s->D_plane, grad_tile[t * group + b], lanes);
}

/* A thread owns whole channels, so that no two add to the same grad_x, and a grad_D of its own: the caller sums the parts. */
void atom_conv_backward(const REAL *x, const REAL *D, const REAL *grad_Z, REAL *grad_x, REAL *grad_D,
                        const int64_t *tap, const Sizes *s, int64_t parts, int64_t part_size, int threads) {
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int64_t part = 0; part < parts; part++) {
        const int64_t first = s->channels * part / parts, last = s->channels * (part + 1) / parts;
        for (int64_t n = 0; n < s->images; n++)
            for (int64_t i = 0; i < s->rows; i++)
                for (int64_t j = 0; j < s->columns; j += LANES) {
                    const int64_t p = i * s->columns + j;
                    const int lanes = smaller(LANES, s->columns - j);
                    const int64_t xp = n * s->x_image + i * s->x_row + j;
                    for (int64_t b = 0; b < s->atoms; b += GROUP) {
                        const int64_t Dp = n * s->D_image + b * s->taps * s->D_plane + p;
                        const REAL *Zp = grad_Z + n * s->Z_image + b * s->Z_plane + p;
#define CALL(group)                                                                                                    \
    backward_pixels(x + xp, D + Dp, Zp, grad_x + xp, grad_D + part * part_size + Dp, tap, s, first, last, lanes, group)
                        FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
                    }
                }
    }
}

/* The atoms of a block of output pixels, and what a strip of channels makes with them.

   D[t, b, p]                    = sum_k psi[k, t] * alpha[b, k, p]
   Z[c, b, p]                    = sum_t D[t, b, p] * x[c, base(p) + tap[t]]
   grad_D[t, b, p]              += sum_c grad_Z[c, b, p] * x[c, base(p) + tap[t]]
   grad_x[c, base(p) + tap[t]]  += sum_b grad_Z[c, b, p] * D[t, b, p]
   grad_alpha[b, k, p]           = sum_t psi[k, t] * grad_D[t, b, p]
   grad_psi[k, t]               += sum_{b, p} alpha[b, k, p] * grad_D[t, b, p]

   c: channel, b: atom, k: basis, t: kernel offset (u, v), p: output pixel. A vector holds LANES
   neighbouring pixels of one output row, and a tile the vectors [t][b] of D or of grad_D; D is 0 in
   the lanes past the row's end.
   x is padded and its columns are sorted by column modulo stride, so that the pixels of an output
   row are neighbours in memory at every stride. Past a row's end a vector reads the next row, or
   the slack behind each channel; what it makes there is 0, or overwritten, or not stored. */

#define LANES ((int)(WIDTH / sizeof(REAL)))
#define SOME (WIDTH / 16) /* channels or taps whose sums are held in registers together, with those of GROUP atoms */
#define SOME_BASES 32 /* bases whose coefficients are held in the first-level cache */
#define STRIP 32      /* most channels that pass over the tiles together */

typedef REAL vec __attribute__((vector_size(WIDTH)));
typedef REAL vec_unaligned __attribute__((vector_size(WIDTH), aligned(sizeof(REAL)), may_alias));

INLINE vec load(const REAL *p) { return *(const vec_unaligned *)p; }
INLINE void store(REAL *p, vec v) { *(vec_unaligned *)p = v; }

INLINE vec load_lanes(const REAL *p, int64_t step, int lanes) {
    vec v = {0};
    if (step == 1 && lanes == LANES) return load(p);
    for (int j = 0; j < lanes; j++) v[j] = p[j * step];
    return v;
}

INLINE void store_lanes(REAL *p, int64_t step, vec v, int lanes) {
    if (step == 1 && lanes == LANES) store(p, v);
    else
        for (int j = 0; j < lanes; j++) p[j * step] = v[j];
}

/* Rows of the padded input under a part of the output: `columns` of each of `stride` phases */
typedef struct {
    int64_t top, left, rows, columns, plane;
} Frame;

/* Short rows, for which a call would take longer. The last vector goes over the one before; what lies `next` elements
   further on is read soon. Zeros go past the end, where they are overwritten */
INLINE void copy_row(REAL *to, const REAL *from, int64_t columns, int64_t next) {
    int64_t j = 0;
    for (; j + LANES <= columns; j += LANES) {
        __builtin_prefetch(from + j + next);
        store(to + j, load(from + j));
    }
    if (columns >= LANES) store(to + columns - LANES, load(from + columns - LANES));
    else
        for (; j < columns; j++) to[j] = from[j];
}
INLINE void clear_row(REAL *to, int64_t columns) {
    if (columns > 0) store(to, (vec){0}); /* without a call, which compilers make of the loop */
    for (int64_t j = LANES; j < columns; j += LANES) store(to + j, (vec){0});
}

/* The columns of a phase that lie inside x, and where the first one does */
typedef struct {
    int64_t begin, end, from;
} Span;

static void spans(Frame f, const Call *s, Span *in) {
    for (int64_t phase = 0; phase < s->stride; phase++) {
        const int64_t left = f.left + phase, round = s->stride - 1;
        const int64_t begin = left < 0 ? smaller(f.columns, (-left + round) / s->stride) : 0;
        const int64_t end = left < s->width ? smaller(f.columns, (s->width - left + round) / s->stride) : 0;
        in[phase] = (Span){begin, larger(begin, end), left + begin * s->stride};
    }
}

/* What the part needs of x, with zeros around, columns sorted by phase; writes up to a vector behind the last row */
OUTLINE void pad(View x, REAL *padded, Frame f, const Call *s, int64_t channels) {
    const int64_t step = s->stride * x.column;
    Span inside[s->stride];
    spans(f, s, inside);
    for (int64_t c = 0; c < channels; c++)
        for (int64_t i = 0; i < f.rows; i++)
            for (int64_t phase = 0; phase < s->stride; phase++) {
                const Span in = inside[phase];
                const int64_t row = f.top + i, columns = in.end - in.begin;
                REAL *line = padded + c * f.plane + (i * s->stride + phase) * f.columns;
                if (row < 0 || row >= s->height) {
                    clear_row(line, f.columns);
                    continue;
                }
                const REAL *from = x.data + c * x.plane + row * x.row + in.from * x.column;
                clear_row(line, in.begin);
                if (step == 1) copy_row(line + in.begin, from, columns, 2 * x.plane);
                else
                    for (int64_t q = 0; q < columns; q++) line[in.begin + q] = from[q * step];
                clear_row(line + in.end, f.columns - in.end);
            }
}

/* Its adjoint: the inside, columns in order again, added to x */
OUTLINE void add_inside(const REAL *padded, View x, Frame f, const Call *s, int64_t channels) {
    const int64_t first = larger(0, -f.top), last = smaller(f.rows, s->height - f.top);
    const int64_t step = s->stride * x.column;
    Span inside[s->stride];
    spans(f, s, inside);
    for (int64_t c = 0; c < channels; c++)
        for (int64_t i = first; i < last; i++)
            for (int64_t phase = 0; phase < s->stride; phase++) {
                const Span in = inside[phase];
                const REAL *line = padded + c * f.plane + (i * s->stride + phase) * f.columns + in.begin;
                REAL *to = x.data + c * x.plane + (f.top + i) * x.row + in.from * x.column;
                const int64_t columns = in.end - in.begin;
                int64_t j = 0;
                for (; step == 1 && j + LANES <= columns; j += LANES) store(to + j, load(to + j) + load(line + j));
                for (; j < columns; j++) to[j * step] += line[j];
            }
}

INLINE void compose_taps(const REAL *psi, const vec *a, vec *tile, const Call *s, int64_t bases, int first,
                         const int group, const int taps) {
    vec sum[SOME][GROUP];
    UNROLL_SOME
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[t][b] = first ? (vec){0} : tile[t * s->atoms + b];
    for (int64_t k = 0; k < bases; k++)
        UNROLL_SOME
        for (int t = 0; t < taps; t++)
            UNROLL_GROUP
            for (int b = 0; b < group; b++) sum[t][b] += psi[k * s->taps + t] * a[k * group + b];
    UNROLL_SOME
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) tile[t * s->atoms + b] = sum[t][b];
}

INLINE void compose_group(View alpha, const REAL *psi, vec *tile, const Call *s, int lanes, const int group) {
    vec a[SOME_BASES * GROUP];
    for (int64_t k = 0; k < s->bases; k += SOME_BASES) {
        const int bases = smaller(SOME_BASES, s->bases - k);
        for (int q = 0; q < bases; q++)
            for (int b = 0; b < group; b++) {
                const REAL *from = alpha.data + b * alpha.atom + (k + q) * alpha.plane;
                __builtin_prefetch(from + LANES * alpha.column);
                a[q * group + b] = load_lanes(from, alpha.column, lanes);
            }
        int64_t t = 0;
        for (; t + SOME <= s->taps; t += SOME)
            compose_taps(psi + k * s->taps + t, a, tile + t * s->atoms, s, bases, k == 0, group, SOME);
        for (; t < s->taps; t++)
            compose_taps(psi + k * s->taps + t, a, tile + t * s->atoms, s, bases, k == 0, group, 1);
    }
}

/* A tile of D from alpha and psi; where psi is NULL, from D itself */
OUTLINE void compose(View alpha, const REAL *psi, vec *tile, const Call *s, int lanes) {
    if (!psi)
        for (int64_t t = 0; t < s->taps; t++)
            for (int64_t b = 0; b < s->atoms; b++)
                tile[t * s->atoms + b] =
                    load_lanes(alpha.data + b * alpha.atom + t * alpha.plane, alpha.column, lanes);
    else
        for (int64_t b = 0; b < s->atoms; b += GROUP) {
            const View from = shifted(alpha, b * alpha.atom);
#define CALL(group) compose_group(from, psi, tile + b, s, lanes, group)
            FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
        }
}

INLINE void project_bases(View alpha, const REAL *psi, const vec *tile, const Call *s, int lanes, const int group,
                          const int bases) {
    vec sum[SOME][GROUP];
    UNROLL_SOME
    for (int k = 0; k < bases; k++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[k][b] = (vec){0};
    for (int64_t t = 0; t < s->taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++)
            UNROLL_SOME
            for (int k = 0; k < bases; k++) sum[k][b] += psi[k * s->taps + t] * tile[t * s->atoms + b];
    UNROLL_SOME
    for (int k = 0; k < bases; k++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) {
            REAL *to = alpha.data + b * alpha.atom + k * alpha.plane;
            __builtin_prefetch(to + LANES * alpha.column, 1);
            store_lanes(to, alpha.column, sum[k][b], lanes);
        }
}

INLINE void project_group(View alpha, const REAL *psi, const vec *tile, const Call *s, int lanes, const int group) {
    int64_t k = 0;
    for (; k + SOME <= s->bases; k += SOME)
        project_bases(shifted(alpha, k * alpha.plane), psi + k * s->taps, tile, s, lanes, group, SOME);
    for (; k < s->bases; k++)
        project_bases(shifted(alpha, k * alpha.plane), psi + k * s->taps, tile, s, lanes, group, 1);
}

/* The adjoint of compose: grad_alpha, or where psi is NULL grad_D, from a tile of grad_D */
OUTLINE void project(View alpha, const REAL *psi, const vec *tile, const Call *s, int lanes) {
    if (!psi)
        for (int64_t t = 0; t < s->taps; t++)
            for (int64_t b = 0; b < s->atoms; b++)
                store_lanes(alpha.data + b * alpha.atom + t * alpha.plane, alpha.column, tile[t * s->atoms + b],
                            lanes);
    else
        for (int64_t b = 0; b < s->atoms; b += GROUP) {
            const View to = shifted(alpha, b * alpha.atom);
#define CALL(group) project_group(to, psi, tile + b, s, lanes, group)
            FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
        }
}

/* Adds a tile's part to grad_psi, (bases, taps) vectors whose lanes are sums of their own */
OUTLINE void project_psi(View alpha, const vec *tile, vec *grad_psi, const Call *s, int lanes) {
    for (int64_t b = 0; b < s->atoms; b++) {
        vec atom[s->taps];
        for (int64_t t = 0; t < s->taps; t++) {
            atom[t] = tile[t * s->atoms + b];
            for (int j = lanes; j < LANES; j++) atom[t][j] = 0; /* past the row's end anything may stand */
        }
        for (int64_t k = 0; k < s->bases; k++) {
            const vec a = load_lanes(alpha.data + b * alpha.atom + k * alpha.plane, alpha.column, lanes);
            for (int64_t t = 0; t < s->taps; t++) grad_psi[k * s->taps + t] += a * atom[t];
        }
    }
}

INLINE void forward_channels(const REAL *x, int64_t x_channel, const vec *D, REAL *Z, int64_t Z_plane,
                             const int64_t *tap, const Call *s, const int group, const int channels) {
    vec sum[SOME][GROUP];
    UNROLL_SOME
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[c][b] = (vec){0};
    for (int64_t t = 0; t < s->taps; t++) {
        vec value[SOME];
        UNROLL_SOME
        for (int c = 0; c < channels; c++) value[c] = load(x + c * x_channel + tap[t]);
        UNROLL_GROUP
        for (int b = 0; b < group; b++)
            UNROLL_SOME
            for (int c = 0; c < channels; c++) sum[c][b] += D[t * s->atoms + b] * value[c];
    }
    UNROLL_SOME
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) store(Z + (c * s->atoms + b) * Z_plane, sum[c][b]);
}

INLINE void forward_group(const REAL *x, int64_t x_channel, const vec *D, REAL *Z, int64_t Z_plane,
                          const int64_t *tap, const Call *s, int64_t channels, const int group) {
    int64_t c = 0;
    for (; c + SOME <= channels; c += SOME)
        forward_channels(x + c * x_channel, x_channel, D, Z + c * s->atoms * Z_plane, Z_plane, tap, s, group, SOME);
    for (; c < channels; c++)
        forward_channels(x + c * x_channel, x_channel, D, Z + c * s->atoms * Z_plane, Z_plane, tap, s, group, 1);
}

/* Z of a tile, in whole vectors: those past the row's end are for the next tile to overwrite */
OUTLINE void forward_tile(const REAL *x, int64_t x_channel, const vec *D, REAL *Z, int64_t Z_plane,
                         const int64_t *tap, const Call *s, int64_t channels) {
    for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group) forward_group(x, x_channel, D + b, Z + b * Z_plane, Z_plane, tap, s, channels, group)
        FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
    }
}

/* grad_D of some taps, summed over the channels */
INLINE void backward_taps(const REAL *x, int64_t x_channel, const vec *G, vec *grad_D, const int64_t *tap,
                          const Call *s, int channels, const int group, const int taps) {
    vec sum[SOME][GROUP];
    UNROLL_SOME
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) sum[t][b] = grad_D[t * s->atoms + b];
    for (int c = 0; c < channels; c++) {
        vec value[SOME];
        UNROLL_SOME
        for (int t = 0; t < taps; t++) value[t] = load(x + c * x_channel + tap[t]);
        UNROLL_GROUP
        for (int b = 0; b < group; b++)
            UNROLL_SOME
            for (int t = 0; t < taps; t++) sum[t][b] += G[c * group + b] * value[t];
    }
    UNROLL_SOME
    for (int t = 0; t < taps; t++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) grad_D[t * s->atoms + b] = sum[t][b];
}

/* grad_x of some channels */
INLINE void backward_channels(const vec *D, const vec *G, REAL *grad_x, int64_t x_channel, const int64_t *tap,
                              const Call *s, const int group, const int channels) {
    vec g[SOME][GROUP];
    UNROLL_SOME
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) g[c][b] = G[c * group + b];
    for (int64_t v = 0; v < s->size; v++)
        for (int64_t t = v; t < s->taps; t += s->size) {
            vec spread[SOME];
            UNROLL_SOME
            for (int c = 0; c < channels; c++) spread[c] = load(grad_x + c * x_channel + tap[t]);
            UNROLL_GROUP
            for (int b = 0; b < group; b++)
                UNROLL_SOME
                for (int c = 0; c < channels; c++) spread[c] += D[t * s->atoms + b] * g[c][b];
            UNROLL_SOME
            for (int c = 0; c < channels; c++) store(grad_x + c * x_channel + tap[t], spread[c]);
        }
}

INLINE void backward_group(const REAL *x, int64_t x_channel, const vec *D, const REAL *grad_Z, int64_t Z_plane,
                           REAL *grad_x, vec *grad_D, const int64_t *tap, const Call *s, int channels, int lanes,
                           const int group) {
    vec G[STRIP * GROUP];
    for (int c = 0; c < channels; c++)
        UNROLL_GROUP
        for (int b = 0; b < group; b++) G[c * group + b] = load(grad_Z + (c * s->atoms + b) * Z_plane);
    for (int q = 0; q < channels * group && lanes < LANES; q++)
        for (int j = lanes; j < LANES; j++) G[q][j] = 0;
    int64_t t = 0;
    for (; t + SOME <= s->taps; t += SOME)
        backward_taps(x, x_channel, G, grad_D + t * s->atoms, tap + t, s, channels, group, SOME);
    for (; t < s->taps; t++) backward_taps(x, x_channel, G, grad_D + t * s->atoms, tap + t, s, channels, group, 1);
    int c = 0;
    for (; c + SOME <= channels; c += SOME)
        backward_channels(D, G + c * group, grad_x + c * x_channel, x_channel, tap, s, group, SOME);
    for (; c < channels; c++)
        backward_channels(D, G + c * group, grad_x + c * x_channel, x_channel, tap, s, group, 1);
}

OUTLINE void backward_tile(const REAL *x, int64_t x_channel, const vec *D, const REAL *grad_Z, int64_t Z_plane,
                          REAL *grad_x, vec *grad_D, const int64_t *tap, const Call *s, int channels, int lanes) {
    for (int64_t b = 0; b < s->atoms; b += GROUP) {
#define CALL(group)                                                                                                    \
    backward_group(x, x_channel, D + b, grad_Z + b * Z_plane, Z_plane, grad_x, grad_D + b, tap, s, channels, lanes,    \
                   group)
        FOR_GROUP(smaller(GROUP, s->atoms - b), CALL)
#undef CALL
    }
}

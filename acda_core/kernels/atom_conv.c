/* Eqs. (5) and (6) in one pass, and their gradients. Compiled by build.py, once for each REAL.

   The output is cut into blocks of some pixels, whole rows or pieces of rows; x into strips of
   channels. Of a block and a strip

       pad (x) -> forward_tile (D, Eq. 5) -> Z_tilde (k, pixels) -> product (A, Eq. 6) -> C (outputs, pixels)

   stays in the second-level cache, where k counts the strip's channels and atoms. Forward sums over
   the strips in C, and takes the blocks in any order. Backward sums over the strips too, in D's
   gradient; grad_x of neighbouring blocks overlaps, and grad_A and grad_psi are every block's. So the
   blocks are cut into runs of rows, two to a pair: the first runs of all pairs are done before the
   second ones, which lie between them, and each pair has a grad_A and grad_psi of its own. Where
   there are few pixels and many weights the strips are shared out instead, and each thread has a
   grad_D of its own. No sum depends on which thread is the faster one.
   Tensors are read and written by their strides. */

#include <stdint.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void) { return 0; }
static int omp_get_num_threads(void) { return 1; }
#endif

#define INLINE static inline __attribute__((always_inline))
#define OUTLINE static __attribute__((noinline)) /* compiled once, not for each caller */
#ifdef __AVX512F__
#define WIDTH 64 /* bytes of a vector */
#else
#define WIDTH 32
#endif
#define GROUP 6 /* atoms whose sums are held in registers together; rows likewise in a product */
#define UNROLL_GROUP _Pragma("GCC unroll 6")
#define UNROLL_SOME _Pragma("GCC unroll 4")
#define FOR_GROUP(group, call)                                                                       \
    switch (group) {                                                                                 \
    case 1: call(1); break;                                                                          \
    case 2: call(2); break;                                                                          \
    case 3: call(3); break;                                                                          \
    case 4: call(4); break;                                                                          \
    case 5: call(5); break;                                                                          \
    default: call(6);                                                                                \
    }

typedef struct {
    int64_t images, channels, atoms, taps, bases;
    int64_t height, width, rows, columns; /* of x, of the output */
    int64_t size, stride, padding, dilation;
    int64_t outputs, groups; /* outputs 0: no Eq. (6), Z is Z_tilde */
    int64_t block, strip, threads, by_strips;
} Call;

/* x or Z (image, plane, row, column), alpha or D (image, atom, plane, row, column): strides in elements */
typedef struct {
    REAL *data;
    int64_t image, atom, plane, row, column;
} View;

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
INLINE int64_t up(int64_t a, int64_t b) { return (a + b - 1) / b; }
INLINE View shifted(View v, int64_t by) {
    v.data += by;
    return v;
}

#include "atoms.c"
#include "product.c"

/* ----------------------------------------------------------------------------------- blocks of the output */

#define WIDEST 64      /* pixels of a row in one block */
#define SUMS (1 << 25) /* elements of all pairs' grad_A and grad_psi, where there are more than two */

typedef struct {
    int64_t across, down, rows, columns;         /* blocks in a row and in a column; rows and columns of one */
    int64_t tile_row;                            /* tiles of a row of a block */
    int64_t pitch;                               /* from row to row of Z_tilde, C and G */
    int64_t D, padded, Z_tilde, C, GT, GT_pitch; /* elements of a block */
    int64_t pairs, A, sums;                      /* of runs; elements of grad_A and of a pair's sums */
} Grid;

/* A piece of a block that lies in one image; pixel and tile: the block's where it begins */
typedef struct {
    int64_t image, row, rows, column, columns, pixel, tile, next;
    Frame frame;
} Part;

#define LINE ((int64_t)(64 / sizeof(REAL))) /* elements of a cache line */

INLINE int64_t line_up(int64_t elements) { return up(elements, LINE) * LINE; }
/* A distance of rows at which they do not all fall into the same few places of a cache */
INLINE int64_t odd_lines(int64_t elements) { return (up(elements, LINE) | 1) * LINE; }

static Grid grid_of(const Call *s) {
    Grid g;
    g.across = up(s->columns, WIDEST);
    g.columns = smaller(s->columns, up(up(s->columns, larger(1, g.across)), LANES) * LANES);
    g.across = up(s->columns, larger(1, g.columns));
    g.rows = larger(1, smaller(s->images * s->rows, s->block / larger(1, g.columns)));
    g.down = up(s->images * s->rows, g.rows);
    g.tile_row = up(g.columns, LANES);
    g.pitch = odd_lines(larger(up(g.rows * g.columns, 2 * LANES) * 2 * LANES, g.rows * g.columns + LANES));
    const int64_t reach = s->dilation * (s->size - 1) + 1;
    const int64_t rows = (smaller(g.rows, s->rows) - 1) * s->stride + reach;
    const int64_t columns = up((g.columns - 1) * s->stride + reach, s->stride) * s->stride;
    g.D = line_up(g.rows * g.tile_row * s->taps * s->atoms * LANES);
    g.padded = odd_lines(rows * columns + LANES);
    g.Z_tilde = s->strip * s->atoms * g.pitch;
    g.C = s->outputs * g.pitch;
    g.GT_pitch = odd_lines(s->outputs + 2 * LANES);
    g.GT = s->outputs ? g.rows * g.columns * g.GT_pitch : 0;
    g.A = line_up(s->outputs * (s->channels / s->groups) * s->atoms);
    g.sums = g.A + s->bases * s->taps * LANES;
    const int64_t apart = up(up(reach, s->stride) - 1, g.rows); /* rows of blocks between two first runs */
    const int64_t most = smaller(2 * s->threads, larger(2, SUMS / larger(1, g.sums)));
    g.pairs = s->by_strips ? 1 : larger(1, smaller(most, g.down / larger(1, 2 * apart)));
    return g;
}

static Part part_at(const Call *s, const Grid *g, int64_t block, int64_t row) {
    const int64_t first = block / g->across * g->rows, last = smaller(s->images * s->rows, first + g->rows);
    Part p = {0};
    if (row < 0) row = first;
    if (row >= last) return p;
    p.image = row / s->rows, p.row = row % s->rows, p.rows = smaller(last - row, s->rows - p.row);
    p.column = block % g->across * g->columns, p.columns = smaller(g->columns, s->columns - p.column);
    p.pixel = (row - first) * p.columns, p.tile = (row - first) * g->tile_row, p.next = row + p.rows;
    const int64_t reach = s->dilation * (s->size - 1) + 1;
    p.frame.top = p.row * s->stride - s->padding, p.frame.left = p.column * s->stride - s->padding;
    p.frame.rows = (p.rows - 1) * s->stride + reach;
    p.frame.columns = up((g->columns - 1) * s->stride + reach, s->stride);
    p.frame.plane = g->padded;
    return p;
}

#define FOR_PARTS(block) for (Part p = part_at(s, g, block, -1); p.rows; p = part_at(s, g, block, p.next))
#define FOR_TILES_OF_PART                                                                            \
    for (int64_t i = 0; i < p.rows; i++)                                                             \
        for (int64_t j = 0; j < p.columns; j += LANES)

INLINE int lanes_of(Part p, int64_t j) { return (int)smaller(LANES, p.columns - j); }
INLINE View at(View v, Part p) { return shifted(v, p.image * v.image + p.row * v.row + p.column * v.column); }
INLINE View local(REAL *data, Part p, int64_t pitch) {
    return (View){data + p.pixel, 0, 0, pitch, p.columns, 1};
}
INLINE int64_t pixels_of(const Call *s, const Grid *g, int64_t block) {
    int64_t pixels = 0;
    FOR_PARTS(block) pixels += p.rows * p.columns;
    return pixels;
}

#define TURNED 16 /* planes whose numbers are turned together: a cache line of floats */

/* The same numbers in other places */
static void copy(View to, View from, int64_t planes, int64_t rows, int64_t columns) {
    if (to.row == columns * to.column && from.row == columns * from.column) columns *= rows, rows = 1;
    if (to.column == 1 && from.column == 1) {
        for (int64_t c = 0; c < planes; c++)
            for (int64_t i = 0; i < rows; i++)
                copy_row(to.data + c * to.plane + i * to.row, from.data + c * from.plane + i * from.row, columns,
                         2 * from.plane);
        return;
    }
    for (int64_t first = 0; first < planes; first += TURNED)
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < columns; j++) {
                REAL *out = to.data + first * to.plane + i * to.row + j * to.column;
                const REAL *in = from.data + first * from.plane + i * from.row + j * from.column;
                if (to.plane == 1 && planes - first >= TURNED)
                    _Pragma("GCC unroll 16")
                    for (int c = 0; c < TURNED; c++) out[c] = in[c * from.plane];
                else
                    for (int64_t c = 0; c < smaller(planes - first, TURNED); c++)
                        out[c * to.plane] = in[c * from.plane];
            }
}

static void tap_offsets(const Call *s, const Grid *g, int64_t *tap) {
    const int64_t columns = up((g->columns - 1) * s->stride + s->dilation * (s->size - 1) + 1, s->stride);
    for (int64_t u = 0; u < s->size; u++)
        for (int64_t v = 0; v < s->size; v++) {
            const int64_t column = v * s->dilation;
            tap[u * s->size + v] = (u * s->dilation * s->stride + column % s->stride) * columns + column / s->stride;
        }
}

/* ---------------------------------------------------------------------------------- a block and a strip */

static void compose_block(const Call *s, const Grid *g, int64_t block, const View *alpha, const REAL *psi, vec *D) {
    FOR_PARTS(block) {
        const View from = at(*alpha, p);
        FOR_TILES_OF_PART compose(shifted(from, i * from.row + j * from.column), psi,
                                  D + (p.tile + i * g->tile_row + j / LANES) * s->taps * s->atoms, s, lanes_of(p, j));
    }
}

static void forward_part(const Call *s, const Grid *g, Part p, View x, int64_t channels, const vec *D, REAL *padded,
                         REAL *Z_tilde, const int64_t *tap) {
    pad(x, padded, p.frame, s, channels);
    FOR_TILES_OF_PART forward_tile(padded + i * s->stride * s->stride * p.frame.columns + j, p.frame.plane,
                                   D + (p.tile + i * g->tile_row + j / LANES) * s->taps * s->atoms,
                                   Z_tilde + p.pixel + i * p.columns + j, g->pitch, tap, s, channels);
}

static void backward_part(const Call *s, const Grid *g, Part p, View grad_x, int channels, const vec *D,
                          const REAL *padded, const REAL *grad_Z_tilde, REAL *grad_padded, vec *grad_D,
                          const int64_t *tap) {
    for (int c = 0; c < channels; c++)
        memset(grad_padded + c * p.frame.plane, 0, p.frame.rows * s->stride * p.frame.columns * sizeof(REAL));
    FOR_TILES_OF_PART {
        const int64_t tile = (p.tile + i * g->tile_row + j / LANES) * s->taps * s->atoms;
        const int64_t base = i * s->stride * s->stride * p.frame.columns + j;
        backward_tile(padded + base, p.frame.plane, D + tile, grad_Z_tilde + p.pixel + i * p.columns + j, g->pitch,
                      grad_padded + base, grad_D + tile, tap, s, channels, lanes_of(p, j));
    }
    add_inside(grad_padded, grad_x, p.frame, s, channels);
}

/* The channels of a strip that belong to one group: in_first ... in_last of all, and the group's first output */
#define FOR_GROUPS(c, channels)                                                                      \
    for (int64_t each = s->channels / s->groups, outputs = s->outputs / s->groups, n = (c) / each,   \
                 from = (c), to = smaller((c) + (channels), (n + 1) * each);                         \
         from < (c) + (channels);                                                                    \
         n++, from = n * each, to = smaller((c) + (channels), from + each))

/* -------------------------------------------------------------------------------------------- the whole */

static int64_t blocks_of(const Grid *g) { return g->down * g->across; }
static int64_t strip_room(const Grid *g, const Call *s) { return s->strip * g->padded + g->Z_tilde; }

static int64_t thread_room(const Grid *g, const Call *s, int backward) {
    if (!backward) return g->D + strip_room(g, s) + g->C;
    return 2 * strip_room(g, s) + (s->by_strips ? blocks_of(g) * g->D : 2 * g->D + g->C + g->GT);
}

static int64_t shared_room(const Grid *g, const Call *s, int backward) {
    if (!backward) return g->A;
    return g->A + g->pairs * g->sums + (s->by_strips ? blocks_of(g) * (g->D + g->C + g->GT) : 0);
}

/* Elements of working memory */
int64_t room_of(const Call *s, int64_t backward) {
    const Grid g = grid_of(s);
    return shared_room(&g, s, backward) + s->threads * thread_room(&g, s, backward);
}

static void forward_block(const Call *s, const Grid *g, int64_t block, const View *x, const View *alpha,
                          const REAL *psi, const REAL *A, const REAL *bias, const View *Z, REAL *room,
                          const int64_t *tap) {
    vec *D = (vec *)room;
    REAL *padded = room + g->D, *Z_tilde = padded + s->strip * g->padded, *C = Z_tilde + g->Z_tilde;
    const int64_t pixels = pixels_of(s, g, block), depth = s->channels / s->groups * s->atoms;
    compose_block(s, g, block, alpha, psi, D);
    for (int64_t o = 0; o < s->outputs; o++) {
        const vec start = (vec){0} + (bias ? bias[o] : 0);
        for (int64_t j = 0; j < pixels; j += LANES) store(C + o * g->pitch + j, start);
    }
    for (int64_t c = 0; c < s->channels; c += s->strip) {
        const int64_t channels = smaller(s->strip, s->channels - c);
        FOR_PARTS(block) {
            forward_part(s, g, p, shifted(*x, p.image * x->image + c * x->plane), channels, D, padded, Z_tilde, tap);
        }
        if (s->outputs) FOR_GROUPS(c, channels)
                product_packed(A + n * outputs * depth, depth, (from - n * each) * s->atoms,
                               Z_tilde + (from - c) * s->atoms * g->pitch, g->pitch, C + n * outputs * g->pitch,
                               g->pitch, outputs, pixels, (to - from) * s->atoms, 0);
        else
            FOR_PARTS(block)
                copy(shifted(at(*Z, p), c * s->atoms * Z->plane), local(Z_tilde, p, g->pitch), channels * s->atoms,
                     p.rows, p.columns);
    }
    if (s->outputs)
        FOR_PARTS(block) copy(at(*Z, p), local(C, p, g->pitch), s->outputs, p.rows, p.columns);
}

void forward(const View *x, const View *alpha, const REAL *psi, const REAL *A, const REAL *bias, const View *Z,
             REAL *room, const Call *s) {
    const Grid grid = grid_of(s), *g = &grid;
    int64_t tap[s->taps];
    tap_offsets(s, g, tap);
    REAL *packed = room;
    const int64_t outputs = s->outputs / s->groups, depth = s->channels / s->groups * s->atoms;
#pragma omp parallel num_threads(s->threads)
    {
        REAL *own = room + shared_room(g, s, 0) + omp_get_thread_num() * thread_room(g, s, 0);
#pragma omp for collapse(2)
        for (int64_t n = 0; n < s->groups; n++)
            for (int64_t o = 0; o < outputs; o += ROWS) {
                const int64_t from = (n * outputs + o) * depth;
                pack(A + from, depth, 1, packed + from, smaller(ROWS, outputs - o), depth);
            }
#pragma omp for schedule(dynamic)
        for (int64_t block = 0; block < g->down * g->across; block++)
            forward_block(s, g, block, x, alpha, psi, packed, bias, Z, own, tap);
    }
}

/* What backward reads and fills, or adds to; A is packed, grad_psi and a pair's sums of it may be NULL */
typedef struct {
    const View *x, *alpha, *grad, *grad_x, *grad_alpha;
    const REAL *psi, *A;
    const int64_t *tap;
} Task;

/* Adds to grad_x, to the pair's grad_A and to the block's grad_D what the strip of channels from c on gives; G and GT
   are the gradient of the block's output, (outputs, pixels) and (pixels, outputs) */
static void backward_strip(const Call *s, const Grid *g, int64_t block, int64_t c, const Task *t, const vec *D,
                           const REAL *G, const REAL *GT, vec *grad_D, REAL *grad_A, REAL *room) {
    REAL *padded = room, *grad_padded = padded + s->strip * g->padded;
    REAL *Z_tilde = grad_padded + s->strip * g->padded, *grad_Z_tilde = Z_tilde + g->Z_tilde;
    const int64_t channels = smaller(s->strip, s->channels - c), pixels = pixels_of(s, g, block);
    if (s->outputs)
        FOR_GROUPS(c, channels)
            product_packed(t->A + from * s->atoms * outputs, outputs, 0, G + n * outputs * g->pitch, g->pitch,
                           grad_Z_tilde + (from - c) * s->atoms * g->pitch, g->pitch, (to - from) * s->atoms, pixels,
                           outputs, 1);
    else
        FOR_PARTS(block)
            copy(local(grad_Z_tilde, p, g->pitch), shifted(at(*t->grad, p), c * s->atoms * t->grad->plane),
                 channels * s->atoms, p.rows, p.columns);
    FOR_PARTS(block) {
        const View x = shifted(*t->x, p.image * t->x->image + c * t->x->plane);
        const View grad_x = shifted(*t->grad_x, p.image * t->grad_x->image + c * t->grad_x->plane);
        forward_part(s, g, p, x, channels, D, padded, Z_tilde, t->tap);
        backward_part(s, g, p, grad_x, (int)channels, D, padded, grad_Z_tilde, grad_padded, grad_D, t->tap);
    }
    if (s->outputs) FOR_GROUPS(c, channels)
            product_plain(Z_tilde + (from - c) * s->atoms * g->pitch, g->pitch, GT + n * outputs, g->GT_pitch,
                          grad_A + from * s->atoms * outputs, outputs, (to - from) * s->atoms, outputs, pixels);
}

/* The gradient of a block's output, as it is and turned */
static void read_gradient(const Call *s, const Grid *g, int64_t block, const Task *t, REAL *G, REAL *GT) {
    if (s->outputs) FOR_PARTS(block) {
            const View here = local(G, p, g->pitch);
            const View turned = {GT + p.pixel * g->GT_pitch, 0, 0, 1, p.columns * g->GT_pitch, g->GT_pitch};
            copy(here, at(*t->grad, p), s->outputs, p.rows, p.columns);
            copy(turned, here, s->outputs, p.rows, p.columns);
        }
}

static void project_block(const Call *s, const Grid *g, int64_t block, const Task *t, const vec *grad_D,
                          vec *grad_psi) {
    FOR_PARTS(block) {
        const View to = at(*t->grad_alpha, p), from = at(*t->alpha, p);
        FOR_TILES_OF_PART {
            const vec *tile = grad_D + (p.tile + i * g->tile_row + j / LANES) * s->taps * s->atoms;
            project(shifted(to, i * to.row + j * to.column), t->psi, tile, s, lanes_of(p, j));
            if (grad_psi)
                project_psi(shifted(from, i * from.row + j * from.column), tile, grad_psi, s, lanes_of(p, j));
        }
    }
}

static void backward_block(const Call *s, const Grid *g, int64_t block, const Task *t, REAL *grad_A, vec *grad_psi,
                           REAL *room) {
    vec *D = (vec *)room, *grad_D = D + g->D / LANES;
    REAL *G = room + 2 * g->D, *GT = G + g->C;
    compose_block(s, g, block, t->alpha, t->psi, D);
    memset(grad_D, 0, g->D * sizeof(REAL));
    read_gradient(s, g, block, t, G, GT);
    for (int64_t c = 0; c < s->channels; c += s->strip)
        backward_strip(s, g, block, c, t, D, G, GT, grad_D, grad_A, GT + g->GT);
    project_block(s, g, block, t, grad_D, grad_psi);
}

/* All blocks by runs, one after the other in a pair. Called by every thread, with room of its own */
static void backward_runs(const Call *s, const Grid *g, const Task *t, REAL *sums, int with_psi, REAL *own) {
    for (int second = 0; second < 2; second++) {
#pragma omp for schedule(dynamic)
        for (int64_t pair = 0; pair < g->pairs; pair++) {
            REAL *sum = sums + pair * g->sums;
            if (!second) memset(sum, 0, g->sums * sizeof(REAL));
            const int64_t run = 2 * pair + second, first = g->down * run / (2 * g->pairs);
            const int64_t end = g->down * (run + 1) / (2 * g->pairs);
            for (int64_t block = first * g->across; block < end * g->across; block++)
                backward_block(s, g, block, t, sum, with_psi ? (vec *)(sum + g->A) : 0, own);
        }
    }
}

/* All blocks by strips, each thread with some of them, and with its own grad_D at the beginning of its room */
static void backward_strips(const Call *s, const Grid *g, const Task *t, REAL *sums, int with_psi, REAL *shared,
                            REAL *all, REAL *own) {
    const int64_t blocks = blocks_of(g), weights = s->atoms * (s->outputs / s->groups); /* of a channel */
    REAL *D = shared, *G = D + blocks * g->D, *GT = G + blocks * g->C;
#pragma omp for schedule(static)
    for (int64_t block = 0; block < blocks; block++) {
        compose_block(s, g, block, t->alpha, t->psi, (vec *)(D + block * g->D));
        read_gradient(s, g, block, t, G + block * g->C, GT + block * g->GT);
    }
    memset(own, 0, blocks * g->D * sizeof(REAL));
#pragma omp for schedule(static)
    for (int64_t c = 0; c < s->channels; c += s->strip) {
        memset(sums + c * weights, 0, smaller(s->strip, s->channels - c) * weights * sizeof(REAL));
        for (int64_t block = 0; block < blocks; block++)
            backward_strip(s, g, block, c, t, (vec *)(D + block * g->D), G + block * g->C, GT + block * g->GT,
                           (vec *)(own + block * g->D), sums, own + blocks * g->D);
    }
#pragma omp for schedule(static)
    for (int64_t block = 0; block < blocks; block++) {
        vec *sum = (vec *)(all + block * g->D);
        for (int64_t thread = 1; thread < omp_get_num_threads(); thread++) {
            const vec *part = (const vec *)(all + thread * thread_room(g, s, 1) + block * g->D);
            for (int64_t q = 0; q < g->D / LANES; q++) sum[q] += part[q];
        }
        project_block(s, g, block, t, sum, 0);
    }
    if (!with_psi) return;
#pragma omp single
    {
        memset(sums + g->A, 0, (g->sums - g->A) * sizeof(REAL));
        for (int64_t block = 0; block < blocks; block++)
            project_block(s, g, block, t, (const vec *)(all + block * g->D), (vec *)(sums + g->A));
    }
}

/* Some rows of grad_A's sums over all pairs, which are (channels atoms, outputs / groups), as columns of one group's A */
static void turn_sums(const Grid *g, const REAL *sums, REAL *grad_A, int64_t rows, int64_t outputs, int64_t depth) {
    for (int64_t o = 0; o < outputs; o += LANES) {
        const int64_t columns = smaller(LANES, outputs - o);
        REAL sum[LANES][LANES];
        for (int64_t q = 0; q < rows; q++) {
            vec all = load_lanes(sums + q * outputs + o, 1, columns);
            for (int64_t pair = 1; pair < g->pairs; pair++)
                all += load_lanes(sums + pair * g->sums + q * outputs + o, 1, columns);
            store(sum[q], all);
        }
        for (int64_t j = 0; j < columns; j++)
            for (int64_t q = 0; q < rows; q++) grad_A[(o + j) * depth + q] = sum[q][j];
    }
}

/* Fills grad_alpha, with grad_D where psi is NULL, and grad_A; adds to grad_x, and to grad_psi where it is not NULL */
void backward(const View *x, const View *alpha, const REAL *psi, const REAL *A, const View *grad, const View *grad_x,
              const View *grad_alpha, REAL *grad_psi, REAL *grad_A, REAL *room, const Call *s) {
    const Grid grid = grid_of(s), *g = &grid;
    int64_t tap[s->taps];
    tap_offsets(s, g, tap);
    const int64_t depth = s->channels / s->groups * s->atoms;
    const Task task = {x, alpha, grad, grad_x, grad_alpha, psi, room, tap};
    REAL *sums = room + g->A, *all = room + shared_room(g, s, 1);
#pragma omp parallel num_threads(s->threads)
    {
        REAL *own = all + omp_get_thread_num() * thread_room(g, s, 1);
        if (s->outputs)
#pragma omp for schedule(dynamic)
            for (int64_t c = 0; c < s->channels; c += s->strip) {
                const int64_t channels = smaller(s->strip, s->channels - c);
                FOR_GROUPS(c, channels)
                    pack(A + n * outputs * depth + (from - n * each) * s->atoms, 1, depth,
                         room + from * s->atoms * outputs, (to - from) * s->atoms, outputs);
            }
        if (s->by_strips) backward_strips(s, g, &task, sums, grad_psi != 0, sums + g->sums, all, own);
        else backward_runs(s, g, &task, sums, grad_psi != 0, own);
        if (s->outputs)
#pragma omp for collapse(2)
            for (int64_t n = 0; n < s->groups; n++)
                for (int64_t q = 0; q < depth; q += LANES) {
                    const int64_t outputs = s->outputs / s->groups;
                    turn_sums(g, sums + (n * depth + q) * outputs, grad_A + n * outputs * depth + q,
                              smaller(LANES, depth - q), outputs, depth);
                }
        if (grad_psi)
#pragma omp for
            for (int64_t q = 0; q < s->bases * s->taps; q++)
                for (int64_t pair = 0; pair < g->pairs; pair++)
                    for (int lane = 0; lane < LANES; lane++)
                        grad_psi[q] += sums[pair * g->sums + g->A + q * LANES + lane];
    }
}

#include "phi.c"

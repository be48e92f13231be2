/* Phi of the "normalised" generator in one pass, and its gradients. Of a pixel's features x (channels)

   a = W_a x + b_a                                  (hidden)
   h = max(0, a) LENGTH / |a|
   alpha = b_b + limit tanh((W_b * h) / limit)      (outputs)

   where W_b * h looks at size x size pixels. The hidden features live on a grid of their own, size - 1 rows and columns
   larger than alpha's; outside of x they are those of x = 0.

   Forward takes alpha in blocks and makes the hidden features around each. Backward takes the hidden features in blocks,
   with the gradient of W_b * h around each, so that no two blocks add to one place. The gradients of the weights are
   summed by runs of blocks, and these in order.
   In a block with what is around it the rows lie `frame` elements apart, so that a tap is a shift; what a product makes
   past a row's end is not read. */

#define SMALLEST ((REAL)1e-12) /* squared length that is divided by; and LENGTH, as in phi.py */
#define LENGTH ((REAL)2)

typedef struct {
    int64_t images, channels, hidden, outputs;
    int64_t height, width, rows, columns; /* of x, of alpha */
    int64_t size, stride, margin;         /* hidden features begin `margin` pixels outside of x */
    int64_t threads, block, strip, runs;
} Phi;

typedef struct {
    int64_t height, width;               /* of the grid that is cut: alpha's, or the hidden features' */
    int64_t rows, columns, down, across; /* of a block; blocks */
    int64_t pitch, turned;               /* elements of a plane of a block, and of a pixel's outputs */
    int64_t sums;                        /* elements of a run's gradients: of W_b (tap, hidden, output), W_a, b_a */
} Cut;

/* A block and what is around it; x, or alpha, and where its first element lies in them */
typedef struct {
    int64_t image, row, column, rows, columns, frame;
} Block;

static Cut cut_of(const Phi *s, int backward) {
    const int64_t around = s->size - 1;
    Cut c = {.height = s->rows + backward * around, .width = s->columns + backward * around};
    c.across = up(c.width, WIDEST);
    c.columns = up(c.width, larger(1, c.across));
    c.rows = larger(1, smaller(c.height, s->block / larger(1, c.columns)));
    c.down = up(c.height, c.rows);
    c.pitch = odd_lines((c.rows + around) * (c.columns + around) + 4 * LANES);
    c.turned = odd_lines(s->outputs + 2 * LANES);
    c.sums = line_up(s->hidden * (s->size * s->size * s->outputs + s->channels + 1));
    return c;
}

static Block block_at(const Phi *s, const Cut *c, int64_t n) {
    Block b = {.image = n / (c->down * c->across)};
    b.row = n / c->across % c->down * c->rows, b.column = n % c->across * c->columns;
    b.rows = smaller(c->rows, c->height - b.row), b.columns = smaller(c->columns, c->width - b.column);
    b.frame = b.columns + s->size - 1;
    return b;
}

/* The rows and columns of x that hidden features are made of, and in `grid` how many of them there are */
static View seen(const View *x, const Phi *s, int64_t image, Call *grid) {
    const int64_t margin = s->margin < 0 ? -(-s->margin / s->stride) : up(s->margin, s->stride);
    const int64_t begin = margin * s->stride - s->margin;
    *grid = (Call){.stride = 1, .padding = margin};
    grid->height = s->height > begin ? up(s->height - begin, s->stride) : 0;
    grid->width = s->width > begin ? up(s->width - begin, s->stride) : 0;
    return (View){x->data + image * x->image + begin * (x->row + x->column), 0, 0, x->plane, s->stride * x->row,
                  s->stride * x->column};
}

typedef __typeof__((vec){0} < (vec){0}) mask;

INLINE vec chosen(mask where, vec yes, vec no) { return (vec)((where & (mask)yes) | (~where & (mask)no)); }
INLINE vec root(vec v) {
    for (int j = 0; j < LANES; j++) v[j] = sizeof(REAL) == 4 ? __builtin_sqrtf(v[j]) : __builtin_sqrt(v[j]);
    return v;
}

/* (1 - t) / (1 + t) with t = exp(-2 |v|) = 2^n exp(f), |f| <= ln 2 / 2, exp(f) by its series */
INLINE vec hyperbolic_tangent(vec v) {
    const int terms = sizeof(REAL) == 4 ? 7 : 14, digits = sizeof(REAL) == 4 ? 23 : 52;
    const mask is_negative = v < 0;
    vec size = chosen(is_negative, -v, v);
    size = chosen(size > 20, (vec){0} + 20, size);
    const mask n = __builtin_convertvector((REAL)-2.88539008177792681472 * size - (REAL)0.5, mask);
    const vec f = -2 * size - (REAL)0.69314718055994530942 * __builtin_convertvector(n, vec);
    REAL factorial[15] = {1};
    _Pragma("GCC unroll 14")
    for (int k = 1; k <= terms; k++) factorial[k] = factorial[k - 1] * k;
    vec t = (vec){0} + 1 / factorial[terms];
    _Pragma("GCC unroll 14")
    for (int k = terms - 1; k >= 0; k--) t = 1 / factorial[k] + t * f;
    t *= (vec)((n + (sizeof(REAL) == 4 ? 127 : 1023)) << digits);
    const vec found = (1 - t) / (1 + t);
    return chosen(is_negative, -found, found);
}

/* a of the hidden pixels of a frame, as its rows lie */
static void hidden_features(const Phi *s, View x, const Call *grid, Frame f, const REAL *W_a, const REAL *b_a,
                            REAL *padded, REAL *a) {
    const int64_t pixels = f.rows * f.columns;
    for (int64_t d = 0; d < s->hidden; d++)
        for (int64_t q = 0; q < pixels; q += LANES) store(a + d * f.plane + q, (vec){0} + b_a[d]);
    for (int64_t c = 0; c < s->channels; c += s->strip) {
        const int64_t channels = smaller(s->strip, s->channels - c);
        pad(shifted(x, c * x.plane), padded, f, grid, channels);
        product_plain(W_a + c, s->channels, padded, f.plane, a, f.plane, s->hidden, pixels, channels);
    }
}

/* h from a; energy: |a|^2 of each pixel */
static void normalise(const Phi *s, const REAL *a, REAL *h, REAL *energy, int64_t plane, int64_t pixels) {
    for (int64_t q = 0; q < pixels; q += LANES) {
        vec sum = {0};
        for (int64_t d = 0; d < s->hidden; d++) sum += load(a + d * plane + q) * load(a + d * plane + q);
        const vec scale = LENGTH / root(chosen(sum < SMALLEST, (vec){0} + SMALLEST, sum));
        for (int64_t d = 0; d < s->hidden; d++) {
            const vec value = load(a + d * plane + q) * scale;
            store(h + d * plane + q, chosen(value < 0, (vec){0}, value));
        }
        if (energy) store(energy + q, sum);
    }
}

/* a's gradient from that of h, whose rows lie `frame` elements apart; those of the others do without gaps */
static void normalise_backward(const Phi *s, Block b, const REAL *a, const REAL *h, const REAL *energy,
                               const REAL *grad_h, REAL *grad_a, int64_t plane) {
    for (int64_t i = 0; i < b.rows; i++)
        for (int64_t j = 0; j < b.columns; j += LANES) {
            const int64_t q = i * b.columns + j, from = i * b.frame + j;
            const vec sum = load(energy + q);
            const mask small = sum < SMALLEST;
            const vec least = chosen(small, (vec){0} + SMALLEST, sum), scale = LENGTH / root(least);
            vec along = {0};
            for (int64_t d = 0; d < s->hidden; d++) {
                const vec open = chosen(load(h + d * plane + q) > 0, load(grad_h + d * plane + from), (vec){0});
                along += open * load(a + d * plane + q);
            }
            along = chosen(small, (vec){0}, along / least);
            for (int64_t d = 0; d < s->hidden; d++) {
                const vec open = chosen(load(h + d * plane + q) > 0, load(grad_h + d * plane + from), (vec){0});
                store(grad_a + d * plane + q, scale * (open - load(a + d * plane + q) * along));
            }
        }
}

static void forward_phi(const Phi *s, const Cut *c, int64_t n, const View *x, const REAL *W_a, const REAL *b_a,
                        const REAL *W_b, const REAL *b_b, REAL limit, const View *alpha, REAL *room) {
    const Block b = block_at(s, c, n);
    const int64_t pixels = b.rows * b.frame, taps = s->size * s->size, p = c->pitch;
    REAL *padded = room, *h = padded + s->strip * p, *out = h + s->hidden * p;
    Call grid;
    const View from = seen(x, s, b.image, &grid);
    const Frame f = {b.row - grid.padding, b.column - grid.padding, b.rows + s->size - 1, b.frame, p};
    int64_t at[s->hidden * taps];
    for (int64_t k = 0; k < s->hidden * taps; k++)
        at[k] = k / taps * p + k % taps / s->size * b.frame + k % s->size;
    hidden_features(s, from, &grid, f, W_a, b_a, padded, h);
    normalise(s, h, h, 0, p, f.rows * f.columns);
    product_packed_at(W_b, h, at, out, p, s->outputs, pixels, s->hidden * taps);
    const REAL scale = 1 / limit;
    for (int64_t o = 0; o < s->outputs; o++)
        for (int64_t q = 0; q < pixels; q += LANES)
            store(out + o * p + q, b_b[o] + limit * hyperbolic_tangent(load(out + o * p + q) * scale));
    copy(shifted(*alpha, b.image * alpha->image + b.row * alpha->row + b.column * alpha->column),
         (View){out, 0, 0, p, b.frame, 1}, s->outputs, b.rows, b.columns);
}

/* Elements of working memory */
int64_t phi_room_of(const Phi *s, int64_t backward) {
    const Cut c = cut_of(s, (int)backward);
    const int64_t weights = line_up(s->hidden * s->outputs * s->size * s->size);
    if (!backward) return weights + s->threads * (s->strip + s->hidden + s->outputs) * c.pitch;
    const int64_t turned = (c.rows + s->size - 1) * (c.columns + s->size - 1) * c.turned;
    const int64_t hidden_turned = c.rows * c.columns * odd_lines(s->hidden + 2 * LANES);
    const int64_t own = (s->strip + 4 * s->hidden + 2 * s->outputs + 1) * c.pitch + turned + hidden_turned;
    return 2 * weights + s->runs * c.sums + s->threads * line_up(own);
}

void phi_forward(const View *x, const REAL *W_a, const REAL *b_a, const REAL *W_b, const REAL *b_b, double limit,
                 const View *alpha, REAL *room, const Phi *s) {
    const Cut c = cut_of(s, 0);
    const int64_t depth = s->hidden * s->size * s->size;
    REAL *rest = room + line_up(s->outputs * depth);
    pack(W_b, depth, 1, room, s->outputs, depth);
#pragma omp parallel for schedule(dynamic) num_threads(s->threads)
    for (int64_t n = 0; n < s->images * c.down * c.across; n++)
        forward_phi(s, &c, n, x, W_a, b_a, room, b_b, (REAL)limit, alpha,
                    rest + omp_get_thread_num() * (s->strip + s->hidden + s->outputs) * c.pitch);
}

/* What backward reads and fills; W_b is packed, a row for a hidden feature, (output, tap) behind each other */
typedef struct {
    const View *x, *alpha, *grad, *grad_x;
    const REAL *W_a, *b_a, *W_b, *b_b;
    REAL limit;
} PhiTask;

static void backward_phi(const Phi *s, const Cut *c, int64_t n, const PhiTask *t, REAL *sums, REAL *room) {
    const Block b = block_at(s, c, n);
    const int64_t around = s->size - 1, taps = s->size * s->size, p = c->pitch, pixels = b.rows * b.columns;
    const int64_t hidden_turned = odd_lines(s->hidden + 2 * LANES);
    REAL *padded = room, *a = padded + s->strip * p, *h = a + s->hidden * p, *grad_h = h + s->hidden * p;
    REAL *grad_a = grad_h + s->hidden * p, *energy = grad_a + s->hidden * p, *G = energy + p, *made = G + s->outputs * p;
    REAL *GT = made + s->outputs * p, *grad_aT = GT + (c->rows + around) * (c->columns + around) * c->turned;
    REAL *sum_a = sums + taps * s->hidden * s->outputs, *sum_b = sum_a + s->channels * s->hidden;
    Call grid;
    const View from = seen(t->x, s, b.image, &grid);
    const Frame inside = {b.row - grid.padding, b.column - grid.padding, b.rows, b.columns, p};
    hidden_features(s, from, &grid, inside, t->W_a, t->b_a, padded, a);
    normalise(s, a, h, energy, p, pixels);

    const Frame outside = {b.row - around, b.column - around, b.rows + around, b.frame, p};
    const Call outputs = {.stride = 1, .height = s->rows, .width = s->columns};
    pad(shifted(*t->grad, b.image * t->grad->image), G, outside, &outputs, s->outputs);
    pad(shifted(*t->alpha, b.image * t->alpha->image), made, outside, &outputs, s->outputs);
    const int64_t seen_pixels = outside.rows * outside.columns;
    const REAL scale = 1 / t->limit;
    for (int64_t o = 0; o < s->outputs; o++)
        for (int64_t q = o * p; q < o * p + seen_pixels; q += LANES) {
            const vec bounded = (load(made + q) - t->b_b[o]) * scale;
            store(G + q, load(G + q) * (1 - bounded * bounded));
        }
    copy((View){GT, 0, 0, 1, b.frame * c->turned, c->turned}, (View){G, 0, 0, p, b.frame, 1}, s->outputs, outside.rows,
         outside.columns);

    int64_t at[larger(s->outputs * taps, pixels)];
    for (int64_t k = 0; k < s->outputs * taps; k++)
        at[k] = k / taps * p + (around - k % taps / s->size) * b.frame + around - k % s->size;
    product_packed_at(t->W_b, G, at, grad_h, p, s->hidden, b.rows * b.frame, s->outputs * taps);
    for (int64_t q = 0; q < pixels; q++) at[q] = (q / b.columns * b.frame + q % b.columns) * c->turned;
    for (int64_t tap = 0; tap < taps; tap++)
        product_plain_at(h, p, GT + ((around - tap / s->size) * b.frame + around - tap % s->size) * c->turned, at,
                         sums + tap * s->hidden * s->outputs, s->outputs, s->hidden, s->outputs, pixels);

    normalise_backward(s, b, a, h, energy, grad_h, grad_a, p);
    copy((View){grad_aT, 0, 0, 1, hidden_turned, hidden_turned}, (View){grad_a, 0, 0, p, 1, 1}, s->hidden, pixels, 1);
    for (int64_t d = 0; d < s->hidden; d++) {
        vec sum = {0};
        for (int64_t q = 0; q < pixels; q += LANES)
            sum += load_lanes(grad_a + d * p + q, 1, (int)smaller(LANES, pixels - q));
        for (int lane = 0; lane < LANES; lane++) sum_b[d] += sum[lane];
    }
    for (int64_t k = 0; k < s->channels; k += s->strip) {
        const int64_t channels = smaller(s->strip, s->channels - k);
        if (s->channels > s->strip) pad(shifted(from, k * from.plane), padded, inside, &grid, channels);
        product_plain(padded, p, grad_aT, hidden_turned, sum_a + k * s->hidden, s->hidden, channels, s->hidden, pixels);
        if (!t->grad_x) continue;
        const View to = seen(t->grad_x, s, b.image, &grid);
        product_turned(t->W_a + k, s->channels, grad_a, p, padded, p, channels, pixels, s->hidden);
        add_inside(padded, shifted(to, k * to.plane), inside, &grid, channels);
    }
}

/* Fills the gradients of the weights, of W_b (tap, hidden, output), of W_a (channel, hidden); adds to grad_x where it is
   not NULL */
void phi_backward(const View *x, const REAL *W_a, const REAL *b_a, const REAL *W_b, const REAL *b_b, double limit,
                  const View *alpha, const View *grad, const View *grad_x, REAL *sums, REAL *room, const Phi *s) {
    const Cut c = cut_of(s, 1);
    const int64_t taps = s->size * s->size, weights = line_up(s->hidden * s->outputs * taps);
    const int64_t blocks = s->images * c.down * c.across;
    REAL *turned = room + weights, *parts = turned + weights, *rest = parts + s->runs * c.sums;
    const int64_t own = (phi_room_of(s, 1) - 2 * weights - s->runs * c.sums) / s->threads;
    for (int64_t d = 0; d < s->hidden; d++)
        for (int64_t k = 0; k < s->outputs * taps; k++)
            turned[d * s->outputs * taps + k] = W_b[(k / taps * s->hidden + d) * taps + k % taps];
    pack(turned, s->outputs * taps, 1, room, s->hidden, s->outputs * taps);
    const PhiTask task = {x, alpha, grad, grad_x, W_a, b_a, room, b_b, (REAL)limit};
#pragma omp parallel num_threads(s->threads)
    {
#pragma omp for schedule(dynamic)
        for (int64_t run = 0; run < s->runs; run++) {
            memset(parts + run * c.sums, 0, c.sums * sizeof(REAL));
            for (int64_t n = blocks * run / s->runs; n < blocks * (run + 1) / s->runs; n++)
                backward_phi(s, &c, n, &task, parts + run * c.sums, rest + omp_get_thread_num() * own);
        }
#pragma omp for
        for (int64_t q = 0; q < s->hidden * (taps * s->outputs + s->channels + 1); q++) {
            sums[q] = 0;
            for (int64_t run = 0; run < s->runs; run++) sums[q] += parts[run * c.sums + q];
        }
    }
}

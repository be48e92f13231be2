/* A product of matrices, C = a B or C += a B, in tiles whose sums are held in registers.

   A tile has ROWS rows and two vectors of columns: for each k it loads two vectors of B and, one after the other, ROWS
   numbers of a. Neighbouring tiles of C share their columns of B, which stay in the first-level cache. */

#ifdef __AVX512F__ /* 32 vectors instead of 16 */
#define ROWS 8
#else
#define ROWS 6
#endif
#define UNROLL_ROWS _Pragma("GCC unroll 8")
#define FOR_ROWS(rows, call)                                                                         \
    switch (rows) {                                                                                  \
    case 7: call(7); break;                                                                          \
    case 8: call(8); break;                                                                          \
    default: FOR_GROUP(rows, call)                                                                   \
    }

/* Where the rows of B begin: step elements apart, or where `at` says */
typedef struct {
    int64_t step;
    const int64_t *at;
} Rows;

/* C[i][j] = sum_k a[k a_k + i a_i] B[k][j], added to what is there unless `fresh`; reads B up to the end of the last
   vector */
INLINE void product_tile(const REAL *a, int64_t a_k, int64_t a_i, const REAL *B, Rows B_k, REAL *C, int64_t C_i,
                         int64_t depth, int64_t columns, int fresh, const int rows, const int vectors) {
    vec sum[ROWS][2];
    UNROLL_ROWS
    for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = (vec){0};
    for (int64_t k = 0; k < depth; k++) {
        const REAL *row = B + (B_k.at ? B_k.at[k] : k * B_k.step);
        const vec left = load(row);
        vec right = left;
        if (vectors > 1) right = load(row + LANES);
        UNROLL_ROWS
        for (int i = 0; i < rows; i++) {
            const REAL value = a[k * a_k + i * a_i];
            sum[i][0] += value * left;
            if (vectors > 1) sum[i][1] += value * right;
        }
    }
    REAL some[ROWS][2 * LANES];
    const int whole = columns >= vectors * LANES;
    UNROLL_ROWS
    for (int i = 0; i < rows; i++)
        UNROLL_ROWS
        for (int v = 0; v < vectors; v++) {
            REAL *to = whole ? C + i * C_i + v * LANES : some[i] + v * LANES;
            store(to, fresh || !whole ? sum[i][v] : load(to) + sum[i][v]);
        }
    for (int i = 0; i < rows && !whole; i++)
        for (int j = 0; j < columns; j++) C[i * C_i + j] = (fresh ? 0 : C[i * C_i + j]) + some[i][j];
}

#define FOR_TILES                                                                                    \
    for (int64_t j = 0; j < columns; j += 2 * LANES)                                                 \
        for (int64_t i = 0; i < rows; i += ROWS)

/* a[k a_k + i a_i], where a_i and a_k are 0 as pack leaves it, with `first` of `whole` columns before those that count */
INLINE void product(const REAL *a, int64_t a_k, int64_t a_i, int64_t whole, int64_t first, const REAL *B, Rows B_k,
                    REAL *C, int64_t C_i, int64_t rows, int64_t columns, int64_t depth, int fresh) {
    FOR_TILES {
        const int64_t left = columns - j;
        const REAL *panel = a + (a_k ? i * a_i : i * whole + first * smaller(ROWS, rows - i));
#define CALL(r)                                                                                                        \
    if (left > LANES)                                                                                                  \
        product_tile(panel, a_k ? a_k : r, a_k ? a_i : 1, B + j, B_k, C + i * C_i + j, C_i, depth, left, fresh, r, 2); \
    else product_tile(panel, a_k ? a_k : r, a_k ? a_i : 1, B + j, B_k, C + i * C_i + j, C_i, depth, left, fresh, r, 1)
        FOR_ROWS(smaller(ROWS, rows - i), CALL)
#undef CALL
    }
}

OUTLINE void product_packed(const REAL *a, int64_t whole, int64_t first, const REAL *B, int64_t B_k, REAL *C,
                           int64_t C_i, int64_t rows, int64_t columns, int64_t depth, int fresh) {
    product(a, 0, 0, whole, first, B, (Rows){B_k, 0}, C, C_i, rows, columns, depth, fresh);
}

/* B's rows lie where `at` says; C is filled */
OUTLINE void product_packed_at(const REAL *a, const REAL *B, const int64_t *at, REAL *C, int64_t C_i, int64_t rows,
                              int64_t columns, int64_t depth) {
    product(a, 0, 0, depth, 0, B, (Rows){0, at}, C, C_i, rows, columns, depth, 1);
}

/* a[i][k] in memory order; adds to C */
OUTLINE void product_plain(const REAL *a, int64_t a_i, const REAL *B, int64_t B_k, REAL *C, int64_t C_i, int64_t rows,
                          int64_t columns, int64_t depth) {
    product(a, 1, a_i, 0, 0, B, (Rows){B_k, 0}, C, C_i, rows, columns, depth, 0);
}

OUTLINE void product_plain_at(const REAL *a, int64_t a_i, const REAL *B, const int64_t *at, REAL *C, int64_t C_i,
                             int64_t rows, int64_t columns, int64_t depth) {
    product(a, 1, a_i, 0, 0, B, (Rows){0, at}, C, C_i, rows, columns, depth, 0);
}

/* a[k][i] in memory order; fills C */
OUTLINE void product_turned(const REAL *a, int64_t a_k, const REAL *B, int64_t B_k, REAL *C, int64_t C_i, int64_t rows,
                           int64_t columns, int64_t depth) {
    product(a, a_k, 1, 0, 0, B, (Rows){B_k, 0}, C, C_i, rows, columns, depth, 1);
}

/* Panels of ROWS rows, each in the order [k][row], the last one narrower */
static void pack(const REAL *a, int64_t a_i, int64_t a_k, REAL *packed, int64_t rows, int64_t depth) {
    for (int64_t i = 0; i < rows; i += ROWS) {
        const int height = smaller(ROWS, rows - i);
        for (int64_t k = 0; k < depth; k++)
            for (int r = 0; r < height; r++) *packed++ = a[(i + r) * a_i + k * a_k];
    }
}

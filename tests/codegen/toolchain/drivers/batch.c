/* Runs the step function of a machine over rows of cells: see interface.py.
 *
 * Compiled with
 *     BATCH_HEADER    the machine's header, in quotes
 *     BATCH_NAME      the machine's name
 *     BATCH_INPUTS    (and _STATE, _OUTPUTS, _PARAMETERS): of an argument, that argument called
 *                     with the name and the type of every member
 *     BATCH_VARIANT   if the parameters are an argument of the step
 *     BATCH_HOSTED    for a program from standard input to standard output
 */
#include <stddef.h>
#include <stdint.h>

#include BATCH_HEADER

#define JOINED(left, right) left##_##right
#define NAMED(name, suffix) JOINED(name, suffix)
#define STRUCT(suffix) struct NAMED(BATCH_NAME, suffix)

enum { GO_ON, INIT, GIVEN };

/* Not 0: what was never written is then seen. */
#define SPOILT 0xAAu

/* A member that the tests do not know would be memory that they do not compare. */
#define DECLARED(member, type) type member;
#define CHECKED(suffix, members)       \
    struct suffix##_as_listed {        \
        members(DECLARED)              \
    };                                 \
    typedef char suffix##_is_as_listed \
        [(sizeof(struct suffix##_as_listed) == sizeof(STRUCT(suffix))) ? 1 : -1]
CHECKED(inputs, BATCH_INPUTS);
CHECKED(state, BATCH_STATE);
CHECKED(outputs, BATCH_OUTPUTS);

static STRUCT(inputs) inputs;
static STRUCT(state) state;
static STRUCT(outputs) outputs;
#ifdef BATCH_VARIANT
CHECKED(parameters, BATCH_PARAMETERS);
static STRUCT(parameters) parameters;
#define STEP(state, in, out) NAMED(BATCH_NAME, step)(state, in, out, &parameters)
#else
#define STEP(state, in, out) NAMED(BATCH_NAME, step)(state, in, out)
#endif

/* The pointers make the compiler compare the types. */
#define READ_INTO(whole, member, type) \
    {                                  \
        type *into = &whole.member;    \
        *into = (type)*cell++;         \
    }
#define READ_INPUT(member, type) READ_INTO(inputs, member, type)
#define READ_PARAMETER(member, type) READ_INTO(parameters, member, type)
#define READ_STATE(member, type) READ_INTO(state, member, type)
#define WRITE_FROM(whole, member, type)   \
    {                                     \
        const type *from = &whole.member; \
        *result++ = (int64_t)*from;       \
    }
#define WRITE_STATE(member, type) WRITE_FROM(state, member, type)
#define WRITE_OUTPUT(member, type) WRITE_FROM(outputs, member, type)
#define COUNTED(member, type) +1

enum {
    ROW_CELLS = 1 BATCH_INPUTS(COUNTED) BATCH_PARAMETERS(COUNTED) BATCH_STATE(COUNTED),
    RESULT_CELLS = 0 BATCH_STATE(COUNTED) BATCH_OUTPUTS(COUNTED)
};

/* volatile: without a C library, there is no memset to call instead. */
static void spoil(volatile unsigned char *memory, size_t size)
{
    size_t at;
    for (at = 0u; at < size; at++) {
        memory[at] = SPOILT;
    }
}

void batch_run(const int64_t *rows, int64_t *results, uint32_t count);

void batch_run(const int64_t *rows, int64_t *results, uint32_t count)
{
    const int64_t *cell = rows;
    int64_t *result = results;
    uint32_t row;

    for (row = 0u; row < count; row++) {
        int64_t start = *cell++;
        BATCH_INPUTS(READ_INPUT)
#ifdef BATCH_VARIANT
        BATCH_PARAMETERS(READ_PARAMETER)
#endif
        if (start == GIVEN) {
            BATCH_STATE(READ_STATE)
        } else {
            cell = &rows[(row + 1u) * (uint32_t)ROW_CELLS];
        }
        if (start == INIT) {
            spoil((volatile unsigned char *)&state, sizeof state);
            NAMED(BATCH_NAME, init)(&state);
        }
        spoil((volatile unsigned char *)&outputs, sizeof outputs);
        STEP(&state, &inputs, &outputs);
        BATCH_STATE(WRITE_STATE)
        BATCH_OUTPUTS(WRITE_OUTPUT)
    }
}

#ifdef BATCH_HOSTED
#include <stdio.h>

#define CHUNK 1024u

static int64_t rows[CHUNK * (size_t)ROW_CELLS];
static int64_t results[CHUNK * (size_t)RESULT_CELLS];

int main(void)
{
    size_t count = fread(rows, sizeof rows[0] * (size_t)ROW_CELLS, CHUNK, stdin);
    while (count > 0u) {
        batch_run(rows, results, (uint32_t)count);
        if (fwrite(results, sizeof results[0] * (size_t)RESULT_CELLS, count, stdout) != count) {
            return 1;
        }
        count = fread(rows, sizeof rows[0] * (size_t)ROW_CELLS, CHUNK, stdin);
    }
    return (ferror(stdin) || fflush(stdout)) ? 1 : 0;
}
#endif

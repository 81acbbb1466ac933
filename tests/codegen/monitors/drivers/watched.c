#include "watched.h"

#define COPIED(whole, member) whole.member = in->member;
#define COPIED_INPUT(member, type) COPIED(inputs, member)
#define COPIED_OUTPUT(member, type) COPIED(outputs, member)
#define COPIED_MODE(member, type) COPIED(modes, member)
/* Neither 0 nor 1: a verdict that was never given is then seen. */
#define SPOILT_VERDICT(member, type) verdicts.member = 0xAAu;
#define FOUND_VERDICT(member, type)            \
    {                                          \
        const type *from = &verdicts.member;   \
        out->member = *from;                   \
    }

void watched_init(struct watched_state *state)
{
    WATCHED_INIT(state);
}

void watched_step(
    struct watched_state *state,
    const struct watched_inputs *in,
    struct watched_outputs *out WATCHED_PARAMETER)
{
    WATCHED_STRUCT(inputs) inputs;
    WATCHED_STRUCT(outputs) outputs;
    WATCHED_STRUCT(verdicts) verdicts;
#if WATCHED_READS_MODES
    WATCHED_STRUCT(state) modes;
    WATCHED_MODES(COPIED_MODE)
#endif

    WATCHED_INPUTS(COPIED_INPUT)
    WATCHED_OUTPUTS(COPIED_OUTPUT)
    WATCHED_VERDICTS(SPOILT_VERDICT)
    out->all_hold = WATCHED_STEP ? 1u : 0u;
    WATCHED_VERDICTS(FOUND_VERDICT)
}

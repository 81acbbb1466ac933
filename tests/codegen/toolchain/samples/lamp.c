/* Lit while it is wanted, for a while at most, and never below 0 mV. */
#include "lamp.h"

#define LAMP_DARK 0u
#define LAMP_LIT 1u
#define LAMP_LONGEST_MS 70000u

void lamp_init(struct lamp_state *state)
{
    state->mode = LAMP_DARK;
    state->lit_ms = 0u;
}

void lamp_step(struct lamp_state *state, const struct lamp_inputs *in, struct lamp_outputs *out)
{
    if ((in->wanted != 0u) && (in->level_mv >= 0) && (state->lit_ms < LAMP_LONGEST_MS)) {
        state->lit_ms = (state->mode == LAMP_LIT) ? (state->lit_ms + in->dt_ms) : 0u;
        state->mode = LAMP_LIT;
    } else {
        state->lit_ms = 0u;
        state->mode = LAMP_DARK;
    }
    out->lamp = state->mode;
    out->margin_mv = (int32_t)in->level_mv * 2;
}

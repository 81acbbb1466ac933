/* A variant: what it may do is a parameter. */
#include "dimmer.h"

void dimmer_init(struct dimmer_state *state)
{
    state->level = 4294967295u;
}

void dimmer_step(struct dimmer_state *state, const struct dimmer_inputs *in,
                 struct dimmer_outputs *out, const struct dimmer_parameters *parameters)
{
    if (in->asked <= parameters->longest) {
        state->level = in->asked;
    }
    out->level = state->level;
    out->below = parameters->slope;
}

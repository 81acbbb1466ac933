#ifndef DIMMER_H
#define DIMMER_H

#include <stdint.h>

struct dimmer_inputs {
    uint32_t asked;
};

struct dimmer_state {
    uint32_t level;
};

struct dimmer_outputs {
    uint32_t level;
    int32_t below;
};

struct dimmer_parameters {
    uint32_t longest;
    int8_t slope;
};

void dimmer_init(struct dimmer_state *state);

void dimmer_step(struct dimmer_state *state, const struct dimmer_inputs *in,
                 struct dimmer_outputs *out, const struct dimmer_parameters *parameters);

#endif

#ifndef LAMP_H
#define LAMP_H

#include <stdint.h>

struct lamp_inputs {
    uint8_t wanted;
    int16_t level_mv;
    uint16_t dt_ms;
};

struct lamp_state {
    uint8_t mode;
    uint32_t lit_ms;
};

struct lamp_outputs {
    uint8_t lamp;
    int32_t margin_mv;
};

void lamp_init(struct lamp_state *state);

void lamp_step(struct lamp_state *state, const struct lamp_inputs *in, struct lamp_outputs *out);

#endif

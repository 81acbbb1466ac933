/* A monitor as a machine of its own: what it sees is its inputs, what it finds its outputs.
 *
 * What is particular to one monitor is in watched_members.h, which ../alone.py writes.
 */
#ifndef WATCHED_H
#define WATCHED_H

#include "watched_members.h"

#define WATCHED_DECLARED(member, type) type member;

struct watched_inputs {
    WATCHED_INPUTS(WATCHED_DECLARED)
    WATCHED_OUTPUTS(WATCHED_DECLARED)
    WATCHED_MODES(WATCHED_DECLARED)
};

struct watched_outputs {
    WATCHED_VERDICTS(WATCHED_DECLARED)
    uint8_t all_hold;
};

void watched_init(struct watched_state *state);

void watched_step(
    struct watched_state *state,
    const struct watched_inputs *in,
    struct watched_outputs *out WATCHED_PARAMETER);

#endif

/* The smallBMS as written by hand: what generated code is measured against. */
#ifndef SMALLBMS_H
#define SMALLBMS_H

#include <stdint.h>

/* Below this, L is pulled to battery minus (R08). */
#define SMALLBMS_L_ON_MV 3500U
/* Above this, H is high (R08). */
#define SMALLBMS_H_ON_MV 2900U
/* H may read this much above the supply (D9). */
#define SMALLBMS_H_OVER_MV 500U
/* The remote is believed after this time (D9). */
#define SMALLBMS_CONFIRM_MS 100U
/* Warning time before the load is dropped (R05, D11). */
#define SMALLBMS_HOLD_OFF_MS 30500U

/* Modes of the load side. */
#define SMALLBMS_LOAD_OFF 0U
#define SMALLBMS_LOAD_CONNECTED 1U
#define SMALLBMS_LOAD_WARNING 2U /* The load runs, and the pre-alarm is given. */
#define SMALLBMS_LOAD_DROPPED 3U /* A cell stayed too low. */

/* What is read in one step; flags are 0 for false, anything else for true. */
struct smallbms_inputs {
    uint32_t remote_l_mv; /* 0 V to 70 V */
    uint32_t remote_h_mv; /* 0 V to 70 V */
    uint32_t supply_mv; /* 8 V to 70 V */
    uint8_t loop_closed;
    uint8_t valid;
    uint8_t pre_alarm;
    uint8_t low_cell;
    uint8_t high_cell;
    uint8_t too_cold;
    uint8_t too_hot;
    uint32_t dt_ms; /* Since the step before: 1 ms to 500 ms, 0 in the first step. */
};

/* What is remembered; whatever it holds, the next step is safe (R18). */
struct smallbms_state {
    uint8_t load; /* SMALLBMS_LOAD_... */
    uint8_t remote_was_closed;
    uint8_t remote_ms; /* How long the remote has been closed, at most the confirm time. */
    uint16_t warning_ms; /* How long the warning has stood, at most the hold-off time. */
};

/* What is driven: 1 is high or lit, 0 is floating or dark. */
struct smallbms_outputs {
    uint8_t load_disconnect;
    uint8_t charge_disconnect;
    uint8_t pre_alarm_output;
    uint8_t blue_led;
    uint8_t red_led;
};

void smallbms_init(struct smallbms_state *state);
void smallbms_step(
    struct smallbms_state *state,
    const struct smallbms_inputs *in,
    struct smallbms_outputs *out);

#endif

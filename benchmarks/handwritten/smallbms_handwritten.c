/* One mode after the other, as product.md tells it: how most would write it, and read it. */
#include "smallbms.h"

#include <stdbool.h>

void smallbms_init(struct smallbms_state *state)
{
    state->load = SMALLBMS_LOAD_OFF;
    state->remote_was_closed = 0U;
    state->remote_ms = 0U;
    state->warning_ms = 0U;
}

/* R08: L pulled to battery minus, or H high and not above the supply. */
static bool remote_is_closed(const struct smallbms_inputs *in)
{
    if (in->remote_l_mv < SMALLBMS_L_ON_MV) {
        return true;
    }
    return (in->remote_h_mv > SMALLBMS_H_ON_MV)
        && (in->remote_h_mv <= in->supply_mv + SMALLBMS_H_OVER_MV);
}

/* D9: on is believed after the confirm time, off at once. */
static bool remote_is_on(struct smallbms_state *state, const struct smallbms_inputs *in)
{
    const bool closed = remote_is_closed(in);
    uint32_t closed_ms = 0U;

    if (closed && state->remote_was_closed) {
        closed_ms = state->remote_ms + in->dt_ms;
        if (closed_ms > SMALLBMS_CONFIRM_MS) {
            closed_ms = SMALLBMS_CONFIRM_MS;
        }
    }
    state->remote_was_closed = closed;
    state->remote_ms = (uint8_t)closed_ms;
    return closed_ms == SMALLBMS_CONFIRM_MS;
}

/* The load side while the BMS is enabled. */
static uint8_t next_load(struct smallbms_state *state, const struct smallbms_inputs *in)
{
    uint32_t warning_ms;

    switch (state->load) {
    case SMALLBMS_LOAD_CONNECTED:
        /* R04, R05, D6: a low cell is always announced, even without a pre-alarm signal. */
        if (in->pre_alarm || in->low_cell) {
            state->warning_ms = 0U;
            return SMALLBMS_LOAD_WARNING;
        }
        return SMALLBMS_LOAD_CONNECTED;

    case SMALLBMS_LOAD_WARNING:
        warning_ms = state->warning_ms + in->dt_ms;
        if (warning_ms > SMALLBMS_HOLD_OFF_MS) {
            warning_ms = SMALLBMS_HOLD_OFF_MS;
        }
        state->warning_ms = (uint16_t)warning_ms;
        if (in->low_cell) {
            /* R05, R06: only after the hold-off. */
            return (warning_ms == SMALLBMS_HOLD_OFF_MS) ? SMALLBMS_LOAD_DROPPED
                                                        : SMALLBMS_LOAD_WARNING;
        }
        return in->pre_alarm ? SMALLBMS_LOAD_WARNING : SMALLBMS_LOAD_CONNECTED;

    case SMALLBMS_LOAD_OFF:
    case SMALLBMS_LOAD_DROPPED:
    default:
        /* R14, R17: back only when low cell is withdrawn. */
        if (in->low_cell) {
            return SMALLBMS_LOAD_DROPPED;
        }
        if (in->pre_alarm) {
            state->warning_ms = 0U;
            return SMALLBMS_LOAD_WARNING;
        }
        return SMALLBMS_LOAD_CONNECTED;
    }
}

void smallbms_step(
    struct smallbms_state *state,
    const struct smallbms_inputs *in,
    struct smallbms_outputs *out)
{
    const bool remote_on = remote_is_on(state, in);
    /* R07, R16 */
    const bool enabled = remote_on && in->loop_closed && in->valid;
    /* R03: the charge side needs no memory. */
    const bool may_charge = enabled && !in->high_cell && !in->too_cold && !in->too_hot;
    const uint8_t load = enabled ? next_load(state, in) : SMALLBMS_LOAD_OFF;
    const bool load_runs = (load == SMALLBMS_LOAD_CONNECTED) || (load == SMALLBMS_LOAD_WARNING);

    state->load = load;
    out->load_disconnect = load_runs;
    out->charge_disconnect = may_charge;
    out->pre_alarm_output = (load == SMALLBMS_LOAD_WARNING);
    out->blue_led = load_runs;
    /* R11 */
    out->red_led = remote_on && !may_charge;
}

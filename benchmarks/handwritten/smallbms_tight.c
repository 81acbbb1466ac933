/* The same with size in mind: outputs are driven where they are decided, the safe ones first. */
#include "smallbms.h"

#include <stdbool.h>

void smallbms_init(struct smallbms_state *state)
{
    state->load = SMALLBMS_LOAD_OFF;
    state->remote_was_closed = 0U;
    state->remote_ms = 0U;
    state->warning_ms = 0U;
}

void smallbms_step(
    struct smallbms_state *state,
    const struct smallbms_inputs *in,
    struct smallbms_outputs *out)
{
    const uint8_t load_before = state->load;
    const uint8_t was_closed = state->remote_was_closed;
    uint32_t time_ms;

    /* What holds unless more is found below: all off. */
    out->load_disconnect = 0U;
    out->charge_disconnect = 0U;
    out->pre_alarm_output = 0U;
    out->blue_led = 0U;
    out->red_led = 0U;
    state->load = SMALLBMS_LOAD_OFF;
    state->remote_was_closed = 0U;

    /* R08: L pulled to battery minus, or H high and not above the supply. */
    if ((in->remote_l_mv >= SMALLBMS_L_ON_MV)
        && ((in->remote_h_mv <= SMALLBMS_H_ON_MV)
            || (in->remote_h_mv > in->supply_mv + SMALLBMS_H_OVER_MV))) {
        state->remote_ms = 0U;
        return;
    }

    /* D9: on is believed after the confirm time. */
    state->remote_was_closed = 1U;
    time_ms = was_closed ? state->remote_ms + in->dt_ms : 0U;
    if (time_ms < SMALLBMS_CONFIRM_MS) {
        state->remote_ms = (uint8_t)time_ms;
        return;
    }
    state->remote_ms = SMALLBMS_CONFIRM_MS;

    /* R16 */
    if (!in->loop_closed || !in->valid) {
        out->red_led = 1U;
        return;
    }

    /* R03, R11 */
    if (in->high_cell || in->too_cold || in->too_hot) {
        out->red_led = 1U;
    } else {
        out->charge_disconnect = 1U;
    }

    /* The hold-off runs while the warning stands (R05); nothing else asks for its time. */
    time_ms = 0U;
    if (load_before == SMALLBMS_LOAD_WARNING) {
        time_ms = state->warning_ms + in->dt_ms;
        if (time_ms > SMALLBMS_HOLD_OFF_MS) {
            time_ms = SMALLBMS_HOLD_OFF_MS;
        }
    }
    state->warning_ms = (uint16_t)time_ms;

    /* R14, R05, R06: a low cell keeps a load off, and drops one that runs after the hold-off. */
    if (in->low_cell
        && (((load_before != SMALLBMS_LOAD_CONNECTED) && (load_before != SMALLBMS_LOAD_WARNING))
            || (time_ms == SMALLBMS_HOLD_OFF_MS))) {
        state->load = SMALLBMS_LOAD_DROPPED;
        return;
    }

    /* R02, R04 */
    out->load_disconnect = 1U;
    out->blue_led = 1U;
    state->load = SMALLBMS_LOAD_CONNECTED;
    if (in->pre_alarm || in->low_cell) {
        state->load = SMALLBMS_LOAD_WARNING;
        out->pre_alarm_output = 1U;
    }
}

/*
 * Every 10 ms: look at the pins and at one converter channel, drive what is asked for, say so.
 *
 * A stand-in for a firmware, to test the emulator with. It forgets nothing: memory is as it was
 * found, except what `begin` sets.
 */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SET 0x2000U
#define CLEAR 0x3000U

#define RESETS 0x4000c000U
#define RESET_DONE 0x4000c008U
#define CLOCK_REFERENCE 0x40008030U
#define CLOCK_SYSTEM 0x4000803cU
#define CLOCK_PERIPHERAL 0x40008048U
#define CLOCK_CONVERTER 0x40008060U
#define OSCILLATOR 0x40024000U
#define POWER_WATCHDOG 0x40010008U
#define PIN_CONTROL(pin) (0x40014004U + (8U * (pin)))
#define PAD(pin) (0x4001c004U + (4U * (pin)))
#define UART_DATA 0x40034000U
#define UART_FLAGS 0x40034018U
#define UART_WHOLE 0x40034024U
#define UART_FRACTION 0x40034028U
#define UART_LINE 0x4003402cU
#define UART_CONTROL 0x40034030U
#define CONVERTER 0x4004c000U
#define CONVERTER_RESULT 0x4004c004U
#define ALARM 0x40054010U
#define TIME_NOW 0x40054028U
#define TIMER_RAISED 0x40054034U
#define TIMER_ENABLED 0x40054038U
#define WATCHDOG 0x40058000U
#define WATCHDOG_LOAD 0x40058004U
#define WATCHDOG_REASON 0x40058008U
#define WATCHDOG_SCRATCH 0x4005800cU
#define WATCHDOG_TICK 0x4005802cU
#define PINS_READ 0xd0000004U
#define PINS_OUT 0xd0000010U
#define PINS_ENABLED 0xd0000020U
#define INTERRUPTS_ENABLED 0xe000e100U

/* ADC, IO_BANK0, PADS_BANK0, TIMER, UART0. */
#define BLOCKS 0x00600121U
#define PERIOD_US 10000U
/* 200 ms, which count down twice as fast (RP2040-E1). */
#define PATIENCE 400000U

struct window {
    uint32_t steps;
    uint32_t time_us;
    uint32_t pins;
    uint32_t count;
    uint32_t status;
    uint32_t reason;
    uint32_t boots;
    /* What is asked for. */
    uint32_t enabled;
    uint32_t out;
    uint32_t starving;
    uint32_t crashing;
    uint32_t talking;
};

struct window window;
/* No function, but an address in the table of functions. */
void stack_top(void);
void begin(void);
void tick(void);
void fail(void);

__attribute__((section(".boot"), naked, used)) void boot(void)
{
    __asm volatile(
        "ldr r0, =0x10000100\n"
        "ldr r1, =0xe000ed08\n"
        "str r0, [r1]\n"
        "ldr r1, [r0]\n"
        "msr msp, r1\n"
        "ldr r1, [r0, #4]\n"
        "bx r1\n"
        ".ltorg\n");
}

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    stack_top, begin, fail, fail, fail, fail, fail, fail, fail, fail, fail,
    fail, fail, fail, fail, fail, tick,
};

void fail(void)
{
    REGISTER(PINS_ENABLED) = 0U;
    for (;;) {
    }
}

static void say(const char *text)
{
    while (*text != '\0') {
        while ((REGISTER(UART_FLAGS) & 0x20U) != 0U) {
        }
        REGISTER(UART_DATA) = (uint32_t)(uint8_t)*text;
        text++;
    }
}

void tick(void)
{
    REGISTER(TIMER_RAISED) = 1U;
    REGISTER(ALARM) += PERIOD_US;
    window.time_us = REGISTER(TIME_NOW);
    window.pins = REGISTER(PINS_READ);
    REGISTER(CONVERTER) = 5U;
    for (uint32_t patience = 100U; patience > 0U; patience--) {
        window.status = REGISTER(CONVERTER);
        if ((window.status & 0x100U) != 0U) {
            break;
        }
    }
    window.count = REGISTER(CONVERTER_RESULT);
    REGISTER(PINS_OUT) = window.out;
    REGISTER(PINS_ENABLED) = window.enabled;
    if (window.talking != 0U) {
        say("tick\n");
    }
    if (window.crashing != 0U) {
        window.count = REGISTER(0x60000000U);
    }
    if (window.starving == 0U) {
        REGISTER(WATCHDOG_LOAD) = PATIENCE;
    }
    window.steps++;
}

void begin(void)
{
    REGISTER(OSCILLATOR) = 0x00fabaa0U;
    while ((REGISTER(OSCILLATOR + 4U) & 0x80000000U) == 0U) {
    }
    REGISTER(CLOCK_REFERENCE) = 2U;
    REGISTER(CLOCK_SYSTEM) = 0U;
    REGISTER(CLOCK_PERIPHERAL) = 0x880U;
    REGISTER(CLOCK_CONVERTER) = 0x860U;
    REGISTER(WATCHDOG_TICK) = 0x20cU;
    REGISTER(RESETS + CLEAR) = BLOCKS;
    while ((REGISTER(RESET_DONE) & BLOCKS) != BLOCKS) {
    }

    window.steps = 0U;
    window.enabled = 0U;
    window.starving = 0U;
    window.crashing = 0U;
    window.talking = 0U;
    window.reason = REGISTER(WATCHDOG_REASON);
    window.boots = REGISTER(WATCHDOG_SCRATCH) + 1U;
    REGISTER(WATCHDOG_SCRATCH) = window.boots;

    /* GPIO 2 to 5 in and out, with no pull, up, down, and up and down; 26 for the converter. */
    for (uint32_t pin = 2U; pin <= 5U; pin++) {
        REGISTER(PAD(pin)) = 0x52U | ((pin - 2U) << 2);
        REGISTER(PIN_CONTROL(pin)) = 5U;
    }
    REGISTER(PAD(26U)) = 0x80U;
    REGISTER(PIN_CONTROL(0U)) = 2U;

    /* 12 MHz / 16 / (6 + 33/64) is 115,108 baud. */
    REGISTER(UART_WHOLE) = 6U;
    REGISTER(UART_FRACTION) = 33U;
    REGISTER(UART_LINE) = 0x70U;
    REGISTER(UART_CONTROL) = 0x101U;
    say("begin\n");

    REGISTER(CONVERTER) = 1U;
    REGISTER(TIMER_ENABLED) = 1U;
    REGISTER(INTERRUPTS_ENABLED) = 1U;
    REGISTER(ALARM) = REGISTER(TIME_NOW) + PERIOD_US;
    REGISTER(POWER_WATCHDOG) = 0x1fffcU;
    REGISTER(WATCHDOG_LOAD) = PATIENCE;
    REGISTER(WATCHDOG) = 0x40000000U;
    for (;;) {
        __asm volatile("wfi");
    }
}

// One RP2040 from its release from reset to the next reset: rp2040js, with what it lacks.
//
// What the silicon would refuse or get wrong is a complaint here, and a complaint fails the test:
// a block used while held in reset, a clock or tick that is not running, a byte sent to nowhere.
import { RP2040 } from "rp2040js";
import { Transmitter } from "./transmitter.mjs";

export const SRAM = 0x20000000, FLASH = 0x10000000;
const BOOT_STAGE = 256, BOOT_STAGE_AT = 0x41f00;
const RING_OSCILLATOR_HZ = 6.5e6;
// What the mask ROM takes from reset to the image, counted in rp2040py.
const ROM_CYCLES = 38782;
const PAD_AFTER_RESET = 0x56, PAD_OUTPUT_DISABLE = 0x80, PAD_PULLS = 0x0c;
const HARD_FAULT = 3;
const CRYSTAL_MHZ = 12;
// What the sums of a long run may be off by.
const ROUNDING_US = 1e-4;
const TICK = 0x2c, TICK_ENABLE = 1 << 9, TICK_RUNNING = 1 << 10, TICK_CYCLES = 0x1ff;
const WATCHDOG_CONTROL = 0x00, WATCHDOG_ENABLE = 1 << 30;
// All domains but the two oscillators: less would leave parts of the chip as they were.
const WHOLE_CHIP = 0x1fffc;
const ADC_CLOCK_ON = 1 << 11, ADC_STATUS = 0x00, ADC_ERROR_STICKY = 1 << 10;
const FIRST_ANALOGUE_PIN = 26, ANALOGUE_PINS = 4, CONVERSION_NS = 2000;
const ALL_BLOCKS = 0x1ffffff;
const BLOCKS = {
    0x4004c: 0, 0x40030: 1, 0x50000: 2, 0x40044: 3, 0x40048: 4, 0x40014: 5, 0x40018: 6, 0x4001c: 8,
    0x40020: 9, 0x50200: 10, 0x50300: 11, 0x40028: 12, 0x4002c: 13, 0x40050: 14, 0x4005c: 15,
    0x4003c: 16, 0x40040: 17, 0x40004: 18, 0x40000: 19, 0x4006c: 20, 0x40054: 21, 0x40034: 22,
    0x40038: 23, 0x50110: 24,
};
// IO_QSPI, PADS_QSPI and TIMER: what the mask ROM has taken out of reset when it starts an image.
const RELEASED_BY_ROM = (1 << 6) | (1 << 9) | (1 << 21);

function crc32mpeg2(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte << 24;
        for (let bit = 0; bit < 8; bit++) {
            crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
        }
    }
    return crc >>> 0;
}

export class FaultTaken extends Error {}

// Makes a chip that is about to run the boot stage of `image`.
//
// before: {sram, scratch, reason} as the last reset left them; timer: {start_us, rate};
// converted(channel) gives {value, error} or null, if the conversion never ends;
// hooks: complain(text), fault(text) which is true if faults are taken, watchdog(reason).
export function makeChip(clock, { image, rom, before, timer, converted, hooks }) {
    const mcu = new RP2040(clock);
    const said = (component, message) => hooks.complain(`${component}: ${message}`);
    mcu.logger = { debug() {}, info() {}, warn: said, error: said };
    mcu.flash.set(image, 0);
    mcu.sram.set(before.sram);
    if (rom) {
        mcu.bootrom.set(rom);
    }
    mcu.clkSys = RING_OSCILLATOR_HZ;
    mcu.ppb.systickTimer.frequency = RING_OSCILLATOR_HZ;
    repairPads(mcu);
    repairSleep(mcu);
    repairFaults(mcu, hooks);
    const ticking = repairWatchdog(mcu, before, hooks);
    repairTimer(mcu, timer, ticking, hooks);
    repairConverter(mcu, converted, hooks);
    holdInReset(mcu, hooks);
    const transmitters = [0, 1].map((number) => new Transmitter(mcu, number, hooks.complain));
    clock.tick((ROM_CYCLES * 1e9) / RING_OSCILLATOR_HZ);
    start(mcu, image);
    return { mcu, transmitters };
}

// What the mask ROM does: check the boot stage, copy it to SRAM, jump to it.
function start(mcu, image) {
    const stage = image.subarray(0, BOOT_STAGE);
    const view = new DataView(stage.buffer, stage.byteOffset, BOOT_STAGE);
    if (crc32mpeg2(stage.subarray(0, BOOT_STAGE - 4)) !== view.getUint32(BOOT_STAGE - 4, true)) {
        throw new Error("the boot stage fails its CRC: a chip would wait for USB");
    }
    mcu.sram.set(stage, BOOT_STAGE_AT);
    mcu.core.SP = mcu.core.PC = SRAM + BOOT_STAGE_AT;
    mcu.core.LR = 0;
}

// Pads begin as silicon's do, and their bit that disables the output does.
function repairPads(mcu) {
    for (const pin of mcu.gpio) {
        pin.padValue = PAD_AFTER_RESET;
        pin.lastValue = pin.value;
    }
    const prototype = Object.getPrototypeOf(mcu.gpio[0]);
    if (!Object.hasOwn(prototype, "repaired")) {
        const { get } = Object.getOwnPropertyDescriptor(prototype, "outputEnable");
        Object.defineProperty(prototype, "outputEnable", {
            get() {
                return !(this.padValue & PAD_OUTPUT_DISABLE) && get.call(this);
            },
        });
        prototype.repaired = true;
    }
}

// A pending interrupt that is masked ends a sleep, and is taken after the mask is gone.
function repairSleep(mcu) {
    const { core } = mcu;
    const check = core.checkForInterrupts.bind(core);
    core.checkForInterrupts = () => {
        if (!(core.waiting && core.PM)) {
            return check();
        }
        if (core.pendingInterrupts & core.enabledInterrupts || core.pendingSystick) {
            core.waiting = false;
            core.interruptsUpdated = true;
        }
        return false;
    };
}

// An undefined instruction, a breakpoint or an access to nowhere is a HardFault.
function repairFaults(mcu, hooks) {
    mcu.onBreak = (code) => {
        if (hooks.fault(`breakpoint or undefined instruction ${code}`)) {
            mcu.core.exceptionEntry(HARD_FAULT);
        }
    };
    const { warn } = mcu.logger;
    const nowhere = /^(Read from invalid memory|Write to undefined) address/;
    mcu.logger.warn = mcu.logger.error = (component, message) => {
        if (nowhere.test(message) || message.endsWith("not 32 bit aligned")) {
            if (hooks.fault(message)) {
                throw new FaultTaken(message);
            }
        } else {
            warn(component, message);
        }
    };
}

export function takeFault(mcu) {
    mcu.core.exceptionEntry(HARD_FAULT);
}

// Reset keeps the reason and the scratch registers. The tick that drives it begins switched off.
function repairWatchdog(mcu, before, hooks) {
    const watchdog = mcu.peripherals[0x40058];
    watchdog.scratchData.set(before.scratch);
    watchdog.reason = before.reason;
    watchdog.tickEnable = false;
    let cycles = 0;
    watchdog.onWatchdogTrigger = () => {
        // It would go off again at once, and the clock would never move on.
        watchdog.alarm.enable = false;
        const domains = mcu.peripherals[0x40010].wdsel;
        if ((domains & WHOLE_CHIP) !== WHOLE_CHIP) {
            hooks.complain(`WATCHDOG: resets only the domains ${domains.toString(16)}`);
        }
        hooks.watchdog(watchdog);
    };
    const ticking = () => watchdog.tickEnable && cycles === CRYSTAL_MHZ;
    const read = watchdog.readUint32.bind(watchdog), write = watchdog.writeUint32.bind(watchdog);
    watchdog.readUint32 = (offset) => (offset === TICK
        ? cycles | (watchdog.tickEnable ? TICK_ENABLE | TICK_RUNNING : 0) : read(offset));
    watchdog.writeUint32 = (offset, value) => {
        if (offset === TICK) {
            cycles = value & TICK_CYCLES;
        }
        if (offset === WATCHDOG_CONTROL && value & WATCHDOG_ENABLE && !ticking()) {
            hooks.complain("WATCHDOG: enabled without a tick of 1 µs");
        }
        write(offset, value);
    };
    return ticking;
}

// The timer has a beginning of its own, counts whole microseconds, and may run fast or slow.
function repairTimer(mcu, settings, ticking, hooks) {
    const timer = mcu.peripherals[0x40054];
    const { clock } = mcu;
    let since_ns = Math.floor(clock.nanos), since_us = settings.start_us, rate = settings.rate;
    const now_us = () =>
        since_us + Math.floor(((clock.nanos - since_ns) * rate) / 1000 + ROUNDING_US);
    settings.change = (faster) => {
        since_us = now_us();
        since_ns = Math.floor(clock.nanos);
        rate = faster;
    };
    timer.clock = { get nanos() { return now_us() * 1000; } };
    for (const alarm of timer.alarms) {
        const real = alarm.clockAlarm;
        alarm.clockAlarm = {
            schedule(delta) {
                if (!ticking()) {
                    hooks.complain("TIMER: an alarm is set, but no tick of 1 µs drives it");
                }
                // To when the counter gets there, not to a part of a microsecond before.
                const target = now_us() + delta / 1000;
                const at = since_ns + Math.ceil(((target - since_us) * 1000) / rate);
                real.schedule(at - clock.nanos);
            },
            cancel: () => real.cancel(),
        };
    }
}

function repairConverter(mcu, converted, hooks) {
    const { adc } = mcu;
    let result = null, asked = 0;
    const done = mcu.clock.createAlarm(() => adc.completeADCRead(result.value, result.error));
    const proceed = () => {
        result = converted(asked);
        if (result !== null) {
            done.schedule(CONVERSION_NS);
        }
    };
    // A conversion that was stuck goes on.
    adc.resume = () => {
        if (adc.busy && result === null) {
            proceed();
        }
    };
    adc.onADCRead = (channel) => {
        if (!(mcu.clocks.adcCtrl & ADC_CLOCK_ON)) {
            hooks.complain("ADC: a conversion is started without a clock");
        }
        const pad = mcu.gpio[FIRST_ANALOGUE_PIN + channel]?.padValue;
        if (channel < ANALOGUE_PINS && pad & PAD_PULLS) {
            hooks.complain(`ADC: channel ${channel} is pulled by its own pad`);
        }
        asked = channel;
        proceed();
    };
    const write = adc.writeUint32.bind(adc);
    adc.writeUint32 = (offset, value) => {
        if (offset === ADC_STATUS && adc.rawWriteValue & ADC_ERROR_STICKY) {
            adc.cs &= ~ADC_ERROR_STICKY;
        }
        write(offset, value);
    };
}

// Blocks begin in reset, and say nothing while they are in it.
function holdInReset(mcu, hooks) {
    const resets = mcu.peripherals[0x4000c];
    resets.reset = ALL_BLOCKS & ~RELEASED_BY_ROM;
    Object.defineProperty(resets, "reset_done", { get: () => ~resets.reset & ALL_BLOCKS, set() {} });
    for (const [address, bit] of Object.entries(BLOCKS)) {
        const block = mcu.peripherals[address];
        const read = block.readUint32.bind(block), write = block.writeUint32Atomic.bind(block);
        const held = () => {
            if (resets.reset & (1 << bit)) {
                hooks.complain(`${block.name}: used while held in reset`);
            }
        };
        block.readUint32 = (offset) => {
            held();
            return read(offset);
        };
        block.writeUint32Atomic = (offset, value, kind) => {
            held();
            write(offset, value, kind);
        };
    }
}

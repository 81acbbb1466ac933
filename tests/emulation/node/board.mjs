// A chip on its board: wires, a clock, and a record of all that happens at the pins.
//
// Time is simulated, and nothing else is there: the same orders give the same record.
import { RP2040 } from "rp2040js";
import { FrontEnd } from "./front_end.mjs";
import { FLASH, FaultTaken, SRAM, makeChip, takeFault } from "./chip.mjs";

const LEVELS = ["LOW", "HIGH", "Z", "Z_UP", "Z_DOWN", "Z_KEEP"];
const LOW = 0, HIGH = 1, PULLED_UP = 3;
const SRAM_SIZE = 264 * 1024;
const CHANNELS = 5, SCRATCH_WORDS = 8;
// Complaints repeat with every instruction; the first ones tell.
const MOST_COMPLAINTS = 20;

export class Board {
    // orders: {image, rom, watched, timer_us, seed, tolerated, faults, front_end}
    constructor(image, rom, orders) {
        this.image = image;
        this.rom = rom;
        this.watched = orders.watched;
        this.timer = { start_us: orders.timer_us, rate: 1 };
        this.seed = orders.seed;
        this.tolerated = orders.tolerated;
        this.takesFaults = orders.faults;
        // Only a chip can make one.
        this.clock = new RP2040().clock;
        this.until_ns = 0;
        this.frontEnd = orders.front_end ? new FrontEnd(this, orders.front_end) : null;
        this.wires = new Map(); // pin -> level that something outside drives
        this.channels = new Array(CHANNELS).fill({ value: 0, error: false });
        this.events = [];
        this.lines = [];
        this.complaints = [];
        this.partial = ["", ""]; // of each UART the text of its unfinished line
        this.transmitters = [];
        this.traced = null;
        this.copies = [];
        this.instructions = 0;
        this.power();
    }

    get now() {
        return Math.round(this.clock.nanos);
    }

    complain(text) {
        if (this.tolerated.some((each) => text.includes(each))) {
            return;
        }
        if (this.complaints.length < MOST_COMPLAINTS) {
            const pc = this.mcu ? this.mcu.core.PC.toString(16) : "reset";
            this.complaints.push(`${this.now} ns, pc ${pc}: ${text}`);
        }
    }

    // Power comes on: nothing is remembered, and SRAM holds anything.
    power() {
        const words = new Uint32Array(SRAM_SIZE / 4);
        for (let k = 0, random = this.seed; k < words.length; k++) {
            random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
            words[k] = random;
        }
        const sram = new Uint8Array(words.buffer);
        this.begin({ sram, scratch: new Uint32Array(SCRATCH_WORDS), reason: 0 });
    }

    // The watchdog's reset: the timer begins at 0 again, SRAM and scratch registers stay.
    reset() {
        const { mcu } = this;
        const { scratchData, reason } = mcu.peripherals[0x40058];
        this.begin({ sram: mcu.sram, scratch: scratchData.slice(), reason });
    }

    begin(before) {
        const levels = this.mcu ? this.levels(this.watched) : [];
        this.collect();
        this.expired = null;
        this.clock.nextAlarm = null;
        const hooks = {
            complain: (text) => this.complain(text),
            fault: (text) => this.fault(text),
            watchdog: (watchdog) => this.watchdog(watchdog),
        };
        const timer = { start_us: before.reason ? 0 : this.timer.start_us, rate: 1 };
        const reset_ns = this.now;
        const { mcu, transmitters } = makeChip(this.clock, {
            image: this.image,
            rom: this.rom,
            before,
            timer,
            converted: (channel) => this.channels[channel],
            hooks,
        });
        Object.assign(this, { mcu, transmitters, timer: { ...this.timer, change: timer.change } });
        this.watchCounter();
        mcu.addClockListener((hz) => { this.cycle_ns = 1e9 / hz; });
        this.cycle_ns = 1e9 / mcu.clkSys;
        this.initial = { flash: mcu.flash.slice(0, this.image.length), rom: mcu.bootrom.slice() };
        for (const pin of mcu.gpio) {
            this.settle(pin);
            pin.addListener(() => this.changed(pin));
        }
        this.frontEnd?.attach(mcu);
        this.watched.forEach((pin, k) => {
            const level = LEVELS[mcu.gpio[pin].value];
            if (level !== levels[k]) {
                this.events.push([reset_ns, "pin", pin, level]);
            }
        });
    }

    watchdog(watchdog) {
        if (!this.expired) {
            this.expired = watchdog;
            this.events.push([this.now, "watchdog", watchdog.reason, ""]);
        }
    }

    fault(text) {
        if (this.takesFaults) {
            this.events.push([this.now, "fault", 0, text]);
        } else {
            this.complain(text);
        }
        return this.takesFaults;
    }

    changed(pin) {
        if (this.watched.includes(pin.index)) {
            this.events.push([this.now, "pin", pin.index, LEVELS[pin.value]]);
        }
        this.settle(pin);
    }

    // The chip reads what is at the pin, whoever drives it; nobody's pin follows its pulls.
    settle(pin) {
        const wire = this.wires.get(pin.index), { value } = pin;
        if (wire !== undefined && (value === LOW || value === HIGH) && wire !== (value === HIGH)) {
            this.complain(`pin ${pin.index}: driven from both sides`);
        }
        const level = wire ?? (value === HIGH || value === PULLED_UP);
        if (pin.rawInputValue !== level) {
            pin.setInputValue(level);
        }
    }

    // level: true, false, or null for an open wire.
    drive(number, level) {
        if (level === null) {
            this.wires.delete(number);
        } else {
            this.wires.set(number, level);
        }
        this.settle(this.mcu.gpio[number]);
    }

    levels(pins) {
        return pins.map((pin) => LEVELS[this.mcu.gpio[pin].value]);
    }

    feed(number, bytes) {
        const uart = this.mcu.uart[number];
        for (const byte of bytes) {
            if (uart.rxFIFO.full) {
                this.complain(`${uart.name}: a received byte is lost in a full FIFO`);
            }
            uart.feedByte(byte);
        }
    }

    // Goes on for `us`, counted from where the run before should have ended, so nothing adds up.
    run(us) {
        this.until_ns += us * 1000;
        const { clock, until_ns } = this;
        while (clock.nanosCounter < until_ns && !this.complaints.length) {
            if (this.expired) {
                this.reset();
            }
            const { core } = this.mcu;
            if (!core.waiting) {
                this.execute(core, until_ns);
            } else if (core.pendingInterrupts & core.enabledInterrupts) {
                core.waiting = false;
            } else {
                this.rest();
            }
        }
    }

    execute(core, until_ns) {
        const { clock } = this;
        try {
            while (!core.waiting && !this.expired && clock.nanosCounter < until_ns) {
                clock.tick(core.executeInstruction() * this.cycle_ns);
                this.instructions++;
            }
        } catch (error) {
            if (!(error instanceof FaultTaken)) {
                throw error;
            }
            takeFault(this.mcu);
        }
    }

    // The processor is held for `us`, or until a reset; time goes on for all else.
    stall(us) {
        this.until_ns += us * 1000;
        while (this.clock.nanosCounter < this.until_ns && !this.expired) {
            this.rest();
        }
        this.run(0);
    }

    // Until the next thing happens by itself.
    rest() {
        const { clock } = this;
        const left = this.until_ns - clock.nanosCounter;
        clock.tick(clock.nextAlarm ? Math.min(clock.nanosToNextAlarm, left) : left);
    }

    peek(address, length) {
        const { sram, flash } = this.mcu;
        const at = address - SRAM;
        if (at >= 0 && at + length <= sram.length) {
            return sram.slice(at, at + length);
        }
        if (address >= FLASH && address - FLASH + length <= flash.length) {
            return flash.slice(address - FLASH, address - FLASH + length);
        }
        const words = Uint32Array.from({ length: length >> 2 }, (_, k) =>
            this.mcu.readUint32(address + 4 * k));
        return new Uint8Array(words.buffer);
    }

    poke(address, bytes) {
        const { sram, flash } = this.mcu;
        const at = address - SRAM;
        if (at >= 0 && at + bytes.length <= sram.length) {
            sram.set(bytes, at);
        } else if (address >= FLASH && address - FLASH + bytes.length <= flash.length) {
            flash.set(bytes, address - FLASH);
            this.image = this.initial.flash = flash.slice(0, this.image.length);
        } else {
            const words = new Uint32Array(Uint8Array.from(bytes).buffer);
            words.forEach((word, k) => this.mcu.writeUint32(address + 4 * k, word));
        }
    }

    flip(address, mask) {
        this.poke(address, this.peek(address, 1).map((byte) => byte ^ mask));
    }

    // What a chip would have answered with a fault, seen only at the end.
    inspect() {
        const { flash, bootrom } = this.mcu;
        if (Buffer.compare(flash.slice(0, this.image.length), this.initial.flash)) {
            this.complain("the flash was written to");
        }
        if (bootrom.some((word, k) => word !== this.initial.rom[k])) {
            this.complain("the mask ROM was written to");
        }
    }

    // From now on memory is copied whenever the program counts: {counter, address, length} or null.
    trace(traced) {
        this.traced = traced;
        this.watchCounter();
    }

    watchCounter() {
        const { mcu } = this;
        if (this.traced === null || Object.hasOwn(mcu, "writeUint32")) {
            return;
        }
        const write = mcu.writeUint32.bind(mcu);
        mcu.writeUint32 = (address, value) => {
            write(address, value);
            if (address === this.traced?.counter) {
                this.copies.push(this.peek(this.traced.address, this.traced.length));
            }
        };
    }

    collect() {
        this.transmitters.forEach((transmitter, number) => {
            for (const [end_ns, byte] of transmitter.collect()) {
                if (byte === 10) {
                    this.lines.push([Math.round(end_ns), number, this.partial[number]]);
                    this.partial[number] = "";
                } else {
                    this.partial[number] += String.fromCharCode(byte);
                }
            }
        });
    }

    // Everything since the last report. Text comes by whole lines.
    report() {
        this.collect();
        const { events, lines, complaints } = this;
        this.events = [];
        this.lines = [];
        this.complaints = [];
        return { now_ns: this.now, events, lines, complaints };
    }
}

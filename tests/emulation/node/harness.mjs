// One emulated Pico, steered by JSON: one object a line in, one object a line out.
//
// Each order has an `op`; each answer says what it was asked for and all that happened meanwhile:
// {now_ns, events, lines, complaints}. What cannot be done is answered with {error}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Board } from "./board.mjs";

let board = null;
let tracer = null;

// The emulator talks to the console in places, and standard output is the answers' own.
for (const name of ["log", "info", "debug"]) {
    console[name] = () => {};
}
for (const name of ["warn", "error"]) {
    console[name] = (...words) => board?.complain(words.join(" "));
}

const bytes = (hex) => Buffer.from(hex, "hex");

function wire({ adc, gpio, uart, poke, flip }) {
    for (const [channel, value, error] of adc ?? []) {
        board.channels[channel] = value === null ? null : { value, error };
        board.mcu.adc.resume();
    }
    for (const [pin, level] of gpio ?? []) {
        board.drive(pin, level);
    }
    for (const [number, hex] of uart ?? []) {
        board.feed(number, bytes(hex));
    }
    for (const [address, hex] of poke ?? []) {
        board.poke(address, bytes(hex));
    }
    for (const [address, mask] of flip ?? []) {
        board.flip(address, mask);
    }
}

// Copies memory whenever the processor goes to sleep with another count than before.
class Trace {
    constructor({ counter, address, length }) {
        Object.assign(this, { counter, address, length });
        this.copies = [];
        this.last = this.count();
    }

    copied() {
        return Buffer.concat(this.copies.splice(0)).toString("hex");
    }

    count() {
        return Buffer.from(board.peek(this.counter, 4)).readUInt32LE();
    }

    look() {
        const count = this.count();
        if (count !== this.last) {
            this.last = count;
            this.copies.push(Buffer.from(board.peek(this.address, this.length)));
        }
    }
}

const OPERATIONS = {
    load(order) {
        const rom = order.rom ? new Uint32Array(Uint8Array.from(bytes(order.rom)).buffer) : null;
        board = new Board(new Uint8Array(readFileSync(order.path)), rom, order);
        tracer = null;
    },
    // What a play with a trace did not see any more, the next one with a trace does.
    play({ steps, trace }) {
        if (trace && tracer?.address !== trace.address) {
            tracer = new Trace(trace);
        }
        const look = trace ? () => tracer.look() : undefined;
        for (const step of steps) {
            wire(step);
            if (step.stall_us) {
                board.stall(step.stall_us, look);
            }
            board.run(step.us, look);
        }
        return trace ? { trace: tracer.copied() } : {};
    },
    power() {
        board.power();
    },
    levels: ({ pins }) => ({ levels: board.levels(pins) }),
    peek: ({ address, length }) => ({
        bytes: Buffer.from(board.peek(address, length)).toString("hex"),
    }),
    rate({ rate }) {
        board.timer.change(rate);
    },
    statistics: () => ({
        instructions: board.instructions,
        system_hz: board.mcu.clkSys,
        cpu_us: Object.values(process.cpuUsage()).reduce((a, b) => a + b),
        unfinished: board.partial,
    }),
    inspect() {
        board.inspect();
    },
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let answer;
    try {
        const order = JSON.parse(line);
        answer = { ...OPERATIONS[order.op](order), ...board.report() };
    } catch (error) {
        answer = { error: String(error.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}

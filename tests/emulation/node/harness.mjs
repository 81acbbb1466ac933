// One emulated Pico, steered by JSON: one object a line in, one object a line out.
//
// Each order has an `op`; each answer says what it was asked for and all that happened meanwhile:
// {now_ns, events, lines, complaints}. What cannot be done is answered with {error}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Board } from "./board.mjs";

let board = null;

// The emulator talks to the console in places, and standard output is the answers' own.
for (const name of ["log", "info", "debug"]) {
    console[name] = () => {};
}
for (const name of ["warn", "error"]) {
    console[name] = (...words) => board?.complain(words.join(" "));
}

const bytes = (hex) => Buffer.from(hex, "hex");

function wire({ adc, gpio, uart, poke, flip, front_end }) {
    if (front_end) {
        board.frontEnd.wire(front_end);
    }
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

const OPERATIONS = {
    load(order) {
        const rom = order.rom ? new Uint32Array(Uint8Array.from(bytes(order.rom)).buffer) : null;
        board = new Board(new Uint8Array(readFileSync(order.path)), rom, order);
    },
    play({ steps, trace }) {
        board.trace(trace ?? null);
        for (const step of steps) {
            wire(step);
            if (step.stall_us) {
                board.stall(step.stall_us);
            }
            board.run(step.us);
        }
        return { trace: Buffer.concat(board.copies.splice(0)).toString("hex") };
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

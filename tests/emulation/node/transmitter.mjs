// A UART as the chip has it: a byte takes its ten bit times to leave, a FIFO of 32 fills up, and
// the interrupt comes when it runs low. rp2040js sends in no time and asks for more for ever.

const DEPTH = 32;
const BITS_OF_A_BYTE = 10;
const DATA = 0x00, RECEIVE_STATUS = 0x04, LEVELS = 0x34, DMA_CONTROL = 0x48;
const FULL = 1 << 5, EMPTY = 1 << 7, BUSY = 1 << 3, RECEIVER_EMPTY = 1 << 4;
const RUNNING_LOW = 1 << 5;
const LOW_EIGHTHS = [1, 2, 4, 6, 7];
const AT_HALF = 0b010010;
const PERIPHERAL_CLOCK_ON = 1 << 11;
const FUNCTION_UART = 2;
// The pins that each UART can send on.
const WAYS_OUT = [[0, 12, 16, 28], [4, 8, 20, 24]];

export class Transmitter {
    // `complain(text)` takes what would not work on the chip.
    constructor(mcu, number, complain) {
        this.mcu = mcu;
        this.uart = mcu.uart[number];
        this.ways = WAYS_OUT[number];
        this.complain = complain;
        this.waiting = []; // when each byte that waits begins to leave [ns]
        this.sent = []; // [when its stop bit ended [ns], byte]
        this.free_ns = 0; // when the last byte has left
        this.stored = new Map([[LEVELS, AT_HALF], [DMA_CONTROL, 0], [RECEIVE_STATUS, 0]]);
        this.low = mcu.clock.createAlarm(() => this.ranLow());
        this.install();
    }

    install() {
        const { uart, stored } = this;
        const read = uart.readUint32.bind(uart), write = uart.writeUint32.bind(uart);
        uart.checkInterrupts = () => {
            uart.rp2040.setInterrupt(uart.irq, !!(uart.interruptStatus & uart.interruptMask));
        };
        Object.defineProperty(uart, "flags", { get: () => this.flags() });
        uart.readUint32 = (offset) => (stored.has(offset) ? stored.get(offset) : read(offset));
        uart.writeUint32 = (offset, value) => {
            if (stored.has(offset)) {
                stored.set(offset, value);
            } else if (offset === DATA) {
                this.write(value & 0xff);
            } else {
                write(offset, value);
            }
        };
    }

    get now() {
        return this.mcu.clock.nanos;
    }

    get level() {
        while (this.waiting.length && this.waiting[0] <= this.now) {
            this.waiting.shift();
        }
        return this.waiting.length;
    }

    get depth() {
        return this.uart.fifosEnabled ? DEPTH : 1;
    }

    flags() {
        const level = this.level;
        return (level >= this.depth ? FULL : 0) | (level ? 0 : EMPTY)
            | (this.free_ns > this.now ? BUSY : 0)
            | (this.uart.rxFIFO.empty ? RECEIVER_EMPTY : 0);
    }

    write(byte) {
        const { uart, mcu } = this;
        if (!uart.enabled || !uart.txEnabled || !(mcu.clocks.periCtrl & PERIPHERAL_CLOCK_ON)) {
            return this.complain(`${uart.name}: a byte is sent, but it is switched off`);
        }
        if (!this.ways.some((pin) => mcu.gpio[pin].functionSelect === FUNCTION_UART)) {
            return this.complain(`${uart.name}: a byte is sent, but to no pin`);
        }
        if (this.level >= this.depth) {
            return this.complain(`${uart.name}: a byte is lost in a full FIFO`);
        }
        const begin = Math.max(this.now, this.free_ns);
        this.free_ns = begin + (BITS_OF_A_BYTE * 1e9 * uart.baudDivider * 16) / mcu.clkPeri;
        this.sent.push([this.free_ns, byte]);
        if (begin > this.now) {
            this.waiting.push(begin);
        }
        this.scheduleLow();
    }

    // The interrupt marks the passage from above the level to it, so a short text raises none.
    scheduleLow() {
        const threshold = (this.depth * (LOW_EIGHTHS[this.stored.get(LEVELS) & 7] ?? 4)) >> 3;
        if (this.waiting.length > threshold) {
            this.low.schedule(this.waiting[this.waiting.length - threshold - 1] - this.now);
        }
    }

    ranLow() {
        this.uart.interruptStatus |= RUNNING_LOW;
        this.uart.checkInterrupts();
    }

    // The bytes that have left by now, which are then forgotten.
    collect() {
        let count = 0;
        while (count < this.sent.length && this.sent[count][0] <= this.now) {
            count++;
        }
        return this.sent.splice(0, count);
    }
}

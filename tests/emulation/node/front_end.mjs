// A BQ76920 at the I2C block of the chip, register by register, and what may be wrong with it.
//
// rp2040js has the block's registers and queues, but no time, no pins and no reset: those are here.
// Rounds of cells end every 250 ms and set CC_READY, temperatures come every 2 s.

const ROUND_NS = 250e6, ROUNDS_OF_TEMPERATURE = 8;
const INPUTS = 5, REGISTERS = 256;
const SYS_STAT = 0x00, SYS_CTRL1 = 0x04, SYS_CTRL2 = 0x05, CC_CFG = 0x0b, VC1_HI = 0x0c;
const TS1_HI = 0x2c, TRIM = [0x50, 0x51, 0x59];
const CC_READY = 0x80, ADC_EN = 0x10, TEMP_SEL = 0x08, CC_EN = 0x40;
const WRITABLE = new Map([[SYS_CTRL1, 0x1b], [SYS_CTRL2, 0xe3], [CC_CFG, 0x3f]]);
const BITS_OF_BYTE = 9, FASTEST_NS = 10000;
const RESETS = 0x4000c, RESET_I2C0 = 1 << 3, FUNCTION_I2C = 3;
const LOW = 0, READ = 1;

export function crc8(bytes, crc = 0) {
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            crc = (crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1) & 0xff;
        }
    }
    return crc;
}

export class FrontEnd {
    // board: whose pins and time; given: {address, sda, scl, trim}
    constructor(board, given) {
        Object.assign(this, { board, ...given });
        this.registers = new Uint8Array(REGISTERS);
        this.cells = new Array(INPUTS).fill(0); // what is at the inputs now, as counts
        this.thermistor = 0;
        this.fault = {};
        this.forget();
    }

    // As it is when it has been started: nothing is set, nothing measured.
    forget() {
        this.registers.fill(0);
        TRIM.forEach((address, k) => { this.registers[address] = this.trim[k]; });
        this.round_ns = this.board.clock.nanos;
        this.rounds = 0;
        this.begin();
    }

    begin() {
        this.pointer = null; // the register that is spoken of; null until it was told
        this.check = []; // what the next CRC is of
        this.data = null; // a byte that waits for its CRC
    }

    attach(mcu) {
        this.mcu = mcu;
        const i2c = this.i2c = mcu.i2c[0];
        this.next = () => {};
        this.alarm = mcu.clock.createAlarm(() => this.next());
        i2c.onStart = () => this.after(1, () => i2c.completeStart());
        i2c.onStop = () => this.after(1, () => i2c.completeStop());
        i2c.onConnect = (address, mode) =>
            this.after(BITS_OF_BYTE, () => i2c.completeConnect(this.connect(address, mode)));
        i2c.onWriteByte = (byte) =>
            this.after(BITS_OF_BYTE, () => i2c.completeWrite(this.written(byte)));
        i2c.onReadByte = () => this.after(BITS_OF_BYTE, () => i2c.completeRead(this.read()));
        const resets = mcu.peripherals[RESETS];
        const write = resets.writeUint32.bind(resets);
        resets.writeUint32 = (offset, value) => {
            write(offset, value);
            if (resets.reset & RESET_I2C0) {
                this.resetBlock();
            }
        };
        let low = false;
        mcu.gpio[this.scl].addListener(() => {
            const was = low;
            low = mcu.gpio[this.scl].value === LOW;
            if (was && !low) {
                this.clocked();
            }
        });
        this.hold();
    }

    // What a reset makes of the block, which rp2040js resets never.
    resetBlock() {
        const { i2c } = this;
        this.alarm.cancel();
        Object.assign(i2c, {
            state: 0, busy: false, stop: false, pendingRestart: false, firstByte: false,
            enable: 0, intRaw: 0, abortSource: 0,
        });
        i2c.txFIFO.reset();
        i2c.rxFIFO.reset();
    }

    // Some bits later; never, if a line is held.
    after(bits, then) {
        const { mcu, i2c, fault } = this;
        for (const pin of [this.sda, this.scl]) {
            if (mcu.gpio[pin].functionSelect !== FUNCTION_I2C) {
                this.board.complain(`I2C: pin ${pin} is not connected to the block`);
            }
        }
        const bit_ns = ((i2c.sclHighPeriod + i2c.sclLowPeriod) * 1e9) / mcu.clkSys;
        if (bit_ns < FASTEST_NS) {
            this.board.complain(`I2C: a bit takes ${bit_ns} ns, which is too fast`);
        }
        if (fault.held || fault.stuck) {
            return;
        }
        this.next = then;
        this.alarm.schedule(bits * bit_ns + (bits > 1 ? (fault.stretch_us ?? 0) * 1000 : 0));
    }

    // Rounds that have ended since this was last asked.
    update() {
        const { registers, board } = this;
        while (board.clock.nanos - this.round_ns >= ROUND_NS) {
            this.round_ns += ROUND_NS;
            if (this.fault.stale || !(registers[SYS_CTRL1] & ADC_EN)) {
                continue;
            }
            this.rounds++;
            this.cells.forEach((count, k) => this.keep(VC1_HI + 2 * k, count));
            if (this.rounds % ROUNDS_OF_TEMPERATURE === 0 && registers[SYS_CTRL1] & TEMP_SEL) {
                this.keep(TS1_HI, this.thermistor);
            }
            if (registers[SYS_CTRL2] & CC_EN) {
                registers[SYS_STAT] |= CC_READY;
            }
        }
    }

    keep(address, count) {
        this.registers[address] = count >> 8;
        this.registers[address + 1] = count & 0xff;
    }

    connect(address, mode) {
        this.update();
        if (address !== this.address || this.fault.nack) {
            return false;
        }
        if (mode === READ) {
            this.check = [(address << 1) | 1];
            this.data = null;
        } else {
            this.begin();
            this.check = [address << 1];
        }
        return true;
    }

    written(byte) {
        if (this.pointer === null) {
            this.pointer = byte;
            this.check.push(byte);
            return true;
        }
        if (this.data === null) {
            this.data = byte;
            this.check.push(byte);
            return !this.fault.nack_data;
        }
        if (crc8(this.check) !== byte) {
            this.board.complain(`front end: register ${this.pointer} is written with a wrong CRC`);
            return false;
        }
        this.store(this.pointer, this.data);
        this.pointer++;
        this.data = null;
        this.check = [];
        return true;
    }

    store(address, value) {
        if (address === SYS_STAT) {
            this.registers[SYS_STAT] &= ~value;
        } else if (WRITABLE.has(address)) {
            this.registers[address] = value & WRITABLE.get(address);
        } else {
            this.board.complain(`front end: register ${address} is written to`);
        }
    }

    read() {
        if (this.data === null) {
            this.data = this.registers[this.pointer];
            this.check.push(this.data);
            return this.data;
        }
        const { fault } = this;
        const crc = crc8(this.check) ^ (fault.crc_at === this.pointer ? 0x01 : 0);
        this.pointer++;
        this.data = null;
        this.check = [];
        return crc;
    }

    // A chip that was cut off holds SDA until it is clocked often enough.
    clocked() {
        if (this.fault.stuck > 0) {
            this.fault.stuck--;
            if (!this.fault.stuck) {
                this.hold();
            }
        }
    }

    hold() {
        this.board.drive(this.sda, this.fault.stuck ? false : null);
    }

    // {cells, thermistor, fault, registers, forgets}, each if it changes
    wire({ cells, thermistor, fault, registers, forgets }) {
        this.update();
        if (forgets) {
            this.forget();
        }
        this.cells = cells ?? this.cells;
        this.thermistor = thermistor ?? this.thermistor;
        if (fault) {
            this.fault = { ...fault };
            this.hold();
        }
        for (const [address, value] of registers ?? []) {
            this.registers[address] = value;
        }
    }
}

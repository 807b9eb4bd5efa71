// @ts-check
/**
 * Runs inside of the simulated core before the program: builds the hal (runtime/hal/hal.ts) over one
 * ArrayBuffer that the simulator sees too, and ties time and chance to the virtual clock and the seed.
 *
 * The buffer starts with a control block: f64 now (ms), f64 alarm (ms), then one bit per notifyid for kicks to
 * the host, which the simulator looks at after each call. A host function would cost as much as a message.
 */
(function guestHal(
  /** @type {ArrayBuffer} */ ram,
  /** @type {string} */ setupJson,
  /** @type {(bytes: ArrayBuffer) => void} */ hostLog,
  /** @type {(reason: string, stack: string) => void} */ hostCrash,
  /** @type {(id: number, granted: boolean) => void} */ hostAnswer,
  /** @type {(offset: number, width: number) => number} */ hostRead,
  /** @type {(offset: number, width: number, value: number) => void} */ hostWrite,
) {
  /** @type {{ extents: { da: number, len: number, offset: number }[], table: { da: number, len: number }, seed: number, kickWords: number, kickOffset: number, mailbox?: { da: number, len: number } }} */
  const setup = JSON.parse(setupJson);
  const extents = setup.extents;
  const clock = new Float64Array(ram, 0, 2);
  const kicks = new Int32Array(ram, setup.kickOffset, setup.kickWords);
  const all = new DataView(ram);
  /** What the program wants to be called for; the simulator takes them from here. */
  const handlers = { kick: () => {}, alarm: () => {}, jobsDone: () => {}, request };

  /** @type {(request: string, answer: (granted: boolean) => void) => void} */
  let onRequest = (request, answer) => answer(request === 'shutdown' || request === 'detach');

  /** Serves what mailbox-hal.ts serves on a core with a mailbox. @param {string} request @param {number} id */
  function request(request, id) {
    const answer = (/** @type {boolean} */ granted) => hostAnswer(id, granted);
    if (request === 'echo') answer(true);
    else if (request === 'abort') hal.crash('the host asked for a crash', '');
    else onRequest(request, answer);
  }

  /** @param {number} da @param {number} len */
  function offsetOf(da, len) {
    for (let i = 0; i < extents.length; i++) {
      const at = da - extents[i].da;
      if (at >= 0 && at + len <= extents[i].len) return extents[i].offset + at;
    }
    throw new RangeError(
      'no memory at device address 0x' +
        da.toString(16) +
        ', ' +
        len +
        ' bytes: only what the image loads, its resources and the rings are backed',
    );
  }

  const hal = {
    table: setup.table,
    /** @param {number} da @param {number} len */
    memory: (da, len) => ({ buffer: ram, offset: offsetOf(da, len) }),
    /** @param {number} da */
    read8: (da) => all.getUint8(offsetOf(da, 1)),
    /** @param {number} da */
    read16: (da) => all.getUint16(offsetOf(da, 2), true),
    /** @param {number} da */
    read32: (da) => all.getUint32(offsetOf(da, 4), true),
    /** @param {number} da @param {number} value */
    write8: (da, value) => all.setUint8(offsetOf(da, 1), value),
    /** @param {number} da @param {number} value */
    write16: (da, value) => all.setUint16(offsetOf(da, 2), value, true),
    /** @param {number} da @param {number} value */
    write32: (da, value) => all.setUint32(offsetOf(da, 4), value, true),
    /** @param {number} id */
    kick(id) {
      kicks[id >> 5] |= 1 << (id & 31);
    },
    /** @param {() => void} handler */
    onKick(handler) {
      handlers.kick = handler;
    },
    /** @param {(request: string, answer: (granted: boolean) => void) => void} handler */
    onRequest(handler) {
      onRequest = handler;
    },
    /** @param {() => void} handler */
    onAlarm(handler) {
      handlers.alarm = handler;
    },
    /** @param {() => void} handler */
    onJobsDone(handler) {
      handlers.jobsDone = handler;
    },
    now: () => clock[0],
    /** @param {number} at */
    setAlarm(at) {
      clock[1] = at;
    },
    /** @param {Uint8Array} bytes */
    log: (bytes) => hostLog(bytes.slice().buffer),
    /** @param {string} reason @param {string} stack */
    crash(reason, stack) {
      hostCrash(reason, stack);
      // The simulator interrupts at the next turn; nothing after the crash may run.
      for (;;) {}
    },
  };

  const mailbox = setup.mailbox;
  if (mailbox) {
    // Registers, not memory: each access is seen by the other side at once.
    const { read8, read32, write8, write32 } = hal;
    /** @param {number} da */
    const isRegister = (da) => da >= mailbox.da && da < mailbox.da + mailbox.len;
    hal.read8 = (da) => (isRegister(da) ? hostRead(da - mailbox.da, 1) : read8(da));
    hal.read32 = (da) => (isRegister(da) ? hostRead(da - mailbox.da, 4) : read32(da));
    hal.write8 = (da, value) => (isRegister(da) ? hostWrite(da - mailbox.da, 1, value) : write8(da, value));
    hal.write32 = (da, value) => (isRegister(da) ? hostWrite(da - mailbox.da, 4, value) : write32(da, value));
  }

  // What a program for Espruino finds taken away is still wanted here.
  const { imul, floor } = Math;
  const { isNaN: isNoNumber } = Number;
  const { construct } = Reflect;
  let state = setup.seed >>> 0;
  // mulberry32: small, and good enough for firmware that asks for chance.
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), state | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  // A microcontroller has no time zone and starts at the epoch: local time is UTC on the virtual clock.
  const RealDate = Date;
  /** @type {any} */
  const proto = RealDate.prototype;
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    proto['get' + part] = proto['getUTC' + part];
    if (part !== 'Day') proto['set' + part] = proto['setUTC' + part];
  }
  // The engine takes its time zone from the machine that the simulator runs on; nothing may depend on that.
  const realOffset = proto.getTimezoneOffset;
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'toDateString']) {
    const inZone = proto[name];
    /** @this {Date} @param {any[]} args */
    proto[name] = function (...args) {
      const time = this.getTime();
      // The moment at which clocks over there show what UTC shows now; twice for the days when they are changed.
      const near = new RealDate(time + realOffset.call(this) * 60000);
      return inZone.apply(new RealDate(time + realOffset.call(near) * 60000), args);
    };
  }
  proto.getTimezoneOffset = () => 0;
  proto.toString = proto.toUTCString;
  /** @this {Date} */
  proto.toTimeString = function () {
    return this.toUTCString().slice(-12);
  };
  /** @param {any} text */
  function parse(text) {
    const given = String(text).trim();
    const time = RealDate.parse(given);
    const isUtc = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?: *\(.*\))?$|^[+-]?\d{4,6}(?:-\d\d){0,2}$/i.test(given);
    if (isUtc || isNoNumber(time)) return time;
    const inUtc = RealDate.parse(given + 'Z');
    return isNoNumber(inUtc) ? RealDate.parse(given + ' GMT') : inUtc;
  }
  /** @param {any[]} args */
  function VirtualDate(...args) {
    if (!new.target) return new RealDate(floor(clock[0])).toUTCString();
    if (args.length === 0) return construct(RealDate, [floor(clock[0])], new.target);
    if (args.length === 1) {
      const [value] = args;
      return construct(RealDate, [typeof value === 'string' ? parse(value) : value], new.target);
    }
    return construct(RealDate, [/** @type {any} */ (RealDate).UTC(...args)], new.target);
  }
  VirtualDate.prototype = proto;
  proto.constructor = VirtualDate;
  VirtualDate.now = () => floor(clock[0]);
  VirtualDate.UTC = RealDate.UTC;
  VirtualDate.parse = parse;
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' });
  Object.defineProperty(VirtualDate, 'length', { value: 7 });

  const scope = /** @type {any} */ (globalThis);
  scope.Date = VirtualDate;
  scope.__rproc_hal = hal;
  return handlers;
});

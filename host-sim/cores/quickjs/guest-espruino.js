// @ts-check
/**
 * Runs inside of the simulated core after guest-hal.js, before a program for Espruino: offers what Espruino has for a program to
 * reach memory, time and the host, over the hal that guest-hal.js has made, and takes away what Espruino lacks. `library` says
 * what it has (runtime/abi/espruino.ts).
 *
 * Not taken away: syntax, which the build's gate checks, and what QuickJS itself looks for on objects, such as the flags of
 * regular expressions and everything under symbols.
 */
(function guestEspruino(
  /** @type {string} */ libraryJson,
  /** @type {(offset: number, len: number) => ArrayBuffer} */ hostArea,
) {
  /** @type {{ globals: string[], statics: Record<string, string[]>, members: Record<string, string[]>, hook: string, calls: boolean }} */
  const library = JSON.parse(libraryJson);
  const scope = /** @type {any} */ (globalThis);
  const hal = scope.__rproc_hal;
  const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { Map: SavedMap, Object: SavedObject, String: SavedString, Uint8Array: Bytes } = globalThis;

  /** What a load or store does where the bus has nothing. @param {string} what @param {number} addr @param {() => any} access */
  function bus(what, addr, access) {
    try {
      return access();
    } catch (_) {
      return hal.crash('bus fault: ' + what + ' at 0x' + (addr >>> 0).toString(16), '');
    }
  }

  /** One load, or a copy of several. @param {(da: number) => number} read @param {number} width @param {any} ArrayOf */
  const peek =
    (read, width, ArrayOf) => (/** @type {number} */ addr, /** @type {number | undefined} */ count) => {
      const one = (/** @type {number} */ at) => bus('load', at, () => read(at >>> 0));
      if (count === undefined) return one(addr);
      const list = new ArrayOf(count);
      for (let i = 0; i < count; i++) list[i] = one(addr + i * width);
      return list;
    };
  /** One store, or several. @param {(da: number, value: number) => void} write @param {number} width */
  const poke = (write, width) => (/** @type {number} */ addr, /** @type {any} */ value) => {
    const list = typeof value === 'number' ? [value] : value;
    for (let i = 0; i < list.length; i++) {
      const at = addr + i * width;
      bus('store', at, () => write(at >>> 0, list[i]));
    }
  };
  scope.peek8 = peek(hal.read8, 1, Uint8Array);
  scope.peek16 = peek(hal.read16, 2, Uint16Array);
  scope.peek32 = peek(hal.read32, 4, Uint32Array);
  scope.poke8 = poke(hal.write8, 1);
  scope.poke16 = poke(hal.write16, 2);
  scope.poke32 = poke(hal.write32, 4);

  /** Espruino's native strings: flat memory that is a string to look at. Here an object with the same two uses. */
  const areas = new SavedMap();
  /** @type {Record<string, ((...args: any[]) => void)[]>} */
  const listeners = {};
  scope.E = {
    memoryArea(/** @type {number} */ addr, /** @type {number} */ len) {
      if (addr === 0) return undefined;
      const area = { length: len };
      areas.set(area, { addr: addr >>> 0, len });
      return area;
    },
    toArrayBuffer(/** @type {any} */ area) {
      const { addr, len } = areas.get(area);
      return hostArea(
        bus('memory area', addr, () => hal.memory(addr, len).offset),
        len,
      );
    },
    on(/** @type {string} */ event, /** @type {(...args: any[]) => void} */ listener) {
      listeners[event] ??= [];
      listeners[event].push(listener);
    },
  };

  // Timers over the one alarm; equal times in the order of their making.
  /** @type {{ id: number, at: number, every: number, handler: () => void }[]} */
  let timers = [];
  let lastTimer = 0;
  const arm = () => hal.setAlarm(timers.length > 0 ? timers[0].at : Infinity);
  /** @param {{ id: number, at: number, every: number, handler: () => void }} timer */
  function insert(timer) {
    let at = timers.length;
    while (at > 0 && timers[at - 1].at > timer.at) at--;
    timers.splice(at, 0, timer);
  }
  /** @param {boolean} repeat */
  const start =
    (repeat) =>
    (/** @type {any} */ handler, /** @type {number} */ ms, /** @type {any[]} */ ...args) => {
      const wait = Math.max(Number(ms) || 0, repeat ? 1 : 0);
      const id = ++lastTimer;
      insert({
        id,
        at: hal.now() + wait,
        every: repeat ? wait : 0,
        handler: () => apply(handler, scope, args),
      });
      arm();
      return id;
    };
  function clear(/** @type {any[]} */ ...ids) {
    if (ids.length > 0 && ids[0] === undefined)
      throw new Error('clearTimeout(undefined) not allowed. Use clearTimeout() instead');
    timers = ids.length === 0 ? [] : timers.filter(({ id }) => id !== ids[0]);
    arm();
  }
  scope.setTimeout = start(false);
  scope.setInterval = start(true);
  scope.clearTimeout = clear;
  scope.clearInterval = clear;
  hal.onAlarm(() => {
    const now = hal.now();
    const last = lastTimer;
    for (;;) {
      const timer = timers.find(({ at, id }) => at <= now && id <= last);
      if (!timer) break;
      timers.splice(timers.indexOf(timer), 1);
      if (timer.every > 0) {
        timer.at = Math.max(timer.at + timer.every, now);
        insert(timer);
        if (timer.at <= now) timer.at = now + timer.every;
      }
      timer.handler();
    }
    arm();
  });

  scope.getTime = () => hal.now() / 1000;
  scope.print = (/** @type {any[]} */ ...values) => {
    const text = values.map(SavedString).join(' ') + '\n';
    const bytes = new Bytes(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    hal.log(bytes);
  };
  scope.console = {
    log: scope.print,
    info: scope.print,
    debug: scope.print,
    warn: scope.print,
    error: scope.print,
  };
  scope.global = scope;

  /** Espruino is about to drop the program. */
  const kill = () => {
    for (const listener of listeners.kill ?? []) listener();
  };
  if (library.calls) {
    scope[library.hook] = {
      kick: hal.kick,
      onKick: hal.onKick,
      onRequest: hal.onRequest,
      crash: hal.crash,
    };
  } else {
    // Without a hook nobody asks the program: it polls.
    hal.onRequest((/** @type {string} */ request, /** @type {(granted: boolean) => void} */ answer) => {
      if (request === 'shutdown') kill();
      answer(request === 'shutdown' || request === 'detach');
    });
  }
  delete scope.__rproc_hal;

  // Whatever a descriptor says, it can be changed and deleted there; lowering leaves out what nobody looks at.
  const { defineProperty } = SavedObject;
  SavedObject.defineProperty = (object, key, descriptor) =>
    defineProperty(object, key, { ...descriptor, configurable: true });
  SavedObject.defineProperties = (object, descriptors) => {
    for (const key of SavedObject.keys(descriptors))
      SavedObject.defineProperty(object, key, /** @type {PropertyDescriptor} */ (descriptors[key]));
    return object;
  };

  // What is taken away.
  /** @param {any} object @param {readonly string[]} kept */
  function strip(object, kept) {
    for (const key of ownKeys(object)) {
      if (typeof key !== 'string' || kept.includes(key)) continue;
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (descriptor?.configurable) delete object[key];
    }
  }
  const FLAGS = [
    'flags',
    'source',
    'global',
    'ignoreCase',
    'multiline',
    'unicode',
    'sticky',
    'dotAll',
    'hasIndices',
    'unicodeSets',
  ];
  const NEEDED = ['prototype', 'length', 'name', 'constructor', 'toString', ...FLAGS];
  const TypedArray = getPrototypeOf(Int8Array);
  for (const [owner, members] of SavedObject.entries(library.members)) {
    const made = scope[owner];
    if (!made) continue;
    strip(made.prototype, [...NEEDED, ...members, ...library.members.Object]);
    strip(made, [...NEEDED, ...(library.statics[owner] ?? [])]);
  }
  strip(TypedArray.prototype, [...NEEDED, ...library.members.Uint8Array]);
  strip(TypedArray, NEEDED);
  strip(scope.Math, library.statics.Math);
  strip(scope.JSON, library.statics.JSON);
  strip(scope, [...library.globals, library.hook]);
});

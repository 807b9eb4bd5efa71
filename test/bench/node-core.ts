/** The same remote stack executed by Node instead of QuickJS: what the interpreter costs shows in the ratio. */
import { addressRanges } from '../../boards/board.js';
import { findApp } from '../../host-sim/cores/app.js';
import type { Core } from '../../host-sim/cores/core.js';
import type { CoreParts } from '../../host-sim/simulation.js';
import { type Da, da, daToPa } from '../../runtime/abi/address.js';
import { AppHeader } from '../../runtime/abi/app.js';
import type { Hal } from '../../runtime/hal/hal.js';
import { Remote } from '../../runtime/remote.js';

/** A core whose program is `main`, called with the remote that the loaded table describes. */
export function nodeCore(parts: CoreParts, main: (remote: Remote) => void): Core {
  const { memory, scheduler, events, board } = parts;
  const handlers = { kick: () => {}, alarm: () => {} };
  const window = (at: Da, len: number) => {
    const address = daToPa(memory.ranges, at, len);
    if (address === undefined) throw new RangeError(`no memory at 0x${at.toString(16)}`);
    const bytes = memory.bytes(address, len);
    return { buffer: bytes.buffer as ArrayBuffer, offset: bytes.byteOffset };
  };
  const view = (at: Da, len: number) => new DataView(window(at, len).buffer, window(at, len).offset, len);
  let kickPosted = false;
  return {
    async start() {
      const app = findApp(memory, () => {});
      if (!app) throw new Error(`no ${AppHeader.kind} in memory`);
      const hal: Hal = {
        table: { da: da(app.header.table_da), len: app.header.table_len },
        memory: window,
        read8: (at) => view(at, 1).getUint8(0),
        read16: (at) => view(at, 2).getUint16(0, true),
        read32: (at) => view(at, 4).getUint32(0, true),
        write8: (at, value) => view(at, 1).setUint8(0, value),
        write16: (at, value) => view(at, 2).setUint16(0, value, true),
        write32: (at, value) => view(at, 4).setUint32(0, value, true),
        kick: (notifyid) => events.kicked(notifyid),
        onKick: (handler) => {
          handlers.kick = handler;
        },
        onAlarm: (handler) => {
          handlers.alarm = handler;
        },
        onJobsDone: () => {},
        now: () => scheduler.now,
        setAlarm: (at) => {
          if (at !== Infinity) scheduler.at(at, () => handlers.alarm());
        },
        log: (bytes) => events.log(bytes),
        crash: (reason) => {
          throw new Error(reason);
        },
      };
      const remote = new Remote(hal, { name: board.name, ranges: addressRanges(board) });
      main(remote);
      remote.start();
    },
    async stop() {},
    kick() {
      if (kickPosted) return;
      kickPosted = true;
      scheduler.post(() => {
        kickPosted = false;
        handlers.kick();
      });
    },
  };
}

/** remoteproc_debugfs.c: /sys/kernel/debug/remoteproc/remoteprocN. */
import {
  FwRscCarveout,
  FwRscHdr,
  FwRscTrace,
  FwRscVdev,
  FwRscVdevVring,
  ResourceTable,
  RSC_CARVEOUT,
  RSC_DEVMEM,
  RSC_TRACE,
  RSC_VDEV,
} from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { CrashType } from '../cores/core.js';
import { EBUSY, EINVAL, ERANGE } from '../errno.js';
import type { Attributes } from '../sysfs.js';
import { rprocReportCrash } from './crash.js';
import type { Rproc } from './rproc.js';
import { changeRecovery, dumpMechanisms } from './sysfs.js';
import { traceBytes } from './trace.js';
import { strncmpWord } from './words.js';

/** Files for people who look for what went wrong. Writes return how many characters were taken, or a negative errno. */
export function debugfsFiles(rproc: Rproc): Attributes {
  return {
    carveout_memories: { mode: 0o400, show: () => carveoutMemories(rproc) },
    coredump: {
      mode: 0o600,
      show: () => `${rproc.dumpConf}\n`,
      store(text) {
        if (text.length < 1 || text.length > 20) return -EINVAL;
        const word = prefixOf(text, dumpMechanisms, 20);
        if (rproc.state === 'crashed') {
          rproc.err("can't change coredump configuration");
          return -EBUSY;
        }
        if (word === undefined) {
          rproc.err('Invalid coredump configuration');
          return -EINVAL;
        }
        rproc.dumpConf = word;
        return text.length;
      },
    },
    crash: {
      mode: 0o200,
      store(text) {
        const type = unsignedInt(text);
        if (type < 0) return type;
        rprocReportCrash(rproc, { type: type as CrashType, reason: 'written to debugfs', stack: [] });
        return text.length;
      },
    },
    name: { mode: 0o400, show: () => `${rproc.name.slice(0, 98)}\n` },
    recovery: {
      mode: 0o600,
      show: () => `${rproc.recoveryDisabled ? 'disabled' : 'enabled'}\n`,
      async store(text) {
        const word = prefixOf(text, ['enabled', 'disabled', 'recover'], 10);
        if (word === undefined) return -EINVAL;
        await changeRecovery(rproc, word);
        return text.length;
      },
    },
    resource_table: { mode: 0o400, show: () => resourceTable(rproc) },
    ...Object.fromEntries(
      rproc.traces.map(({ name }, i) => [name, { mode: 0o400, show: () => traceBytes(rproc, i) }]),
    ),
  };
}

/**
 * The word that was written: a newline at the end becomes a NUL, then `strncmp()` over what was written. So a prefix
 * passes, but only without a newline.
 */
function prefixOf<T extends string>(text: string, words: readonly T[], most: number): T | undefined {
  if (text.length < 1 || text.length > most) return undefined;
  return strncmpWord(text.replace(/\n$/, '\0'), words);
}

/** `kstrtouint()` with base 0: 0x and 0 in front count, one newline at the end does not. */
function unsignedInt(text: string): number {
  const match = /^\+?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)\n?$/.exec(text);
  if (!match) return -EINVAL;
  const digits = match[1];
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return value > 0xffffffff ? -ERANGE : value;
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const signed = (value: number): number => value | 0;

/** `rproc_rsc_table_show()`: the table in effect, which is the remote's own while it runs. */
function resourceTable(rproc: Rproc): string {
  const table = rproc.table?.bytes();
  if (!table) return 'No resource table found\n';
  rproc.table!.invalidate?.(0, table.length);
  const { num } = ResourceTable.unpack(table);
  const view = new DataView(table.buffer as ArrayBuffer, table.byteOffset, table.length);
  let text = '';
  for (let i = 0; i < num; i++) {
    const slot = ResourceTable.size + u32.size * i;
    // The remote may have written anything by now. Linux would go on behind the table.
    if (slot + u32.size > table.length) break;
    const offset = u32.get(view, slot);
    const at = offset + FwRscHdr.size;
    if (at > table.length) break;
    const { type } = FwRscHdr.unpack(table, offset);
    const kind = entryKinds[type];
    if (kind && at + kind.size > table.length) break;
    text += kind
      ? `Entry ${i} is of type ${kind.name}\n${kind.show(table, at)}`
      : `Unknown resource type found: ${signed(type)} [hdr: ${pointer(offset)}]\n`;
  }
  return text;
}

const lines = (...all: readonly string[]): string => `${all.map((line) => `  ${line}`).join('\n')}\n\n`;

function area(table: Uint8Array, at: number): string {
  const { da, pa, len, flags, reserved, name } = FwRscCarveout.unpack(table, at);
  return lines(
    `Device Address ${hex(da)}`,
    `Physical Address ${hex(pa)}`,
    `Length ${hex(len)} Bytes`,
    `Flags ${hex(flags)}`,
    `Reserved (should be zero) [${signed(reserved)}]`,
    `Name ${name}`,
  );
}

const entryKinds: {
  readonly [type: number]: {
    readonly name: string;
    readonly size: number;
    show(table: Uint8Array, at: number): string;
  };
} = {
  [RSC_CARVEOUT]: { name: 'carveout', size: FwRscCarveout.size, show: area },
  [RSC_DEVMEM]: { name: 'devmem', size: FwRscCarveout.size, show: area },
  [RSC_TRACE]: {
    name: 'trace',
    size: FwRscTrace.size,
    show(table, at) {
      const { da, len, reserved, name } = FwRscTrace.unpack(table, at);
      return lines(
        `Device Address ${hex(da)}`,
        `Length ${hex(len)} Bytes`,
        `Reserved (should be zero) [${signed(reserved)}]`,
        `Name ${name}`,
      );
    },
  },
  [RSC_VDEV]: {
    name: 'vdev',
    size: FwRscVdev.size,
    show(table, at) {
      const vdev = FwRscVdev.unpack(table, at);
      const head = lines(
        `ID ${signed(vdev.id)}`,
        `Notify ID ${signed(vdev.notifyid)}`,
        `Device features ${hex(vdev.dfeatures)}`,
        `Guest features ${hex(vdev.gfeatures)}`,
        `Config length ${hex(vdev.config_len)}`,
        `Status ${hex(vdev.status)}`,
        `Number of vrings ${vdev.num_of_vrings}`,
        `Reserved (should be zero) [${vdev.reserved[0]}][${vdev.reserved[1]}]`,
      );
      const room = Math.floor((table.length - at - FwRscVdev.size) / FwRscVdevVring.size);
      const vrings = Array.from({ length: Math.min(vdev.num_of_vrings, room) }, (_, i) => {
        const vring = FwRscVdevVring.unpack(table, at + FwRscVdev.size + i * FwRscVdevVring.size);
        return lines(
          `Vring ${i}`,
          `  Device Address ${hex(vring.da)}`,
          `  Alignment ${signed(vring.align)}`,
          `  Number of buffers ${signed(vring.num)}`,
          `  Notify ID ${signed(vring.notifyid)}`,
          `  Physical Address ${hex(vring.pa)}`,
        );
      });
      return head + vrings.join('');
    },
  },
};

/** `rproc_carveouts_show()`. */
function carveoutMemories(rproc: Rproc): string {
  return rproc.carveouts
    .map(({ name, pa, da, len }) =>
      [
        'Carveout memory entry:',
        `\tName: ${name}`,
        `\tVirtual address: ${pointer(pa ?? 0)}`,
        `\tDMA address: 0x${(pa ?? 0).toString(16).padStart(rproc.sizeBits / 4, '0')}`,
        `\tDevice address: ${hex(da)}`,
        `\tLength: ${hex(len)} Bytes`,
        '\n',
      ].join('\n'),
    )
    .join('');
}

/** `%p`: the kernel prints a hash, which is a number that nothing can be learnt from; here it is the same in every run. */
function pointer(value: number): string {
  let hash = 0x811c9dc5;
  for (const byte of utf8Encode(String(value))) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(16, '0');
}

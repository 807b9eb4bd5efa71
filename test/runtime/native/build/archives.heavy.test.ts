/** What the archives hold, as linkers and readelf see it: whole, of one ABI, and nothing of the machine that built them. */
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { link } from '../../../../sdk/link/link.js';
import { families } from '../../../../sdk/native/families.js';
import { nativeCpus } from '../../../../sdk/native/products.js';
import { deadline } from '../../../../sdk/testing/deadline.js';
import { builtProducts, productsAbsent } from '../../../native/built-products.js';
import { inFolder, readelf, readelfHeader } from '../../../support/elf-oracles.js';
import { onPath, skipUnless } from '../../../support/need.js';

const test = suite('archives');
const products = builtProducts();
const TOOLS = ['arm-none-eabi-nm', 'arm-none-eabi-readelf', 'arm-none-eabi-ld', 'riscv64-unknown-elf-ld'];
const missing = TOOLS.find((tool) => !onPath(tool));
const runs = products && !missing;
const without = products ? `${missing} is not installed` : productsAbsent;
const ARCHIVES = ['librproc.a', 'libquickjs.a', 'libsupport.a'] as const;

/** What the SDK and its script bring to a link, somewhere. */
const SCRIPT = `
MEMORY { RAM (rwx) : ORIGIN = 0x80000000, LENGTH = 4M }
SECTIONS
{
  .rproc.vectors : { KEEP(*(.rproc.vectors)) *(.rproc.reset) } > RAM
  .text : { *(.text .text.*) } > RAM
  .rodata : { *(.rodata .rodata.* .srodata .srodata.*) } > RAM
  .data : { *(.data .data.* .sdata .sdata.*) } > RAM
  .bss : { __bss_start = .; *(.bss .bss.* .sbss .sbss.* COMMON) __bss_end = .; } > RAM
  .rproc.status (NOLOAD) : { *(.rproc.status) } > RAM
  rproc_board = 0x80200000;
  rproc_app = 0x80210000;
  __rproc_stack_start = 0x80300000;
  __rproc_stack_end = 0x80310000;
  __rproc_heap_start = 0x80310000;
  __rproc_heap_end = 0x803f0000;
}
`;

/** stdout of a tool of binutils on one file. */
function tool(command: string, args: readonly string[], name: string, bytes: Uint8Array): string {
  return inFolder({ [name]: bytes }, (cwd) => {
    const { stdout, stderr, status } = spawnSync(command, [...args, name], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  });
}

for (const cpu of nativeCpus) {
  const arm = cpu.startsWith('cortex');

  skipUnless(
    test,
    `${cpu}: both profiles link with the bundled LLD and with GNU ld, and nothing is missing`,
    runs,
    without,
    deadline(120_000, async () => {
      for (const profile of ['small', 'full'] as const) {
        const names = [`profile-${profile}.o`, ...ARCHIVES] as const;
        const objects = names.map((name) => ({ name, bytes: products!.file(cpu, name) }));
        const sizes: number[] = [];
        for (const linker of [undefined, arm ? TOOLS[2] : TOOLS[3]]) {
          const script = `ENTRY(${families[cpu].entry})\n${SCRIPT}`;
          const { elf } = await link({ machine: arm ? 'arm' : 'riscv32', objects, script, linker });
          const symbols = tool('arm-none-eabi-nm', [], 'a.elf', elf);
          assert.is(/ __JS_EvalInternal$/m.test(symbols), profile === 'full', 'the parser');
          // No start-up code makes room for thread-local data.
          assert.not.match(readelf(elf, '--segments', '--wide'), /\bTLS\b/);
          const flags = readelfHeader(elf).Flags;
          if (arm) assert.match(flags, 'hard-float ABI');
          else assert.match(flags, /RVC, soft-float ABI/);
          sizes.push(codeSize(elf));
        }
        const [least, most] = sizes.sort((a, b) => a - b);
        assert.ok(least > 200_000 && most < least * 1.02, `${profile}: ${sizes.join(' and ')} bytes`);
      }
    }),
  );

  skipUnless(
    test,
    `${cpu}: members have symbols, no debug information and no path`,
    runs,
    without,
    deadline(60_000, () => {
      for (const name of ARCHIVES) {
        const bytes = products!.file(cpu, name);
        const sections = tool('arm-none-eabi-readelf', ['--sections', '--wide'], name, bytes);
        assert.not.match(sections, /\.debug_|\.tbss|\.tdata|\.init_array/, name);
        assert.match(tool('arm-none-eabi-nm', ['--print-armap'], name, bytes), /^Archive index:/m);
        if (name !== 'libsupport.a')
          assert.not.match(Buffer.from(bytes).toString('latin1'), /\/(root|home|work|tmp|usr)\//);
      }
    }),
  );

  skipUnless(
    test,
    `${cpu}: no symbol is defined in two archives`,
    runs,
    without,
    deadline(60_000, () => {
      const seen = new Map<string, string>();
      for (const name of ARCHIVES) {
        const rows = tool(
          'arm-none-eabi-nm',
          ['--defined-only', '--extern-only'],
          name,
          products!.file(cpu, name),
        );
        // Weak definitions give way to others.
        const defined = [...rows.matchAll(/^[0-9a-f]+ ([A-Z]) (\S+)$/gm)].filter(
          ([, type]) => !/[VW]/.test(type),
        );
        assert.ok(defined.length > 20, name);
        for (const [, , symbol] of defined) {
          assert.is(seen.get(symbol), undefined, `${symbol} of ${name}`);
          seen.set(symbol, name);
        }
      }
    }),
  );
}

function codeSize(elf: Uint8Array): number {
  const rows = readelf(elf, '--segments', '--wide').matchAll(/^ +LOAD +\S+ \S+ \S+ (0x[0-9a-f]+)/gm);
  return [...rows].reduce((sum, [, size]) => sum + Number(size), 0);
}

/** The instruction set and the floating-point registers that each processor's objects are for. */
const ATTRIBUTES = {
  'cortex-m4': [/Tag_CPU_arch: v7E-M/, /Tag_FP_arch: VFPv4-D16/, /Tag_ABI_VFP_args: VFP registers/],
  'cortex-m7': [/Tag_CPU_arch: v7E-M/, /Tag_FP_arch: FPv5\/FP-D16/, /Tag_ABI_VFP_args: VFP registers/],
  'cortex-r5f': [/Tag_CPU_arch: v7/, /Tag_CPU_arch_profile: Realtime/, /Tag_FP_arch: VFPv3-D16/],
  rv32imac: [/Tag_RISCV_arch: "rv32i\w+_m\w+_a\w+_c\w+"/],
} as const;

for (const cpu of nativeCpus) {
  skipUnless(
    test,
    `${cpu}: the engine is for this processor`,
    runs,
    without,
    deadline(20_000, () => {
      const text = tool(
        'arm-none-eabi-readelf',
        ['--arch-specific'],
        'libquickjs.a',
        products!.file(cpu, 'libquickjs.a'),
      );
      for (const attribute of ATTRIBUTES[cpu]) assert.match(text, attribute);
    }),
  );
}

test.run();

/** A firmware in C around what `rproc emit` writes: compiled by GCC, linked by GNU ld, checked, booted. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { kernelVersions } from '../../host-sim/kernel.js';
import { VIRTIO_CONFIG_S_DRIVER_OK } from '../../runtime/abi/virtio.js';
import { checkImage } from '../../sdk/check/index.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { onPath, skipUnless } from '../support/need.js';
import { inProject, type ProjectFiles, rproc } from '../support/project-folder.js';
import { Bench } from '../support/sim-boot.js';

const BOARD = 'stm32mp157-dk-m4';

const CONFIG = `import { atSection, atSymbol, defineFirmware, rpmsgVdev, struct, trace, u32, vendor } from 'rproc-sdk';

const Extra = struct('extra', { version: u32, text: u32, code: u32 });

export default defineFirmware({
  name: 'blinky',
  board: '${BOARD}',
  // An entry that no driver knows must not be the last one: Linux 6.1 would not boot the image.
  resources: [
    vendor({
      name: 'extra',
      type: 200,
      format: Extra,
      value: { version: 1, text: atSymbol('version_text', 4), code: atSection('.text') },
    }),
    trace({ name: 'log', size: 512 }),
    trace({ name: 'own', size: 64, da: atSymbol('own_log') }),
    rpmsgVdev({ num: 16 }),
  ],
});
`;

const MAIN = `#include "resource_table.h"

char own_log[64];
const char version_text[] = "v: blinky 1.0";
static volatile uint32_t ticks = 1;
static volatile uint32_t zeroed;

/* What the table says is watched where Linux writes it. */
static int linux_is_up(void)
{
	return (rproc_table_u8(RPROC_RPMSG_STATUS_OFFSET) & 4u) != 0u;
}

void Reset_Handler(void)
{
	while (!linux_is_up()) {
		ticks++;
	}
	zeroed = rproc_pa_to_da(rproc_table_u32(RPROC_RPMSG_VRING0_DA_OFFSET));
	rproc_trace_log[0] = version_text[zeroed & 7u];
	for (;;) {
	}
}

extern char __stack_end[];
typedef union {
	char *stack;
	void (*handler)(void);
} vector_t;
__attribute__((section(".vectors"), used))
static const vector_t vectors[] = { { .stack = __stack_end }, { .handler = Reset_Handler } };
`;

const files: ProjectFiles = { 'firmware.config.ts': CONFIG, 'main.c': MAIN };
const COMPILE = [
  '-mcpu=cortex-m4',
  '-mthumb',
  '-std=c11',
  '-O2',
  '-ffreestanding',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-pedantic',
];

function run(cwd: string, command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Emits, compiles and links with the emitted script; gives the image. */
async function linked(dir: string, ...emitArgs: string[]): Promise<Uint8Array> {
  const { status, stderr } = await rproc('emit', dir, ...emitArgs);
  assert.is(status, 0, stderr);
  run(dir, 'arm-none-eabi-gcc', ...COMPILE, '-c', 'main.c', '-o', 'main.o');
  run(
    dir,
    'arm-none-eabi-gcc',
    '-nostdlib',
    '-Wl,--gc-sections,--nmagic,--fatal-warnings',
    '-T',
    'blinky.ld',
    'main.o',
    'resource_table.o',
    '-o',
    'blinky.elf',
  );
  return new Uint8Array(readFileSync(join(dir, 'blinky.elf')));
}

const test = suite('C firmware');
const cross = onPath('arm-none-eabi-gcc');
const reason = 'arm-none-eabi-gcc is not installed';

skipUnless(
  test,
  'linked with the emitted script it boots on every kernel, and Linux gets to DRIVER_OK',
  cross,
  reason,
  deadline(60000, () =>
    inProject(files, async (dir) => {
      const image = await linked(dir, '--stack', '2048', '--heap', '1024');
      const board = findBoard(BOARD)!;
      for (const kernel of kernelVersions) {
        const report = await checkImage({ image, file: 'blinky.elf', board, kernel });
        assert.is(report.verdict, 'boots', JSON.stringify(report.findings));
        assert.equal(report.vdevs, [{ index: 0, id: 7, bound: true }]);
        assert.equal(
          report.findings.filter(({ severity }) => severity === 'error'),
          [],
        );
      }
      const { resourceTable, sections } = inspectElf(image, 'blinky.elf');
      const address = Number(sections.find(({ name }) => name === '.resource_table')!.addr);
      const header = defines(readFileSync(join(dir, 'resource_table.h'), 'utf8'));
      const bench = new Bench({ board });
      assert.is((await bench.start(image)).errno, 0);
      const table = bench.sim.memory.bytesAtDa(address as never, header.RPROC_TABLE_SIZE);
      assert.ok(table);
      assert.ok((table![header.RPROC_RPMSG_STATUS_OFFSET] & VIRTIO_CONFIG_S_DRIVER_OK) !== 0);
      const words = new DataView(table!.buffer as ArrayBuffer, table!.byteOffset);
      // Linux places the rings at the start of the regions that the device tree of the board has for them.
      assert.is(words.getUint32(header.RPROC_RPMSG_VRING0_DA_OFFSET, true), 0x10040000);
      assert.is(words.getUint32(header.RPROC_RPMSG_VRING1_DA_OFFSET, true), 0x10041000);
      assert.is(resourceTable!.entries.length, 4);
    }),
  ),
);

skipUnless(
  test,
  'vectors lie where the core looks for them; every relocation holds the address of its symbol',
  cross,
  reason,
  deadline(60000, () =>
    inProject(files, async (dir) => {
      const image = await linked(dir);
      const symbols: { [name: string]: number } = {};
      for (const line of run(dir, 'arm-none-eabi-nm', 'blinky.elf').split('\n')) {
        const [address, , name] = line.split(' ');
        if (name) symbols[name] = Number.parseInt(address, 16);
      }
      const { resourceTable, sections, header } = inspectElf(image, 'blinky.elf');
      const at = (name: string) => Number(sections.find((section) => section.name === name)!.addr);
      assert.is(at('.vectors'), 0);
      assert.is(Number(header.entry), symbols.Reset_Handler | 1);
      const da = (index: number) =>
        Number(resourceTable!.entries[index].fields.find(({ name }) => name === 'da')!.value);
      assert.is(da(1), symbols.rproc_trace_log);
      assert.is(da(2), symbols.own_log);
      const numbers = defines(readFileSync(join(dir, 'resource_table.h'), 'utf8'));
      const section = sections.find(({ name }) => name === '.resource_table')!;
      const words = new DataView(image.buffer, Number(section.offset));
      const payload = numbers.RPROC_EXTRA_PAYLOAD_OFFSET;
      assert.equal(
        [0, 4, 8].map((offset) => words.getUint32(payload + offset, true)),
        [1, symbols.version_text + 4, at('.text')],
      );
    }),
  ),
);

const OWN_SCRIPT = `ENTRY(Reset_Handler)
MEMORY { code (rwx) : ORIGIN = 0x10000000, LENGTH = 128K
  vec (rx) : ORIGIN = 0x00000000, LENGTH = 64K }
REGION_ALIAS("rproc_data", code)
PHDRS { v PT_LOAD; t PT_LOAD; d PT_LOAD FLAGS(6); }
SECTIONS
{
  .vectors : { KEEP(*(.vectors)) } > vec :v
  .text : { *(.text .text.* .rodata .rodata.*) } > code :t
  .data : { *(.data) } > code :d
  INCLUDE resource_table.ld
  .bss : { *(.bss COMMON) } > code :d
  __stack_end = ORIGIN(code) + LENGTH(code);
}
`;

for (const linker of ['arm-none-eabi-ld', 'ld.lld']) {
  skipUnless(
    test,
    `a script of the author's own includes the fragment (${linker})`,
    cross && onPath(linker),
    `arm-none-eabi-gcc or ${linker} is not installed`,
    deadline(60000, () =>
      inProject({ ...files, 'own.ld': OWN_SCRIPT }, async (dir) => {
        await linked(dir);
        run(
          dir,
          linker,
          '--gc-sections',
          '--nmagic',
          '-T',
          'own.ld',
          'main.o',
          'resource_table.o',
          '-o',
          'own.elf',
        );
        const image = new Uint8Array(readFileSync(join(dir, 'own.elf')));
        const report = await checkImage({ image, file: 'own.elf', board: findBoard(BOARD)! });
        assert.is(report.verdict, 'boots', JSON.stringify(report, null, 1));
      }),
    ),
  );
}

skipUnless(
  test,
  'the header is C99 and C++, and translates addresses as the board does',
  onPath('gcc') && onPath('g++'),
  'gcc and g++ are not installed',
  deadline(60000, () =>
    inProject(files, async (dir) => {
      assert.is((await rproc('emit', dir)).status, 0);
      const main = `#include <stdio.h>
#include <stdlib.h>
#include "resource_table.h"
volatile uint8_t rproc_resource_table[RPROC_TABLE_SIZE] = { 1 };
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%08x\\n", (unsigned)rproc_pa_to_da(strtoull(argv[i], NULL, 16)));
	printf("%u %u\\n", (unsigned)rproc_table_u32(0), (unsigned)rproc_table_u8(0));
	return 0;
}
`;
      for (const [compiler, standard, name] of [
        ['gcc', '-std=gnu99', 'native.c'],
        ['g++', '-std=gnu++17', 'native.cc'],
      ]) {
        await inProject(
          { [name]: main, 'resource_table.h': readFileSync(join(dir, 'resource_table.h')) },
          (cwd) => {
            run(cwd, compiler, standard, '-Wall', '-Wextra', '-Werror', '-pedantic', name, '-o', 'native');
            const printed = run(
              cwd,
              './native',
              '38000010',
              '1003ffff',
              '30000000',
              '3005ffff',
              '30060000',
              'c0000000',
              '110000000',
            );
            assert.equal(printed.split('\n'), [
              '00000010',
              '1003ffff',
              '30000000',
              '3005ffff',
              'ffffffff',
              'ffffffff',
              'ffffffff',
              '1 1',
              '',
            ]);
          },
        );
      }
    }),
  ),
);

skipUnless(
  test,
  'a stack that the region has no room for ends the link',
  cross,
  reason,
  deadline(60000, () =>
    inProject(files, async (dir) => {
      const huge = await rproc('emit', dir, '--stack', '300000');
      assert.is(huge.status, 2);
      assert.match(huge.stderr, /^RP2005 .*stack/);
      assert.is((await rproc('emit', dir, '--stack', '262000')).status, 0);
      run(dir, 'arm-none-eabi-gcc', ...COMPILE, '-c', 'main.c', '-o', 'main.o');
      assert.throws(
        () =>
          run(dir, 'arm-none-eabi-ld', '-T', 'blinky.ld', 'main.o', 'resource_table.o', '-o', 'blinky.elf'),
        /no room for stack|stack does not fit/,
      );
    }),
  ),
);

/** The numbers that a header defines. */
function defines(header: string): { readonly [name: string]: number } {
  const found = [...header.matchAll(/^#define (\w+) +(\d+)u/gm)].map(([, name, value]) => [
    name,
    Number(value),
  ]);
  return Object.fromEntries(found);
}

test.run();

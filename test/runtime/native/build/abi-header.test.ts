/** rproc-abi.h as compilers see it: the offsets and values of runtime/abi. */
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as app from '../../../../runtime/abi/app.js';
import * as native from '../../../../runtime/abi/native.js';
import { abiHeader, FORMATS } from '../../../../runtime/native/build/abi-header.js';
import { ENGINE_HASH } from '../../../../runtime/native/build/engine.js';
import { deadline } from '../../../../sdk/testing/deadline.js';
import { inFolder } from '../../../support/elf-oracles.js';
import { need } from '../../../support/need.js';

/** What a program that includes the header prints, line by line. */
function printed(statements: readonly string[]): string[] {
  const program = ['#include <stdio.h>', '#include "rproc-abi.h"', 'int main(void) {', ...statements, '}'];
  return inFolder({ 'rproc-abi.h': abiHeader(), 'print.c': program.join('\n') }, (cwd) => {
    execFileSync('gcc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', 'print.c', '-o', 'print'], { cwd });
    return execFileSync('./print', { cwd, encoding: 'utf8' }).trimEnd().split('\n');
  });
}

test(
  'the formats that C has to know are there',
  deadline(1000, () => {
    assert.equal(FORMATS.map(({ kind }) => kind).sort(), [
      ...['rproc_app', 'rproc_app_bytecode', 'rproc_board', 'rproc_protection'],
      ...['rproc_range', 'rproc_status', 'rproc_write'],
    ]);
  }),
);

(need('gcc') ? test : test.skip)(
  'offsets and sizes are those of the declarations',
  deadline(20_000, () => {
    const rows = FORMATS.flatMap(({ kind, fields, size }) => [
      { c: `sizeof(struct ${kind})`, value: size },
      ...fields.flatMap(({ name, offset, size: bytes }) => [
        { c: `offsetof(struct ${kind}, ${name})`, value: offset },
        { c: `sizeof(((struct ${kind} *)0)->${name})`, value: bytes },
      ]),
    ]);
    assert.ok(rows.length > 100);
    const out = printed(rows.map(({ c }) => `printf("%zu\\n", ${c});`));
    assert.equal(
      rows.map(({ c }, i) => `${c} ${out[i]}`),
      rows.map(({ c, value }) => `${c} ${value}`),
    );
  }),
);

(need('gcc') ? test : test.skip)(
  'constants have their values',
  deadline(20_000, () => {
    const numbers: readonly (readonly [string, number])[] = [
      ['RPROC_APP_MAGIC', app.APP_MAGIC],
      ['RPROC_APP_KIND_BYTECODE', app.APP_KIND_BYTECODE],
      ['RPROC_BOARD_MAGIC', native.BOARD_MAGIC],
      ['RPROC_STATUS_VERSION', native.STATUS_VERSION],
      ['RPROC_NATIVE_CONSOLE_NS16550', native.NativeConsole.ns16550],
      ['RPROC_NATIVE_TIMER_SP804', native.NativeTimer.sp804],
      ['RPROC_NATIVE_IRQC_PLIC', native.NativeIrqc.plic],
      ['RPROC_NATIVE_STATE_CRASHED', native.NativeState.crashed],
      ['RPROC_CRASH_CAUSE_EXCEPTION', native.CrashCause.exception],
    ];
    const out = printed([
      ...numbers.map(([name]) => `printf("%u\\n", ${name});`),
      'printf("%s\\n", RPROC_SECTION_STATUS);',
      'static const uint8_t hash[] = RPROC_ENGINE_HASH;',
      'for (size_t i = 0; i < sizeof(hash); i++) printf("%02x", hash[i]);',
    ]);
    assert.equal(out, [...numbers.map(([, value]) => String(value)), native.SECTION_STATUS, ENGINE_HASH]);
  }),
);

for (const compiler of ['arm-none-eabi-gcc', 'riscv64-unknown-elf-gcc', 'clang']) {
  (need(compiler) ? test : test.skip)(
    `${compiler} agrees with the offsets that the header asserts`,
    deadline(20_000, () => {
      inFolder({ 'rproc-abi.h': abiHeader(), 'use.c': '#include "rproc-abi.h"\n' }, (cwd) => {
        const options = { cwd, encoding: 'utf8', stdio: 'pipe' } as const;
        const run = (...flags: string[]) => execFileSync(compiler, [...flags, '-c', 'use.c'], options);
        run('-ffreestanding', '-Wall', '-Wextra', '-Werror');
        // The assertions are there at all: with a field more they fail.
        const grown = '-Dheap_size=more;uint32_t heap_size';
        assert.throws(() => run('-ffreestanding', grown), /static assertion failed|static_assert failed/i);
      });
    }),
  );
}

test.run();

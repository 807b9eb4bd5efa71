/** `node --import tsx test/conformance/write-expected.ts`: writes down what the programs say now, to be read before it is kept. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram, converse, expectedFile, programs } from './suite.js';

const dir = mkdtempSync(join(tmpdir(), 'rproc-expected-'));
try {
  for (const program of programs) {
    const elf = await buildProgram(program, 'virt-m4', join(dir, `${program}.elf`));
    writeFileSync(expectedFile(program), await converse(program, elf));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

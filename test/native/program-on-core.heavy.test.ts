/**
 * Bytecode and profiles on the machine code itself, which QEMU runs: what the gate lets through works on the small engine, what it
 * refuses fails there, and crashes lead to the author's lines.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuCore } from '../../host-sim/index.js';
import { SECTION_PROGRAM, SECTION_SOURCEMAP } from '../../runtime/abi/app.js';
import { assemble } from '../../sdk/build/assemble.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { readElf } from '../../sdk/elf/read.js';
import { nativeProgram } from '../../sdk/native/program.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runImage } from '../../sdk/testing/run-image.js';
import { onPath, skipUnless } from '../support/need.js';
import { inProject } from '../support/project-folder.js';
import { NEEDS_FULL, SMALL_WILL_DO } from './full-constructs.js';
import { hasProducts } from './products.js';

const LIMIT = 120_000;
const BOARD = 'qemu-mps2-an386';

const config = (more: string): string => `import { defineFirmware, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'program',
  board: '${BOARD}',
  entry: './src/main.ts',
  resources: [trace({ size: 16384 })],
  ${more}
});
`;

function sectionText(elf: Uint8Array, name: string): string {
  const file = readElf(elf, 'program.elf');
  return Buffer.from(file.sectionData(file.sections.find((one) => one.name === name)!)).toString();
}

function onCore(name: string, body: () => Promise<void>): void {
  const there = onPath('qemu-system-arm') && hasProducts();
  skipUnless(test, name, there, 'it takes qemu-system-arm and npm run build:native', deadline(LIMIT, body));
}

/** Each expression in a try of its own, so that one failure does not hide another. */
const expressions = [...NEEDS_FULL.map(([code]) => code), ...SMALL_WILL_DO];
const TRIES = `const tries: (() => unknown)[] = [
${expressions.map((code) => `  () => ${code.startsWith('({') ? `(${code})` : code},`).join('\n')}
];
for (let i = 0; i < tries.length; i++) {
  let outcome = 'works';
  try {
    tries[i]();
  } catch (error) {
    outcome = (error as Error).name;
  }
  console.log(i + ' ' + outcome);
}
console.log('done');
`;

onCore(
  'what the gate refuses fails on the small engine, what it lets through works; on the full one all works',
  () =>
    inProject(
      { 'firmware.config.ts': config(''), 'src/main.ts': `// @ts-nocheck\n${TRIES}` },
      async (dir) => {
        const firmware = await loadFirmware(dir);
        const { image, program } = await bundleFirmware(firmware);
        assert.is(program.profile?.profile, 'full');
        assert.is(program.profile?.uses.length, NEEDS_FULL.length);
        const code = sectionText(image.elf, SECTION_PROGRAM);
        const sourceMap = sectionText(image.elf, SECTION_SOURCEMAP);
        const outcomes = async (elf: Uint8Array): Promise<string[]> => {
          const { board } = firmware;
          const options = { image: elf, file: 'program.elf', board, core: qemuCore(), until: 'done' };
          const { trace, outcome, problem } = await runImage(options);
          assert.is(outcome, 'until seen', problem?.detail ?? problem?.what);
          return trace[0].split('\n').slice(0, expressions.length);
        };
        assert.equal(
          await outcomes(image.elf),
          expressions.map((_, i) => `${i} works`),
        );
        const small = await nativeProgram(firmware, code, 'small');
        const failed = await outcomes((await assemble(firmware, { code, sourceMap, ...small })).elf);
        assert.equal(
          failed.map((line) => / works$/.test(line)),
          expressions.map((_, i) => i >= NEEDS_FULL.length),
          failed.join('\n'),
        );
      },
    ),
);

const CRASH = `import { setLimit } from './limit.js';

function start(value: number): void {
  setLimit(value * 2);
}
setTimeout(() => start(21), 5);
`;
const LIMIT_TS = `export function setLimit(value: number): void {
  if (value > 40) throw new RangeError('limit ' + value);
}
`;
for (const minify of process.env.RPROC_VOLUME === 'full' ? [true, false] : [true]) {
  onCore(
    `stacks of bytecode lead to the author's lines, as those of the simulated core, minify: ${minify}`,
    () => {
      const files = {
        'firmware.config.ts': config(`minify: ${minify},`),
        'src/main.ts': CRASH,
        'src/limit.ts': LIMIT_TS,
      };
      return inProject(files, async (dir) => {
        const crash = async (
          debug: 'none' | 'lines',
          core?: ReturnType<typeof qemuCore>,
        ): Promise<string[]> => {
          const firmware = { ...(await loadFirmware(dir)), debug };
          const { image } = await bundleFirmware(firmware);
          const options = { image: image.elf, file: 'program.elf', board: firmware.board, core };
          const { outcome, problem } = await runImage(options);
          assert.is(outcome, 'crashed', problem?.what);
          assert.match(problem!.what, /RangeError: limit 42/);
          return problem!
            .detail!.trim()
            .split('\n')
            .map((line) => line.trim());
        };
        const stack = await crash('lines', qemuCore());
        assert.is(stack[0].replace(/^at \S+ /, ''), '(src/limit.ts:2:29)');
        assert.match(stack[1], /\(src\/main\.ts:4:3\)$/);
        assert.match(stack[2], /\(src\/main\.ts:6:18\)$/);
        const simulated = await crash('lines');
        assert.equal(stack.slice(0, 3), simulated.slice(0, 3));
        const bare = await crash('none', qemuCore());
        assert.ok(bare.includes("(no lines: the image was built with debug: 'none')"), bare.join());
      });
    },
  );
}

test.run();

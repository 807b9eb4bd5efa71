/** Images around an Espruino build: a made-up one, since no real one is to be had here; all that matters is its segments. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { checkImage } from '../../sdk/check/index.js';
import type { EspruinoOptions } from '../../sdk/config/engine.js';
import { readElf, writeObject } from '../../sdk/elf/index.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { link } from '../../sdk/link/link.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { exampleConversations } from '../conformance/conversations/examples.js';
import { onPath } from '../support/need.js';
import { inProject, rproc } from '../support/project-folder.js';
import { root } from '../support/sources.js';
import { bundle } from './build.js';

const test = suite('espruino base', { dir: '', base: '' });

const CODE = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 0xff);
const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const SCRIPT = `
ENTRY(start)
PHDRS { code PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
SECTIONS {
  .text 0x10000000 : { *(.text) } :code
  .data 0x10040000 : AT(0x10001000) { *(.data) } :data
  .bss 0x10001008 (NOLOAD) : AT(0x10001008) { *(.bss) } :data
}
start = 0x10000005;
`;
const AREAS = { savedCode: { da: 0x10008000, len: 0x10000 }, ram: { da: 0x10020000, len: 0x8000 } } as const;

test.before(async (context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-espruino-'));
  context.base = join(context.dir, 'espruino.elf');
  const object = writeObject({
    machine: 'arm',
    sections: [
      { name: '.text', type: 'progbits', alloc: true, align: 4, data: CODE },
      { name: '.data', type: 'progbits', alloc: true, write: true, align: 4, data: DATA },
    ],
    symbols: [],
  });
  // Without --gc-sections' roots nothing of it would be kept.
  const script = SCRIPT.replaceAll(/\*\((\.\w+)\)/g, 'KEEP(*($1))');
  const { elf } = await link({ machine: 'arm', objects: [{ name: 'espruino.o', bytes: object }], script });
  writeFileSync(context.base, elf);
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const image = (base: string, areas: Omit<EspruinoOptions, 'base'> = AREAS) =>
  bundle(join(root, 'examples/echo'), 'espruino', { espruino: { base, ...areas } });

/** Files of an Espruino Storage, as jsflash.c walks over them. */
function storageFiles(area: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const words = new DataView(area.buffer, area.byteOffset, area.length);
  for (let at = 0; words.getUint32(at, true) !== 0xffffffff; ) {
    const size = words.getUint32(at, true) & 0xffffff;
    const name = new TextDecoder().decode(area.subarray(at + 4, at + 32)).replace(/\0+$/, '');
    files.set(name, area.subarray(at + 32, at + 32 + size));
    at += (32 + size + 3) & ~3;
  }
  return files;
}

test(
  "the build's segments and entry are there, the program in its Storage, the table in free RAM",
  deadline(60000, async ({ dir, base }) => {
    const { image: made, program } = await image(base);
    const elf = readElf(made.elf, 'image');
    assert.is(elf.header.entry, 0x10000005n);
    const bytesAt = (da: number, len: number): Uint8Array => {
      const segment = elf.segments.find(
        ({ type, paddr, filesz }) => type === 1 && Number(paddr) <= da && da + len <= Number(paddr + filesz),
      )!;
      const at = Number(segment.offset) + da - Number(segment.paddr);
      return made.elf.slice(at, at + len);
    };
    assert.equal(bytesAt(0x10000000, CODE.length), CODE);
    assert.equal(bytesAt(0x10001000, DATA.length), DATA);

    const storage = bytesAt(AREAS.savedCode.da, AREAS.savedCode.len);
    const files = storageFiles(storage);
    assert.equal([...files.keys()], ['.rproc', '.bootcde']);
    assert.is(new TextDecoder().decode(files.get('.bootcde')), made.upload);
    assert.is(made.upload!.length, program.code.length);
    assert.match(
      made.upload!,
      new RegExp(`\\bda: *${AREAS.ram.da}\\b`),
      'the program knows where the table is',
    );
    const free = storage.subarray(64 + 32 + made.upload!.length);
    assert.ok(free.length > 10000 && free.every((byte) => byte === 0xff), 'the rest reads as erased flash');

    const { app, rproc, sections } = inspectElf(made.elf, 'image');
    assert.is(app?.engine, 'espruino');
    assert.is(app?.crcOk, true);
    assert.is(rproc?.native, true);
    const table = sections.find(({ name }) => name === '.resource_table')!;
    assert.is(Number(table.addr), AREAS.ram.da);

    if (onPath('readelf')) {
      const file = join(dir, 'image.elf');
      writeFileSync(file, made.elf);
      const shown = execFileSync('readelf', ['-lW', file], { encoding: 'utf8' });
      for (const address of ['0x10000000', '0x10001000', '0x10008000', '0x10020000'])
        assert.match(shown, new RegExp(`LOAD +0x\\w+ 0x\\w+ ${address}`));
    }
  }),
);

test(
  'is an image like any other: check says that it boots, and the simulated core runs its program',
  deadline(60000, async ({ base }) => {
    const { image: made } = await image(base);
    const report = checkImage({ image: made.elf, file: 'image.elf', board: findBoard('virt-m4')! });
    const { verdict } = await report;
    assert.is(verdict, 'boots');
    const remote = await boot(made.elf);
    const lines = await exampleConversations.echo(remote);
    assert.ok(lines.length > 700);
    assert.is(await remote.stop(), 0);
  }),
);

const refused: readonly [string, Partial<EspruinoOptions>, RegExp][] = [
  ['a build that is not there', { base: 'none.elf' }, /RP2072.*none\.elf cannot be read/],
  [
    'memory of a segment',
    { ram: { da: 0x10000100, len: 0x1000 } },
    /RP2074.*ram \(0x10000100 to 0x10001100\) overlaps/,
  ],
  ['one area in the other', { ram: { da: 0x10017fff, len: 0x1000 } }, /RP2074.*savedCode .* overlaps ram/],
  [
    'memory that the board does not share',
    { savedCode: { da: 0x90008000, len: 0x10000 } },
    /RP2077.*savedCode \(0x90008000 to 0x90018000\) is not memory that virt-m4 shares/,
  ],
  [
    'memory that Linux keeps for itself',
    { ram: { da: 0x10068000, len: 0x4000 } },
    /RP2074.*ram .* overlaps vdev0buffer \(0x10068000/,
  ],
  ['too little Storage', { savedCode: { da: 0x10008000, len: 0x1000 } }, /RP2075.*Storage, which has 4096/],
];
for (const [what, options, message] of refused) {
  test(
    `refuses ${what}`,
    deadline(60000, async ({ base }) => {
      try {
        await image(options.base ?? base, { ...AREAS, ...options });
        assert.unreachable();
      } catch (error) {
        assert.match((error as Error).message, message);
      }
    }),
  );
}

/** Where the program header `i` of a 32-bit image keeps a field. */
const inSegment = (bytes: Buffer, i: number, field: number): number =>
  bytes.readUInt32LE(28) + 32 * i + field;
const [P_TYPE, P_OFFSET, P_PADDR] = [0, 4, 12];

const damaged: readonly [string, (bytes: Buffer) => Uint8Array, RegExp][] = [
  ['a text', () => Buffer.from('{ "name": "espruino" }'), /RP2076.*is no Espruino build.*it is not an ELF/],
  ['an empty file', () => new Uint8Array(0), /RP2076.*it is not an ELF image: it has 0 bytes/],
  ['a header that is cut off', (bytes) => bytes.subarray(0, 40), /RP2076.*it ends inside its ELF header/],
  [
    'segments that are cut off',
    (bytes) => bytes.subarray(0, bytes.readUInt32LE(inSegment(bytes, 0, P_OFFSET)) + 16),
    /RP2076.*segment 0 exceeds the file/,
  ],
  [
    'no segments',
    (bytes) => {
      for (const i of [0, 1]) bytes.writeUInt32LE(0, inSegment(bytes, i, P_TYPE));
      return bytes;
    },
    /RP2076.*it has no segment to load/,
  ],
  [
    'an object file',
    () => Buffer.from(writeObject({ machine: 'arm', sections: [], symbols: [] })),
    /RP2076.*it has no segment to load/,
  ],
  [
    'segments over one another',
    (bytes) => {
      bytes.writeUInt32LE(0x10000010, inSegment(bytes, 1, P_PADDR));
      return bytes;
    },
    /RP2074.*segment 0 of the build .* overlaps segment 1 of the build/,
  ],
  [
    'a segment where Linux keeps its rings',
    (bytes) => {
      bytes.writeUInt32LE(0x10065000, inSegment(bytes, 1, P_PADDR));
      return bytes;
    },
    /RP2074.*segment 1 of the build .* overlaps vdev0vring1/,
  ],
  [
    'a segment that the board does not have',
    (bytes) => {
      bytes.writeUInt32LE(0x70000000, inSegment(bytes, 1, P_PADDR));
      return bytes;
    },
    /RP2077.*segment 1 of the build .* is not memory that virt-m4 shares/,
  ],
];
for (const [what, damage, message] of damaged) {
  test(
    `refuses ${what}, says where it was named and ends with 2`,
    deadline(60000, async ({ dir, base }) => {
      const file = join(dir, 'damaged.elf');
      writeFileSync(file, damage(readFileSync(base)));
      try {
        await image(file);
        assert.unreachable();
      } catch (error) {
        assert.instance(error, ProblemError);
        const [{ exit, where }] = (error as ProblemError).problems;
        assert.match((error as Error).message, message);
        assert.is(exit, 2);
        assert.match(where!, /firmware\.config\.ts:\d+:\d+$/);
      }
    }),
  );
}

const config = (areas: string): string => `import { defineFirmware, rpmsgVdev } from 'rproc-sdk';
export default defineFirmware({ name: 'fw', board: 'virt-m4', entry: './src/main.ts', engine: 'espruino', resources: [rpmsgVdev()],
  espruino: { base: 'espruino.elf', ${areas} } });
`;

test(
  'the command says what it made, and nothing is half written when areas are wrong',
  deadline(60000, async ({ base }) =>
    inProject({ 'src/main.ts': "console.log('up');\n" }, async (dir) => {
      copyFileSync(base, join(dir, 'espruino.elf'));
      const declare = (savedCode: string): void =>
        writeFileSync(
          join(dir, 'firmware.config.ts'),
          config(`savedCode: ${savedCode}, ram: { da: 0x10020000, len: 0x8000 }`),
        );
      for (const [savedCode, message] of [
        ['{ da: 0x10008000, len: 0 }', /^RP1003 espruino\.savedCode\.len: must be at least 16\n/],
        ['{ da: 0xfffffff0, len: 32 }', /^RP1003 espruino\.savedCode: must end at 0x100000000 or below\n/],
      ] as const) {
        declare(savedCode);
        const { status, stderr } = await rproc('build', dir);
        assert.is(status, 2);
        assert.match(stderr, message);
        assert.equal(
          readdirSync(dir).filter((name) => name.startsWith('fw.')),
          [],
        );
      }
      declare('{ da: 0x10008000, len: 0x10000 }');
      const { status, stderr } = await rproc('build', dir);
      assert.is(status, 0, stderr);
      assert.match(stderr, /\n.*fw\.js: \d+ bytes to upload or to save as Espruino's boot code\n/);
      assert.match(
        stderr,
        /\nthe image holds the Espruino build espruino\.elf and the program as its saved code\n/,
      );
      assert.is(JSON.parse((await rproc('build', dir, '--json')).stdout).native, true);
    }),
  ),
);

test(
  'refuses a build for another machine',
  deadline(60000, async ({ base }) => {
    try {
      const dir = join(root, 'examples/echo');
      await bundle(dir, 'espruino', { espruino: { base, ...AREAS } }, 'virt-rv32');
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /RP2073.*is no image for riscv32/);
    }
  }),
);

test.run();

/** linux-remoteproc.md section 12: what a coredump is made of, field by field, in both forms and both classes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  coredumpAddCustomSegment,
  coredumpAddSegment,
  coredumpCleanup,
  coredumpSetElfInfo,
  rprocCoredump,
  rprocCoredumpUsingSections,
} from '../../../host-sim/remoteproc/coredump.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { AT, dumpBench, dumpOf, numberAt } from '../../support/coredump-bench.js';

const LIMIT = 5000;

/** Offset and size of each field of the file header and the program header, as the gABI has them. */
const ELF32 = {
  ehdr: 'type 16 2 machine 18 2 version 20 4 entry 24 4 phoff 28 4 shoff 32 4 flags 36 4 ehsize 40 2 phentsize 42 2 phnum 44 2 shentsize 46 2 shnum 48 2 shstrndx 50 2',
  phdr: 'type 0 4 offset 4 4 vaddr 8 4 paddr 12 4 filesz 16 4 memsz 20 4 flags 24 4 align 28 4',
  shdr: 'name 0 4 type 4 4 flags 8 4 addr 12 4 offset 16 4 size 20 4 link 24 4 info 28 4 addralign 32 4 entsize 36 4',
};
const ELF64 = {
  ehdr: 'type 16 2 machine 18 2 version 20 4 entry 24 8 phoff 32 8 shoff 40 8 flags 48 4 ehsize 52 2 phentsize 54 2 phnum 56 2 shentsize 58 2 shnum 60 2 shstrndx 62 2',
  phdr: 'type 0 4 flags 4 4 offset 8 8 vaddr 16 8 paddr 24 8 filesz 32 8 memsz 40 8 align 48 8',
  shdr: 'name 0 4 type 4 4 flags 8 8 addr 16 8 offset 24 8 size 32 8 link 40 4 info 44 4 addralign 48 8 entsize 56 8',
};

function fieldsAt(dump: Uint8Array, at: number, layout: string): { [name: string]: number } {
  const words = layout.split(' ');
  const fields: { [name: string]: number } = {};
  for (let i = 0; i < words.length; i += 3) {
    fields[words[i]] = numberAt(dump, at + Number(words[i + 1]), Number(words[i + 2]));
  }
  return fields;
}

for (const [bits, { ehdr, phdr, shdr }] of [
  [32, ELF32],
  [64, ELF64],
] as const) {
  const [ehsize, phsize, shsize] = bits === 32 ? [52, 32, 40] : [64, 56, 64];
  const ident = [0x7f, 0x45, 0x4c, 0x46, bits / 32, 1, 1, ...new Array(9).fill(0)];
  const common = { type: 4, machine: 243, version: 1, entry: 0x10000040, flags: 0, ehsize };

  /** Three segments, one of a size that no alignment has, with marked bytes. */
  const prepare = async () => {
    const bench = await dumpBench({ entry: 0x10000040 });
    const { rproc } = bench.sim;
    coredumpSetElfInfo(rproc, bits / 32, 243);
    bench.at(AT + 0x2000, 16).set(Array.from({ length: 16 }, (_, i) => i + 1));
    const segments = [
      [AT + 0x2000, 3, 'first'],
      [AT + 0x2004, 8, ''],
      [AT + 0x200f, 1, 'third'],
    ] as const;
    coredumpCleanup(rproc);
    for (const [da, size, name] of segments) coredumpAddCustomSegment(rproc, da, size, undefined, name);
    return { bench, rproc, segments, data: [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 16] };
  };

  test(
    `linux-remoteproc 12: program-header dump of ELF${bits}, field by field, data without padding`,
    deadline(LIMIT, async () => {
      const { bench, rproc, segments, data } = await prepare();
      await rprocCoredump(rproc);
      const dump = dumpOf(bench);
      assert.equal([...dump.subarray(0, 16)], ident);
      assert.equal(fieldsAt(dump, 0, ehdr), {
        ...{ ...common, phoff: ehsize, phentsize: phsize, phnum: 3 },
        ...{ shoff: 0, shentsize: 0, shnum: 0, shstrndx: 0 },
      });
      let offset = ehsize + 3 * phsize;
      for (const [i, [da, size]] of segments.entries()) {
        assert.equal(fieldsAt(dump, ehsize + i * phsize, phdr), {
          ...{ type: 1, offset, vaddr: da, paddr: da, filesz: size, memsz: size, flags: 7, align: 0 },
        });
        offset += size;
      }
      assert.equal([...dump.subarray(ehsize + 3 * phsize)], data);
    }),
  );

  test(
    `linux-remoteproc 12: section dump of ELF${bits}, field by field, names and data`,
    deadline(LIMIT, async () => {
      const { bench, rproc, segments, data } = await prepare();
      await rprocCoredumpUsingSections(rproc);
      const dump = dumpOf(bench);
      assert.equal([...dump.subarray(0, 16)], ident);
      assert.equal(fieldsAt(dump, 0, ehdr), {
        ...{ ...common, phoff: 0, phentsize: 0, phnum: 0 },
        ...{ shoff: ehsize, shentsize: shsize, shnum: 5, shstrndx: 1 },
      });
      const strings = '\0STR_TBL\0first\0\0third\0';
      const at = ehsize + 5 * shsize;
      const nothing = { link: 0, info: 0, addralign: 0, entsize: 0 };
      const sections = Array.from({ length: 5 }, (_, i) => fieldsAt(dump, ehsize + i * shsize, shdr));
      assert.equal(sections[0], { name: 0, type: 0, flags: 0, addr: 0, offset: 0, size: 0, ...nothing });
      const table = { name: 1, type: 3, flags: 0, addr: 0, offset: at, size: strings.length };
      assert.equal(sections[1], { ...table, ...nothing });
      let offset = at + strings.length;
      for (const [i, [da, size]] of segments.entries()) {
        const name = [9, 15, 16][i];
        assert.equal(sections[i + 2], { name, type: 1, flags: 1, addr: da, offset, size, ...nothing });
        offset += size;
      }
      assert.is(new TextDecoder().decode(dump.subarray(at, at + strings.length)), strings);
      assert.equal([...dump.subarray(at + strings.length)], data);
    }),
  );
}

test(
  'linux-remoteproc 12: numbers are cut to the fields of the class and to 16 bits of e_phnum and e_shnum',
  deadline(LIMIT, async () => {
    const bench = await dumpBench();
    const { rproc } = bench.sim;
    rproc.bootaddr = 0x1_2345_6789n;
    coredumpAddCustomSegment(rproc, 0x8_1000_0000, 1, (_rproc, _segment, dest) => dest.fill(9));
    await rprocCoredump(rproc);
    assert.is(numberAt(dumpOf(bench), 24, 4), 0x23456789);
    assert.is(numberAt(dumpOf(bench), 52 + 32 + 8, 4), 0x10000000);

    const many = await dumpBench();
    coredumpCleanup(many.sim.rproc);
    for (let i = 0; i < 0x10001; i++) coredumpAddSegment(many.sim.rproc, AT, 0);
    await rprocCoredump(many.sim.rproc);
    assert.is(numberAt(dumpOf(many), 44, 2), 1);
    assert.is(numberAt(dumpOf(many), 52 + 4, 4), 52 + 32, 'data begin behind that many headers');

    const sections = await dumpBench();
    const { rproc: sectioned } = sections.sim;
    coredumpCleanup(sectioned);
    for (let i = 0; i < 0xffff; i++) coredumpAddCustomSegment(sectioned, AT, 0, undefined, '');
    await rprocCoredumpUsingSections(sectioned);
    assert.is(numberAt(dumpOf(sections), 48, 2), 1);
    assert.is(numberAt(dumpOf(sections), 52 + 65536 * 40 + 16, 4), 52 + 40 + 9 + 65535);
  }),
);

test.run();

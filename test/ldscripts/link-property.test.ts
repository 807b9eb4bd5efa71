import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generateLinkerScript, type MapSection, type MemoryMap } from '../../ldscripts/index.js';
import { PT_LOAD, SHF_ALLOC, SHT_NOBITS } from '../../runtime/abi/elf.js';
import { readElf } from '../../sdk/elf/read.js';
import { type ObjectSection, writeObject } from '../../sdk/elf/write-object.js';
import { link } from '../../sdk/link/link.js';
import { need } from '../support/need.js';

interface Case {
  readonly map: MemoryMap;
  /** Contents are made of the sizes at the link, so that a failure's report stays readable. */
  readonly sections: readonly InputSection[];
}

type InputSection = Omit<ObjectSection, 'data' | 'size'> & { readonly size: number };

const regionName = fc.stringMatching(/^[A-Za-z0-9_@. -]{1,12}$/);
const flags = fc.constantFrom('r', 'rw', 'rx');
const align = fc.integer({ min: 0, max: 8 }).map((log) => 2 ** log);

/** A map of regions that may touch, and sections that fit them with every alignment's padding. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    base: fc.integer({ min: 0, max: 0xffff }).map((n) => n * 0x1000),
    names: fc.uniqueArray(regionName, {
      minLength: 1,
      maxLength: 4,
      selector: (name) => name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_'),
    }),
    gaps: fc.array(fc.integer({ min: 0, max: 0x2000 }), { minLength: 4, maxLength: 4 }),
    attributes: fc.constantFrom('', 'r', 'rw', 'rwx'),
    parts: fc.array(
      fc.record({
        region: fc.nat(3),
        flags,
        align,
        noload: fc.boolean(),
        keep: fc.boolean(),
        sizes: fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 3 }),
        inputAlign: fc.option(align, { nil: undefined }),
        bounds: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    note: fc.boolean(),
    debug: fc.boolean(),
  })
  .map(({ base, names, gaps, attributes, parts, note, debug }) => {
    let at = base;
    const regions = names.map((name, i) => {
      at += gaps[i];
      const length = 0x4000 + gaps[(i + 1) % 4];
      const region = { name, origin: at, length, attributes, comment: 'drawn' };
      at += length;
      return region;
    });
    const inputs: InputSection[] = [];
    const sections = parts.map((part, i): MapSection => {
      const patterns = part.sizes.map((size, j) => {
        const name = `.in${i}.${j}`;
        inputs.push({
          name,
          type: part.noload ? 'nobits' : 'progbits',
          alloc: true,
          write: part.flags === 'rw',
          align: part.align,
          size,
        });
        return {
          pattern: name,
          keep: true,
          align: part.inputAlign,
          ...(part.bounds ? { start: `in${i}_${j}`, end: `in${i}_${j}_end` } : {}),
        };
      });
      return {
        name: `.out${i}`,
        region: names[part.region % names.length],
        align: part.align,
        inputs: patterns,
        noload: part.noload,
        segment: { flags: part.flags },
        ...(part.bounds ? { start: `out${i}`, end: `out${i}_end` } : {}),
      };
    });
    if (debug) inputs.push({ name: '.debug', type: 'progbits', alloc: false, align: 1, size: 9 });
    if (note) inputs.push({ name: '.note.own', type: 'note', alloc: false, align: 4, size: 12 });
    const map: MemoryMap = {
      title: ['drawn'],
      entry: 'entry',
      regions,
      sections,
      nonAlloc: debug ? ['.debug'] : [],
      notes: note ? ['.note.own'] : [],
      symbols: [{ name: 'entry', value: regions[0].origin, comment: 'drawn' }],
      asserts: [{ condition: `entry == ${regions[0].origin}`, message: 'entry moved' }],
    };
    return { map, sections: inputs };
  });

async function check(machine: 'arm' | 'riscv32', { map, sections }: Case, linker?: string): Promise<void> {
  const objects = [{ name: 'a.o', bytes: writeObject({ machine, sections: sections.map(filled) }) }];
  const { elf: bytes, warnings } = await link({
    machine,
    objects,
    script: generateLinkerScript(map),
    linker,
  });
  assert.is(warnings, '');
  const elf = readElf(bytes, 'a.elf');
  assert.equal(elf.damage, []);
  const placed = elf.sections.filter((section) => section.flags & BigInt(SHF_ALLOC) && section.size > 0n);
  const names = new Set(placed.map(({ name }) => name));
  for (const { name, inputs } of map.sections) {
    const content = inputs.some(({ pattern }) => sizeOf(sections, pattern) > 0);
    // A section without content may still hold the padding that an input's alignment asks for.
    const padding = inputs.some((input) => input.align !== undefined);
    assert.ok(names.delete(name) ? content || padding : !content, `${name} is there if it has bytes`);
  }
  assert.equal([...names], [], 'no section of the linker takes memory');
  const sorted = [...placed].sort((a, b) => Number(a.addr - b.addr));
  for (let i = 1; i < sorted.length; i++) {
    assert.ok(sorted[i - 1].addr + sorted[i - 1].size <= sorted[i].addr, `${sorted[i].name} overlaps`);
  }
  const symbol = (name: string) => elf.symbols.find((candidate) => candidate.name === name)?.value;
  for (const section of placed) {
    const declared = map.sections.find(({ name }) => name === section.name)!;
    const region = map.regions.find(({ name }) => name === declared.region)!;
    assert.ok(section.addr >= region.origin && section.addr + section.size <= region.origin + region.length);
    assert.is(section.addr % BigInt(declared.align), 0n, `${section.name} is aligned`);
    assert.is(section.type === SHT_NOBITS, declared.noload === true, `${section.name} is NOBITS`);
    const segment = elf.segments.find(
      ({ type, vaddr, memsz }) =>
        type === PT_LOAD && section.addr >= vaddr && section.addr + section.size <= vaddr + memsz,
    )!;
    assert.ok(segment, `${section.name} is in a PT_LOAD`);
    assert.is(segment.paddr, segment.vaddr, 'LMA = VMA');
    const bits = { r: 4, rw: 6, rx: 5 }[declared.segment.flags as 'r' | 'rw' | 'rx'];
    assert.is(segment.flags, bits);
    if (declared.start) {
      assert.is(symbol(declared.start), section.addr);
      assert.is(symbol(declared.end!), section.addr + section.size);
      for (const { start, end, align: inputAlign, pattern } of declared.inputs) {
        const length = Number(symbol(end!)! - symbol(start!)!);
        const size = sizeOf(sections, pattern);
        if ((inputAlign ?? 1) >= declared.align) assert.is(length, size, `${pattern} between its symbols`);
        else
          assert.ok(
            length >= size && length < size + declared.align,
            `${pattern} and padding between its symbols`,
          );
        if (inputAlign) assert.is(symbol(start!)! % BigInt(inputAlign), 0n);
      }
    }
  }
  assert.is(elf.header.entry, BigInt(map.regions[0].origin));
}

function filled({ size, ...section }: InputSection): ObjectSection {
  if (section.type === 'nobits') return { ...section, size };
  return { ...section, data: new Uint8Array(size).fill(section.type === 'note' ? 0 : 0xa5) };
}

function sizeOf(sections: readonly InputSection[], name: string): number {
  return sections.find((candidate) => candidate.name === name)?.size ?? 0;
}

/** Volume of CI; by default less. Failures print their seed and the map. */
const runs = process.env.RPROC_VOLUME === 'full' ? 1000 : 60;

for (const machine of ['arm', 'riscv32'] as const) {
  test(`${machine}: random maps link with the bundled LLD`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, (drawn) => check(machine, drawn)),
      { numRuns: runs, seed: 20251, includeErrorInReport: true },
    );
  });
  const linker = machine === 'arm' ? 'arm-none-eabi-ld' : 'riscv64-unknown-elf-ld';
  (need(linker) ? test : test.skip)(`${machine}: random maps link with GNU ld`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, (drawn) => check(machine, drawn, linker)),
      { numRuns: Math.ceil(runs / 4), seed: 20252, includeErrorInReport: true },
    );
  });
}
(need('ld.lld') ? test : test.skip)('random maps link with LLD 14', async () => {
  await fc.assert(
    fc.asyncProperty(cases, (drawn) => check('riscv32', drawn, 'ld.lld')),
    { numRuns: Math.ceil(runs / 4), seed: 20253, includeErrorInReport: true },
  );
});

test.run();

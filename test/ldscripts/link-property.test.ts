import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  generateFragments,
  generateLinkerScript,
  LinkerScriptError,
  type MapArea,
  type MapSection,
  type MemoryMap,
  validateMemoryMap,
} from '../../ldscripts/index.js';
import { PT_LOAD, SHF_ALLOC, SHT_NOBITS } from '../../runtime/abi/elf.js';
import type { ElfSection } from '../../sdk/elf/elf-file.js';
import { readElf } from '../../sdk/elf/read.js';
import { type ObjectMachine, type ObjectSection, writeObject } from '../../sdk/elf/write-object.js';
import { link } from '../../sdk/link/link.js';
import { readelfSections } from '../support/elf-oracles.js';
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
    areas: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('stack', 'heap', 'pool'),
        region: fc.nat(3),
        size: fc.integer({ min: 1, max: 0x1000 }),
        align: fc.option(align, { nil: undefined }),
        at: fc.constantFrom('behind-sections' as const, 'region-end' as const, undefined),
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
    strictEnds: fc.boolean(),
    note: fc.boolean(),
    debug: fc.boolean(),
  })
  .map(({ base, names, gaps, attributes, parts, areas, strictEnds, note, debug }) => {
    let at = base;
    const regions = names.map((name, i) => {
      at += gaps[i];
      const length = 0x9000 + gaps[(i + 1) % 4];
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
      areas: areas.map((area): MapArea => ({ ...area, region: names[area.region % names.length] })),
      includes: [{ file: 'own.ld', at: 'end' }],
      strictEnds,
    };
    return { map, sections: inputs };
  });

/** What the maps INCLUDE, and what a project's own script INCLUDEs in the place of a whole script. */
const OWN = { 'own.ld': 'own_symbol = 0x1234;\n' };

async function check(machine: ObjectMachine, { map, sections }: Case, linker?: string): Promise<void> {
  const objects = [{ name: 'a.o', bytes: writeObject({ machine, sections: sections.map(filled) }) }];
  const { elf: bytes, warnings } = await link({
    machine,
    objects,
    script: generateLinkerScript(map),
    includes: OWN,
    linker,
  });
  assert.is(warnings, '');
  const fragments = generateFragments(map);
  const halves = await link({
    machine,
    objects,
    script: `ENTRY(${map.entry})\nINCLUDE memory.ld\nINCLUDE sections.ld\n`,
    includes: { ...OWN, 'memory.ld': fragments.memory, 'sections.ld': fragments.sections },
    linker,
  });
  assert.equal(halves.elf, bytes, 'the two halves make the same image');
  const elf = readElf(bytes, 'a.elf');
  // readelf warns of an image without any content.
  if (READELF && elf.segments.length > 0) {
    assert.equal(
      readelfSections(bytes).map(({ name, addr, size }) => [name, addr, size]),
      elf.sections.map(({ name, addr, size }) => [name, Number(addr), Number(size)]),
    );
  }
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
  assert.is(symbol('own_symbol'), 0x1234n);
  checkLimits(map, placed, symbol);
}

/** Areas and sections of a region: in it, apart, and away from a strict end. */
function checkLimits(
  map: MemoryMap,
  placed: readonly ElfSection[],
  symbol: (name: string) => bigint | undefined,
): void {
  for (const region of map.regions) {
    const end = BigInt(region.origin + region.length - (map.strictEnds ? 1 : 0));
    const taken = placed
      .filter(({ name }) => map.sections.find((one) => one.name === name)!.region === region.name)
      .map(({ name, addr, size }) => ({ name, from: addr, to: addr + size, area: false }));
    for (const { name, size, align: areaAlign = 8 } of map.areas!.filter(
      (one) => one.region === region.name,
    )) {
      const from = symbol(`__${name}_start`)!;
      assert.is(symbol(`__${name}_end`), from + BigInt(size), name);
      assert.is(from % BigInt(areaAlign), 0n, `${name} is aligned`);
      taken.push({ name, from, to: from + BigInt(size), area: true });
    }
    taken.sort((a, b) => Number(a.from - b.from));
    for (const [i, { name, from, to }] of taken.entries()) {
      assert.ok(from >= region.origin && to <= end, `${name} is in ${region.name}`);
      if (i > 0) assert.ok(taken[i - 1].to <= from, `${name} lies behind ${taken[i - 1].name}`);
      if (taken[i].area)
        assert.ok(!placed.some(({ name: other }) => other === name), `${name} has no section`);
    }
  }
}

function filled({ size, ...section }: InputSection): ObjectSection {
  if (section.type === 'nobits') return { ...section, size };
  return { ...section, data: new Uint8Array(size).fill(section.type === 'note' ? 0 : 0xa5) };
}

function sizeOf(sections: readonly InputSection[], name: string): number {
  return sections.find((candidate) => candidate.name === name)?.size ?? 0;
}

/** Volume of CI; by default less. Failures print their seed and the map. */
const runs = process.env.RPROC_VOLUME === 'full' ? 300 : 10;
const READELF = need('readelf');

/** One thing wrong with a map that was sound, and the code that names it. */
const damages: { readonly [code: string]: (map: MemoryMap) => Partial<MemoryMap> } = {
  LD001: () => ({ sections: [] }),
  LD002: ({ sections: [first, ...rest] }) => ({ sections: [{ ...first, name: `${first.name} }` }, ...rest] }),
  LD003: ({ sections }) => ({ sections: [...sections, sections[0]] }),
  LD004: ({ sections: [first, ...rest] }) => ({
    sections: [{ ...first, region: 'nowhere at all' }, ...rest],
  }),
  LD005: ({ sections: [first, ...rest] }) => ({ sections: [{ ...first, align: 3 * first.align }, ...rest] }),
  LD006: ({ regions: [first, ...rest] }) => ({ regions: [{ ...first, length: 2 ** 32 }, ...rest] }),
  LD007: ({ regions }) => ({ regions: [...regions, { ...regions[0], name: 'again and again' }] }),
  LD008: ({ regions: [first, ...rest] }) => ({ regions: [{ ...first, attributes: 'rx!' }, ...rest] }),
  LD009: ({ sections: [first, ...rest] }) => ({
    sections: [{ ...first, segment: { flags: 'rwxr' } }, ...rest],
  }),
  LD010: ({ asserts }) => ({ asserts: [...asserts, { condition: '1 /* 2', message: 'm' }] }),
  LD011: ({ includes }) => ({ includes: [...includes!, { file: 'a b.ld', at: 'start' }] }),
  LD012: ({ includes }) => ({ includes: [...includes!, { file: 'a.ld', at: { section: '.nowhere' } }] }),
  LD013: ({ areas, regions }) => ({
    areas: [...areas!, { name: 'more', region: regions[0].name, size: -8 }],
  }),
  LD014: ({ areas, regions: [first] }) => ({
    areas: [...areas!, { name: 'more', region: first.name, size: first.length + 1 }],
  }),
};

for (const [code, damage] of Object.entries(damages)) {
  test(`${code}: a sound map with that one thing wrong is refused`, () => {
    fc.assert(
      fc.property(cases, ({ map }) => {
        validateMemoryMap(map);
        assert.throws(
          () => generateLinkerScript({ ...map, ...damage(map) }),
          (error: unknown) => error instanceof LinkerScriptError && error.code === code,
        );
      }),
      { numRuns: runs, seed: 20254, includeErrorInReport: true },
    );
  });
}

const gnu = {
  arm: 'arm-none-eabi-ld',
  riscv32: 'riscv64-unknown-elf-ld',
  aarch64: 'aarch64-linux-gnu-ld',
  riscv64: 'riscv64-unknown-elf-ld',
} as const;

for (const machine of ['arm', 'riscv32', 'aarch64', 'riscv64'] as const) {
  test(`${machine}: random maps link with the bundled LLD`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, (drawn) => check(machine, drawn)),
      { numRuns: runs, seed: 20251, includeErrorInReport: true },
    );
  });
  const linker = gnu[machine];
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

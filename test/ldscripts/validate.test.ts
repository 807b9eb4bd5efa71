import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  generateLinkerScript,
  LinkerScriptError,
  type MemoryMap,
  validateMemoryMap,
} from '../../ldscripts/index.js';

const region = { name: 'sram', origin: 0x10000000, length: 0x1000, attributes: 'rwx', comment: 'chosen' };
const section = {
  name: '.data',
  region: 'sram',
  align: 16,
  inputs: [{ pattern: '.data .data.*' }],
  segment: { flags: 'rw' },
};
const sound: MemoryMap = {
  title: ['a map'],
  entry: 'start',
  regions: [region],
  sections: [section],
  nonAlloc: ['.debug_info'],
  notes: ['.note.x'],
  symbols: [{ name: 'limit', value: 0x20, comment: 'chosen' }],
  asserts: [{ condition: 'limit > 3', message: 'too small' }],
};

const refused: [string, string, Partial<MemoryMap>][] = [
  ['no regions', 'LD001', { regions: [] }],
  ['no sections', 'LD001', { sections: [] }],
  ['an unnamed region', 'LD002', { regions: [{ ...region, name: '' }] }],
  ['a section name with a space', 'LD002', { sections: [{ ...section, name: '.a b' }] }],
  [
    'a pattern that ends its statement',
    'LD002',
    { sections: [{ ...section, inputs: [{ pattern: '.a) }' }] }] },
  ],
  ['a symbol name with an operator', 'LD002', { sections: [{ ...section, start: 'a-b' }] }],
  ['the symbol .', 'LD002', { symbols: [{ name: '.', value: 1, comment: '' }] }],
  ['an entry that is no symbol', 'LD002', { entry: '1st' }],
  ['two regions of one name', 'LD003', { regions: [region, { ...region, origin: 0 }] }],
  [
    'two regions of one spelling',
    'LD003',
    { regions: [region, { ...region, name: 'a-b', origin: 0 }, { ...region, name: 'a_b', origin: 0x1000 }] },
  ],
  ['two sections of one name', 'LD003', { sections: [section, section] }],
  ['a note named like a section', 'LD003', { notes: ['.data'] }],
  ['two symbols of one name', 'LD003', { sections: [{ ...section, start: 'limit' }] }],
  ['start and end alike', 'LD003', { sections: [{ ...section, start: 'a', end: 'a' }] }],
  ['an unknown region', 'LD004', { sections: [{ ...section, region: 'dram' }] }],
  ['alignment 0', 'LD005', { sections: [{ ...section, align: 0 }] }],
  ['alignment 12', 'LD005', { sections: [{ ...section, align: 12 }] }],
  ['alignment 0.5', 'LD005', { sections: [{ ...section, align: 0.5 }] }],
  ['alignment 2^32', 'LD005', { sections: [{ ...section, align: 2 ** 32 }] }],
  ['an input aligned to 3', 'LD005', { sections: [{ ...section, inputs: [{ pattern: '.a', align: 3 }] }] }],
  ['no length', 'LD006', { regions: [{ ...region, length: 0 }] }],
  ['a negative origin', 'LD006', { regions: [{ ...region, origin: -1 }] }],
  ['an end beyond 32 bits', 'LD006', { regions: [{ ...region, origin: 0xfffff001, length: 0x1000 }] }],
  ['a fraction', 'LD006', { regions: [{ ...region, length: 1.5 }] }],
  ['overlapping regions', 'LD007', { regions: [region, { ...region, name: 'b', origin: 0x10000fff }] }],
  [
    'a region inside another',
    'LD007',
    { regions: [region, { ...region, name: 'b', origin: 0x10000004, length: 4 }] },
  ],
  ['attributes other than rwx', 'LD008', { regions: [{ ...region, attributes: 'rwi' }] }],
  ['an attribute twice', 'LD008', { regions: [{ ...region, attributes: 'rr' }] }],
  ['segment flags other than rwx', 'LD009', { sections: [{ ...section, segment: { flags: 'RW' } }] }],
  [
    'a symbol value that ends its statement',
    'LD010',
    { symbols: [{ name: 'a', value: '1; b = 2', comment: '' }] },
  ],
  ['a symbol value of 33 bits', 'LD010', { symbols: [{ name: 'a', value: 2 ** 32, comment: '' }] }],
  ['an empty condition', 'LD010', { asserts: [{ condition: ' ', message: 'm' }] }],
  ['a quote in a message', 'LD010', { asserts: [{ condition: '1', message: 'a"b' }] }],
  ['an area in an unknown region', 'LD004', { areas: [{ name: 'heap', region: 'dram', size: 8 }] }],
  ['an area aligned to 12', 'LD005', { areas: [{ name: 'heap', region: 'sram', size: 8, align: 12 }] }],
  ['an area whose name is no symbol', 'LD002', { areas: [{ name: 'he-ap', region: 'sram', size: 8 }] }],
  [
    'two areas of one name',
    'LD003',
    { areas: [1, 2].map((size) => ({ name: 'heap', region: 'sram', size })) },
  ],
  ['an INCLUDE that ends its statement', 'LD011', { includes: [{ file: 'a.ld; b = 1', at: 'end' }] }],
  ['an INCLUDE of an absolute path', 'LD011', { includes: [{ file: '/etc/a.ld', at: 'end' }] }],
  ['an INCLUDE in no section', 'LD012', { includes: [{ file: 'a.ld', at: { section: '.text' } }] }],
  ['an area of no bytes', 'LD013', { areas: [{ name: 'heap', region: 'sram', size: 0 }] }],
  ['an area of half a byte', 'LD013', { areas: [{ name: 'heap', region: 'sram', size: 0.5 }] }],
  ['an area larger than its region', 'LD014', { areas: [{ name: 'heap', region: 'sram', size: 0x1001 }] }],
  [
    'a whole region without its last byte',
    'LD014',
    { areas: [{ name: 'heap', region: 'sram', size: 0x1000 }], strictEnds: true },
  ],
  [
    'two areas larger than their region',
    'LD014',
    {
      areas: [
        { name: 'heap', region: 'sram', size: 0x801 },
        { name: 'stack', region: 'sram', size: 0x800, at: 'region-end' },
      ],
    },
  ],
];
for (const [what, code, change] of refused) {
  test(`refused: ${what} (${code})`, () => {
    for (const use of [validateMemoryMap, generateLinkerScript]) {
      assert.throws(
        () => use({ ...sound, ...change }),
        (error: unknown) =>
          error instanceof LinkerScriptError &&
          error.code === code &&
          error.message !== '' &&
          error.fix !== '',
      );
    }
  });
}

test('sound maps are taken, up to the last address', () => {
  validateMemoryMap(sound);
  validateMemoryMap({ ...sound, regions: [{ ...region, origin: 0xfffff000, length: 0x1000 }] });
  validateMemoryMap({ ...sound, regions: [region, { ...region, name: 'next', origin: 0x10001000 }] });
});

test('areas may fill a region; a region may be strict by itself or not', () => {
  const heap = { name: 'heap', region: 'sram', size: 0x1000 };
  validateMemoryMap({ ...sound, areas: [heap] });
  validateMemoryMap({
    ...sound,
    ...{ regions: [{ ...region, strictEnd: false }], areas: [heap], strictEnds: true },
  });
  assert.throws(
    () => validateMemoryMap({ ...sound, regions: [{ ...region, strictEnd: true }], areas: [heap] }),
    (error: unknown) => error instanceof LinkerScriptError && error.code === 'LD014',
  );
});

test('every number says where it comes from, comments cannot be left', () => {
  const script = generateLinkerScript({
    ...sound,
    title: ['first */ ENTRY(evil)', 'second'],
    regions: [{ ...region, comment: 'manual */ table\n2-1' }],
  });
  assert.match(
    script,
    /sram \(rwx\) : ORIGIN = 0x10000000, LENGTH = 0x00001000 \/\* 4 KiB; manual \* \/ table 2-1 \*\//,
  );
  assert.match(script, /limit = 0x00000020; \/\* chosen \*\//);
  assert.match(script, ' * first * / ENTRY(evil)');
});

test('neighbours share a segment; loaded bytes behind NOBITS ones do not', () => {
  const bss = { ...section, name: '.bss', noload: true };
  const script = generateLinkerScript({
    ...sound,
    sections: [
      section,
      bss,
      { ...section, name: '.data2' },
      { ...section, name: '.text', segment: { flags: 'rx' } },
    ],
  });
  assert.match(script, /data +PT_LOAD FLAGS\(6\); \/\* rw-: \.data \.bss \*\//);
  assert.match(script, /data2 +PT_LOAD FLAGS\(6\); \/\* rw-: \.data2 \*\//);
  assert.match(script, /text +PT_LOAD FLAGS\(5\); \/\* r-x: \.text \*\//);
  assert.is(script.match(/PT_LOAD/g)?.length, 3);
  assert.match(script, '.bss (NOLOAD) : ALIGN(16)');
  assert.match(script, '.data2 : ALIGN(16)');
});

test.run();

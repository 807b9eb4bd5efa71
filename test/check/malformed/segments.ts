/** Section 3: loading segments, and the translation of addresses. */
import * as assert from 'uvu/assert';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { image, type Segment, table } from '../../support/sim-images.js';
import { boots, type MalformedCase, r, unloadable } from './case.js';

const empty = table([]);
const withSegments =
  (segments: readonly Segment[], bits: 32 | 64 = 32) =>
  () =>
    image({ bits, table: empty, segments });
const data = (length: number, value = 0x5a) => new Uint8Array(length).fill(value);
const AT = 0x10001000;

export const segmentCases: readonly MalformedCase[] = [
  {
    rows: ['3.1'],
    name: 'only PT_LOAD counts: a note nowhere in memory is no matter',
    image: withSegments([{ at: 0xf0000000, data: data(16), type: 4 }]),
    expect: boots(),
  },
  {
    rows: ['3.1'],
    name: 'a PT_LOAD of no bytes is skipped, wherever it is and whatever its filesz',
    image: withSegments([{ at: 0xf0000000, memsz: 0, filesz: 0xffffff }]),
    expect: boots(),
  },
  {
    rows: ['3.2'],
    name: 'p_vaddr is nowhere in memory (as in all these images), p_paddr counts',
    image: withSegments([{ at: AT, data: data(4) }]),
    expect: boots(),
    seen: (bench) => assert.equal([...bench.at(AT, 4)], [0x5a, 0x5a, 0x5a, 0x5a]),
  },
  {
    rows: ['3.3'],
    name: 'more bytes in the file than in memory, ELF32',
    image: withSegments([{ at: AT, data: data(32), memsz: 16 }]),
    expect: unloadable(-22, [r('bad phdr filesz 0x20 memsz 0x10')]),
  },
  {
    rows: ['3.3'],
    name: 'more bytes in the file than in memory, ELF64',
    image: withSegments([{ at: AT, filesz: 2n ** 40n, memsz: 16 }], 64),
    expect: unloadable(-22, [r('bad phdr filesz 0x10000000000 memsz 0x10')]),
  },
  {
    rows: ['3.4'],
    name: 'a segment cut off by the end of the file, ELF32',
    image: withSegments([{ at: AT, offset: 0x100, filesz: 0x10000, memsz: 0x10000 }]),
    expect: unloadable(-22, [r('truncated fw: need 0x10100 avail SIZE_HEX')]),
  },
  {
    rows: ['3.4'],
    name: 'an offset behind the end of the file, ELF64',
    image: withSegments([{ at: AT, offset: 2n ** 33n, filesz: 1, memsz: 1 }], 64),
    expect: unloadable(-22, [r('truncated fw: need 0x200000001 avail SIZE_HEX')]),
  },
  {
    rows: ['3.5'],
    name: 'more than 4 GiB on a 64-bit host: no memory is that large',
    image: withSegments([{ at: AT, filesz: 0, memsz: 2n ** 32n }], 64),
    expect: unloadable(-22, [r('bad phdr da 0x10001000 mem 0x100000000')]),
  },
  {
    rows: ['3.5'],
    name: 'more than 4 GiB on a 32-bit host',
    board: stm32mp157DkM4,
    image: withSegments([{ at: AT, filesz: 0, memsz: 2n ** 32n }], 64),
    expect: unloadable(-75, [r('size (100000000) does not fit in size_t type')]),
  },
  {
    rows: ['3.6', '3.1.2'],
    name: 'an address of another memory map',
    image: withSegments([{ at: 0x20000000, data: data(16) }]),
    expect: unloadable(-22, [r('bad phdr da 0x20000000 mem 0x10')]),
  },
  {
    rows: ['3.6', '3.1.2'],
    name: 'a physical address is no device address',
    image: withSegments([{ at: 0x30001000, data: data(16) }], 64),
    expect: unloadable(-22, [r('bad phdr da 0x30001000 mem 0x10')]),
  },
  {
    rows: ['3.6', '3.1.2'],
    name: 'one byte too long for its region, although the next one is adjacent',
    image: withSegments([{ at: 0x1005fff0, data: data(17) }]),
    expect: unloadable(-22, [r('bad phdr da 0x1005fff0 mem 0x11')]),
  },
  {
    rows: ['3.1.2'],
    name: 'the last byte of a region is in it',
    image: withSegments([{ at: 0x1005fff0, data: data(16) }]),
    expect: boots(),
  },
  {
    rows: ['3.1.2'],
    name: '2 GiB above the region: the signed distance is negative',
    image: withSegments([{ at: 0x90000000, data: data(16) }]),
    expect: unloadable(-22, [r('bad phdr da 0x90000000 mem 0x10')]),
  },
  {
    rows: ['3.1.2'],
    name: '4 GiB above the region: the distance is an int, the address wraps into it',
    image: withSegments([{ at: 0x110001000n, data: data(16) }], 64),
    expect: boots(),
    seen: (bench) => assert.is(bench.at(AT, 16)[15], 0x5a),
  },
  {
    rows: ['3.7', '3.8'],
    name: 'bytes of the file, then zeroes',
    image: withSegments([
      { at: AT, data: data(32) },
      { at: AT, data: data(8, 1), memsz: 16 },
    ]),
    expect: boots(),
    seen: (bench) =>
      assert.equal([...bench.at(AT, 20)], [...data(8, 1), ...data(8, 0), 0x5a, 0x5a, 0x5a, 0x5a]),
  },
  {
    rows: ['3.overlap'],
    name: 'segments that overlap: the later one wins',
    image: withSegments([
      { at: AT, data: data(8, 1) },
      { at: AT + 4, data: data(8, 2) },
    ]),
    expect: boots(),
    seen: (bench) => assert.equal([...bench.at(AT, 12)], [...data(4, 1), ...data(8, 2)]),
  },
  {
    rows: ['3.fail'],
    name: 'the first bad segment ends the loop: one message, what came before stays',
    image: withSegments([
      { at: AT, data: data(8, 3) },
      { at: 0x20000000, data: data(16) },
      { at: 0x21000000, data: data(16) },
    ]),
    expect: unloadable(-22, [r('bad phdr da 0x20000000 mem 0x10')]),
    seen: (bench) => assert.equal([...bench.at(AT, 8)], [...data(8, 3)]),
  },
];

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { readElf } from '../../sdk/elf/read.js';
import { formatInspection, inspectElf } from '../../sdk/inspect/index.js';
import { foreignImages } from '../support/elf-foreign.js';
import { linkFirmware } from '../support/elf-images.js';

const image = (await linkFirmware(virtM4)).elf;

/** Everything that can be asked of an image; a ProblemError is an answer, any other error fails the test. */
function describe(bytes: Uint8Array): string {
  try {
    const inspection = inspectElf(bytes, 'x.elf');
    JSON.stringify(inspection);
    const elf = readElf(bytes, 'x.elf');
    elf.symbols.length;
    for (const section of elf.sections) orProblem(() => elf.sectionData(section));
    for (const segment of elf.segments) orProblem(() => elf.segmentData(segment));
    return formatInspection(inspection);
  } catch (error) {
    if (error instanceof ProblemError) return error.message;
    throw error;
  }
}

function orProblem(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
}

test('an image cut at any length is described', () => {
  for (let length = 0; length < image.length; length++)
    assert.ok(describe(image.slice(0, length)).length > 20);
});

test('any byte of the image set to 0, 1, 0x7f or 0xff is described', () => {
  for (let at = 0; at < image.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const bytes = image.slice();
      bytes[at] = value;
      assert.ok(describe(bytes).length > 20);
    }
  }
});

test('any aligned word of the image set to a large value is described', () => {
  for (let at = 0; at + 4 <= image.length; at += 4) {
    for (const value of [0xffffffff, 0x80000000, 0x7fffffff, 0x10000]) {
      const bytes = image.slice();
      new DataView(bytes.buffer).setUint32(at, value, true);
      assert.ok(describe(bytes).length > 20);
    }
  }
});

test('images of other makers, cut and with words overwritten, are described', () => {
  for (const { bytes } of foreignImages()) {
    const step = Math.ceil(bytes.length / 200);
    for (let at = 0; at < bytes.length; at += step) describe(bytes.slice(0, at));
    const headers = [...Array(64).keys()].map((i) => i * 4);
    const tail = headers.map((offset) => bytes.length - 256 + offset);
    for (const at of [...headers, ...tail]) {
      const changed = bytes.slice();
      new DataView(changed.buffer).setUint32(at & ~3, 0xfffffff8, true);
      describe(changed);
    }
  }
});

test('a hostile table whose entries all overlap costs little', () => {
  const count = 100000;
  const table = new Uint8Array(16 + 4 * count + 28 + 255 * 20);
  const view = new DataView(table.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, count, true);
  const entry = 16 + 4 * count;
  for (let i = 0; i < count; i++) view.setUint32(16 + 4 * i, entry, true);
  view.setUint32(entry, 3, true);
  table[entry + 25] = 255;
  const bytes = withTable(table);
  const { resourceTable } = inspectElf(bytes, 'x.elf');
  assert.is(resourceTable?.num, count);
  assert.is(resourceTable?.entries.length, 1024);
  assert.is(resourceTable?.entries[0].problem, 'too many vrings: 255');
});

test('text from the file cannot steer the terminal', () => {
  const bytes = image.slice();
  const elf = readElf(image, 'x.elf');
  const names = elf.sections[elf.header.shstrndx];
  const text = Buffer.from(bytes.buffer, Number(names.offset), Number(names.size));
  const at = text.indexOf('.symtab');
  text.set([0x1b, 0x5b, 0x32, 0x4a, 0x0a], at);
  const shown = formatInspection(inspectElf(bytes, 'evil\u001b[2J.elf'));
  assert.match(shown, '?[2J?ab');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  assert.not.match(shown, /[\u0000-\u0009\u000b-\u001f]/);
});

/** The image with another `.resource_table`, put behind everything else. */
function withTable(table: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(image.length + table.length);
  bytes.set(image);
  bytes.set(table, image.length);
  const view = new DataView(bytes.buffer);
  const header = view.getUint32(32, true) + 40;
  view.setUint32(header + 16, image.length, true);
  view.setUint32(header + 20, table.length, true);
  return bytes;
}

test.run();

/** `inspect --json` field by field against two independent readers, over images of several makers. */
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { foreignImages, foreignOddities } from '../support/elf-foreign.js';
import { linkFirmware } from '../support/elf-images.js';
import { readelf, readelfHeader, readelfSections, readelfSegments, readobj } from '../support/elf-oracles.js';
import { need } from '../support/need.js';
import { image, table, vdev } from '../support/sim-images.js';

const images = [];
for (const board of boards) images.push({ name: board.name, bytes: (await linkFirmware(board)).elf });
const example = fileURLToPath(new URL('../../examples/client-sample', import.meta.url));
const built = await bundleFirmware(await loadFirmware(example));
images.push({ name: 'client-sample', bytes: built.image.elf });
for (const bits of [32, 64] as const) {
  images.push({ name: `hand-made ELF${bits}`, bytes: image({ bits, table: table([vdev()]) }) });
}
images.push(...foreignImages(), ...foreignOddities());
const number = (hex: string) => Number(BigInt(hex));

test('at least 20 images', () => assert.ok(images.length >= 20, String(images.length)));

for (const { name, bytes } of images) {
  test(`${name}: every field is that of llvm-readobj`, async () => {
    const { header, sections, segments, damage } = inspectElf(bytes, name);
    const other = await readobj(bytes, '--file-header', '--sections', '--segments');
    const theirs = other.ElfHeader;
    assert.equal(damage, []);
    assert.equal(
      {
        class: header.class === 'ELF32' ? 1 : 2,
        identVersion: header.identVersion,
        osabi: header.osabi,
        abiVersion: header.abiVersion,
        type: `(0x${header.typeCode.toString(16)})`,
        machine: header.machineCode,
        version: header.version,
        entry: number(header.entry),
        phoff: header.phoff,
        shoff: header.shoff,
        flags: number(header.flags),
        ehsize: header.ehsize,
        phentsize: header.phentsize,
        phnum: header.phnum,
        shentsize: header.shentsize,
        shnum: header.shnum,
        shstrndx: header.shstrndx,
      },
      {
        class: theirs.Ident.Class.Value,
        identVersion: theirs.Ident.FileVersion,
        osabi: theirs.Ident['OS/ABI'].Value,
        abiVersion: theirs.Ident.ABIVersion,
        type: /\(.*\)/.exec(theirs.Type)?.[0],
        machine: theirs.Machine.Value,
        version: theirs.Version,
        entry: theirs.Entry,
        phoff: theirs.ProgramHeaderOffset,
        shoff: theirs.SectionHeaderOffset,
        flags: theirs.Flags.Value,
        ehsize: theirs.HeaderSize,
        phentsize: theirs.ProgramHeaderEntrySize,
        phnum: theirs.ProgramHeaderCount,
        shentsize: theirs.SectionHeaderEntrySize,
        shnum: Number(theirs.SectionHeaderCount),
        shstrndx: Number(theirs.StringTableSectionIndex),
      },
    );
    assert.equal(
      sections.map((s) => [
        ...[s.index, s.name, s.typeCode, number(s.flagsCode), number(s.addr), s.offset, s.size],
        ...[s.link, s.info, s.align, s.entsize],
      ]),
      other.Sections.map(({ Section: s }: any) => [
        ...[s.Index, s.Name.Name, s.Type.Value, s.Flags.Value, s.Address, s.Offset, s.Size],
        ...[s.Link, s.Info, s.AddressAlignment, s.EntrySize],
      ]),
    );
    assert.equal(
      segments.map((s) => [
        ...[s.typeCode, s.offset, number(s.vaddr), number(s.paddr), s.filesz, s.memsz, s.flagsCode, s.align],
      ]),
      other.ProgramHeaders.map(({ ProgramHeader: s }: any) => [
        ...[
          s.Type.Value,
          s.Offset,
          s.VirtualAddress,
          s.PhysicalAddress,
          s.FileSize,
          s.MemSize,
          s.Flags.Value,
        ],
        s.Alignment,
      ]),
    );
  });

  if (need('readelf')) {
    test(`${name}: names, flags and mapping are those of readelf`, () => {
      const { header, sections, segments } = inspectElf(bytes, name);
      const theirs = readelfHeader(bytes);
      assert.is(header.ident.replace(/../g, '$& ').trim(), theirs.Magic);
      assert.is(header.class, theirs.Class);
      assert.is(header.type, theirs.Type.split(' ')[0]);
      assert.is(number(header.entry), number(theirs['Entry point address']));
      assert.is(number(header.flags), number(theirs.Flags.split(',')[0]));
      assert.is(`${header.shstrndx}`, theirs['Section header string table index']);
      assert.equal(
        sections.map((s) => [
          s.index,
          s.name,
          s.type,
          s.flags,
          number(s.addr),
          s.offset,
          s.size,
          s.link,
          s.info,
          s.align,
        ]),
        readelfSections(bytes).map((s) => [
          ...[s.index, s.name, s.type === 'RISCV_ATTRIBUTE' ? 'RISCV_ATTRIBUTES' : s.type, s.flags, s.addr],
          ...[s.offset, s.size, s.link, s.info, s.align],
        ]),
      );
      assert.equal(
        segments.map((s) => [
          ...[
            s.type.slice(0, 14),
            s.offset,
            number(s.vaddr),
            number(s.paddr),
            s.filesz,
            s.memsz,
            s.flags,
            s.align,
          ],
        ]),
        readelfSegments(bytes).map((s) => [
          ...[
            s.type === 'RISCV_ATTRIBUT' ? 'RISCV_ATTRIBUT' : s.type,
            s.offset,
            s.vaddr,
            s.paddr,
            s.filesz,
            s.memsz,
          ],
          ...[s.flags, s.align],
        ]),
      );
      const mapping = [...readelf(bytes, '-lW').matchAll(/^ +\d\d +(.*)$/gm)].map(([, names]) =>
        names.trim(),
      );
      assert.equal(
        segments.map((segment) => segment.sections.join(' ')),
        mapping,
      );
    });
  }
}

/** Types that both readers print by name. */
const noteTypes: { readonly [name: string]: number } = { NT_GNU_BUILD_ID: 3, NT_VERSION: 1 };

for (const { name, bytes } of images) {
  test(`${name}: notes are those of llvm-readobj`, async () => {
    const { NoteSections } = await readobj(bytes, '--notes');
    const theirs = (NoteSections ?? []).flatMap(({ NoteSection: { Name, Notes } }: any) =>
      Notes.map((note: any) => [
        ...[Name, note.Owner, note['Data size'], noteTypes[note.Type.split(' ')[0]]],
        note['Build ID'] ?? Buffer.from(note['Description data']?.Bytes ?? []).toString('hex'),
      ]),
    );
    const ours = inspectElf(bytes, name).notes.map((note) => [
      ...[note.holder, note.name, note.length, note.type, note.hex],
    ]);
    assert.equal(ours, theirs);
  });

  if (need('readelf')) {
    test(`${name}: notes are those of readelf`, () => {
      const theirs = [...readelf(bytes, '-nW').matchAll(/^ {2}(\S+) +0x([0-9a-f]{8})\t(\S+)/gm)].map(
        ([, owner, size, type]) => [owner, parseInt(size, 16), noteTypes[type]],
      );
      const ours = inspectElf(bytes, name).notes.map((note) => [note.name, note.length, note.type]);
      assert.equal(ours, theirs);
    });
  }
}

test.run();

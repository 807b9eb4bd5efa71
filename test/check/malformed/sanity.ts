/** Section 2: the sanity check. 6.1 and 7.2 have row 7, 6.12 has rows 7a to 7c. */
import { image, table } from '../../support/sim-images.js';
import { boots, byte, changed, fails, insane, type MalformedCase, r } from './case.js';

const good = (bits: 32 | 64 = 32) => image({ bits, table: table([]) });
const cutTo =
  (length: number, bits: 32 | 64 = 32) =>
  () =>
    good(bits).slice(0, length);

/** Expectations of the kernels with row 7, beside those of the one with rows 7a to 7c. */
const rowSeven = (expect: ReturnType<typeof insane>) => ({ '6.1': expect, '7.2': expect });

export const sanityCases: readonly MalformedCase[] = [
  {
    rows: ['9.2.empty'],
    name: 'empty file',
    image: cutTo(0),
    expect: {
      verdict: 'fails',
      errno: -22,
      log: [
        r('powering up m4'),
        r('loading /lib/firmware/fw.elf failed with error -22'),
        r('Direct firmware load for fw.elf failed with error -22'),
        r('request_firmware failed: -22'),
        r('Boot failed: -22'),
      ],
    },
  },
  { rows: ['2.2'], name: 'three bytes', image: cutTo(3), expect: insane('Image is too small') },
  {
    rows: ['2.2'],
    name: 'one byte less than the ELF32 header',
    image: cutTo(51),
    expect: insane('Image is too small'),
  },
  {
    rows: ['2.2'],
    name: 'one byte less than the ELF32 header of an ELF64 file',
    image: cutTo(51, 64),
    expect: insane('Image is too small'),
  },
  {
    rows: ['2.3'],
    name: 'a script',
    image: () => new TextEncoder().encode('#!/bin/sh\nexit 0\n'.padEnd(64)),
    expect: insane('Image is corrupted (bad magic)'),
  },
  {
    rows: ['2.3'],
    name: 'last byte of the magic wrong',
    image: byte(3, 0x45),
    expect: insane('Image is corrupted (bad magic)'),
  },
  { rows: ['2.4'], name: 'class 0', image: byte(4, 0), expect: insane('Unsupported class: 0') },
  { rows: ['2.4'], name: 'class 3', image: byte(4, 3), expect: insane('Unsupported class: 3') },
  {
    rows: ['2.5'],
    name: 'one byte less than the ELF64 header',
    image: cutTo(63, 64),
    expect: insane('elf64 header is too small'),
  },
  {
    rows: ['2.6'],
    name: 'big-endian data',
    image: byte(5, 2),
    expect: insane('Unsupported firmware endianness'),
  },
  {
    rows: ['2.6'],
    name: 'no byte order, ELF64',
    image: byte(5, 0, 64),
    expect: insane('Unsupported firmware endianness'),
  },
  {
    rows: ['2.7', '2.7a'],
    name: 'section headers one byte behind the end, ELF32',
    image: changed((ehdr, file) => {
      ehdr.e_shoff = file.length + 1;
    }),
    expect: insane('Section header table is out of bounds'),
    under: rowSeven(insane('Image is too small')),
  },
  {
    rows: ['2.7', '2.7a'],
    name: 'section headers far behind the end, ELF64',
    image: changed((ehdr) => {
      ehdr.e_shoff = 2n ** 62n;
    }, 64),
    expect: insane('Section header table is out of bounds'),
    under: rowSeven(insane('Image is too small')),
  },
  {
    rows: ['2.7', '2.7b'],
    name: 'not one section header in the file, ELF32',
    image: changed((ehdr, file) => {
      ehdr.e_shoff = file.length - 39;
    }),
    expect: insane('Section headers are out of bounds'),
    under: rowSeven(insane('Image is too small')),
  },
  {
    rows: ['2.7', '2.7b'],
    name: 'not one section header in the file, ELF64',
    image: changed((ehdr, file) => {
      ehdr.e_shoff = BigInt(file.length - 63);
    }, 64),
    expect: insane('Section headers are out of bounds'),
    under: rowSeven(insane('Image is too small')),
  },
  {
    rows: ['2.7b'],
    name: 'the file ends inside its last section header, ELF32',
    image: () => good().slice(0, -1),
    expect: insane('Section headers are out of bounds'),
    under: rowSeven(boots()),
  },
  {
    rows: ['2.7b'],
    name: 'the file ends inside its last section header, ELF64',
    image: () => good(64).slice(0, -1),
    expect: insane('Section headers are out of bounds'),
    under: rowSeven(boots()),
  },
  {
    rows: ['2.7b'],
    name: 'e_shnum says more sections than there are; the table is found before',
    image: changed((ehdr) => {
      ehdr.e_shnum = 0xffff;
    }),
    expect: insane('Section headers are out of bounds'),
    under: rowSeven(boots()),
  },
  {
    rows: ['2.7c', '4.1.none', '4.1.default'],
    name: 'no sections, but a string table index',
    image: changed((ehdr) => {
      ehdr.e_shnum = 0;
      ehdr.e_shstrndx = 3;
    }),
    expect: insane('Image is too small'),
    under: rowSeven(fails(-22, [])),
  },
  {
    rows: ['2.shoff0', '4.1.none', '4.1.default'],
    name: 'stripped of all sections: e_shoff 0 passes row 7, and there is no table',
    image: changed((ehdr) => {
      ehdr.e_shoff = 0;
      ehdr.e_shnum = 0;
      ehdr.e_shstrndx = 0;
    }),
    expect: fails(-22, []),
  },
  {
    rows: ['2.8'],
    name: 'no program headers, ELF32',
    image: changed((ehdr) => {
      ehdr.e_phnum = 0;
    }),
    expect: insane('No loadable segments'),
  },
  {
    rows: ['2.8'],
    name: 'no program headers, ELF64',
    image: changed((ehdr) => {
      ehdr.e_phnum = 0;
    }, 64),
    expect: insane('No loadable segments'),
  },
  {
    rows: ['2.9'],
    name: 'program headers behind the end, ELF32',
    image: changed((ehdr, file) => {
      ehdr.e_phoff = file.length + 1;
    }),
    expect: insane('Firmware size is too small'),
  },
  {
    rows: ['2.9'],
    name: 'program headers behind the end, ELF64',
    image: changed((ehdr) => {
      ehdr.e_phoff = 2n ** 63n;
    }, 64),
    expect: insane('Firmware size is too small'),
  },
  {
    rows: ['2.unchecked'],
    name: 'another machine, type, flags, versions and entry sizes: nobody looks',
    image: changed((ehdr) => {
      ehdr.e_machine = 62;
      ehdr.e_type = 1;
      ehdr.e_flags = 0xffffffff;
      ehdr.e_version = 9;
      ehdr.e_ident = ehdr.e_ident.map((value: number, i: number) => (i === 6 ? 9 : value));
      ehdr.e_ehsize = 1;
      ehdr.e_phentsize = 1;
      ehdr.e_shentsize = 1;
    }),
    expect: boots(),
  },
];

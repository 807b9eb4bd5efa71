/** linux-remoteproc.md section 2: what rproc_elf_sanity_check() refuses, in its order. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog } from '../../support/sim-boot.js';
import { ehdrOf, image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';

function good(bits: 32 | 64 = 32): Uint8Array {
  return image({ bits, table: table([]) });
}

interface Row {
  readonly name: string;
  readonly file: () => Uint8Array;
  /** The message, or undefined where the image passes. */
  readonly message: string | undefined;
  readonly kernels?: readonly KernelVersion[];
}

function changed(change: (ehdr: { [name: string]: any }, file: Uint8Array) => void, bits: 32 | 64 = 32) {
  return (): Uint8Array => {
    const file = good(bits);
    change(ehdrOf(file), file);
    return file;
  };
}

/** Byte `at` of a good image replaced. */
function byte(at: number, value: number, bits: 32 | 64 = 32): () => Uint8Array {
  return changed((_ehdr, file) => {
    file[at] = value;
  }, bits);
}

const C = ['6.12'] as const;
const AB = ['6.1', '7.2'] as const;

const rows: Row[] = [
  { name: 'a good ELF32 image passes', file: good, message: undefined },
  { name: 'a good ELF64 image passes', file: () => good(64), message: undefined },
  { name: 'row 2: one byte', file: () => new Uint8Array(1), message: 'Image is too small' },
  { name: 'row 2: 51 bytes', file: () => good().slice(0, 51), message: 'Image is too small' },
  {
    name: 'row 2 before row 3: short and no ELF',
    file: () => new Uint8Array(51).fill(1),
    message: 'Image is too small',
  },
  ...[0, 1, 2, 3].map((at) => ({
    name: `row 3: byte ${at} of the magic`,
    file: byte(at, 0x20),
    message: 'Image is corrupted (bad magic)',
  })),
  { name: 'row 4: class 0', file: byte(4, 0), message: 'Unsupported class: 0' },
  { name: 'row 4: class 3', file: byte(4, 3), message: 'Unsupported class: 3' },
  { name: 'row 4: class 255', file: byte(4, 255), message: 'Unsupported class: 255' },
  {
    name: 'row 5: 63 bytes of ELF64',
    file: () => good(64).slice(0, 63),
    message: 'elf64 header is too small',
  },
  { name: 'row 6: big endian', file: byte(5, 2), message: 'Unsupported firmware endianness' },
  { name: 'row 6: no data encoding', file: byte(5, 0), message: 'Unsupported firmware endianness' },
  {
    name: 'row 7: one section header more than the file, ELF32',
    file: changed((ehdr, file) => {
      ehdr.e_shoff = file.length - 39;
    }),
    message: 'Image is too small',
    kernels: AB,
  },
  {
    name: 'row 7: one section header more than the file, ELF64',
    file: changed((ehdr, file) => {
      ehdr.e_shoff = BigInt(file.length - 63);
    }, 64),
    message: 'Image is too small',
    kernels: AB,
  },
  {
    name: 'row 7: the last section header just fits (and no table is found)',
    file: changed((ehdr, file) => {
      ehdr.e_shoff = file.length - 40;
      ehdr.e_shnum = 0;
    }),
    message: '',
    kernels: AB,
  },
  {
    name: 'row 7a: section headers behind the end',
    file: changed((ehdr, file) => {
      ehdr.e_shoff = file.length + 1;
    }),
    message: 'Section header table is out of bounds',
    kernels: C,
  },
  {
    name: 'row 7b: more section headers than there is room for',
    file: changed((ehdr) => {
      ehdr.e_shnum += 1;
    }),
    message: 'Section headers are out of bounds',
    kernels: C,
  },
  {
    name: 'row 7b does not look where e_shnum is 0; 7c does',
    file: changed((ehdr, file) => {
      ehdr.e_shoff = file.length;
      ehdr.e_shnum = 0;
    }),
    message: 'Image is too small',
    kernels: C,
  },
  {
    name: 'row 7c: string table index behind the end',
    file: changed((ehdr) => {
      ehdr.e_shstrndx = ehdr.e_shnum;
    }),
    message: 'Image is too small',
    kernels: C,
  },
  {
    name: 'row 7c is not known to 6.1 and 7.2: the table is not found',
    file: changed((ehdr) => {
      ehdr.e_shstrndx = ehdr.e_shnum;
    }),
    message: '',
    kernels: AB,
  },
  {
    name: 'row 8: no program headers',
    file: changed((ehdr) => {
      ehdr.e_phnum = 0;
    }),
    message: 'No loadable segments',
  },
  {
    name: 'row 8 before row 9',
    file: changed((ehdr, file) => {
      ehdr.e_phnum = 0;
      ehdr.e_phoff = file.length + 1;
    }),
    message: 'No loadable segments',
  },
  {
    name: 'row 9: program headers behind the end',
    file: changed((ehdr, file) => {
      ehdr.e_phoff = file.length + 1;
    }),
    message: 'Firmware size is too small',
  },
  {
    name: 'row 9: program headers at the end are not looked into',
    file: changed((ehdr, file) => {
      ehdr.e_phoff = file.length;
    }),
    message: undefined,
  },
  ...[
    ['e_type', 1],
    ['e_machine', 3],
    ['e_version', 9],
    ['e_flags', 0xffffffff],
    ['e_ehsize', 1],
    ['e_phentsize', 3],
    ['e_shentsize', 7],
  ].map(([field, value]) => ({
    name: `not checked: ${field}`,
    file: changed((ehdr) => {
      ehdr[field] = value;
    }),
    message: undefined,
  })),
];

for (const { name, file, message, kernels = kernelVersions } of rows) {
  for (const kernel of kernels) {
    test(
      `2 ${name} (${kernel})`,
      deadline(LIMIT, async () => {
        const bench = new Bench({ kernel });
        const bytes = file();
        const { errno, log } = await bench.start(bytes);
        if (message === undefined) {
          assert.is(errno, 0);
          assert.equal(log, bootLog(bytes, UP));
          return;
        }
        assert.is(errno, -22);
        if (message === '') assert.equal(log, bootLog(bytes, 'Boot failed: -22'));
        else assert.equal(log, ['powering up m4', message, 'Boot failed: -22']);
        assert.equal(bench.core.calls, []);
        assert.is(bench.sim.rproc.power, 0);
        assert.is(bench.sim.rproc.state, 'offline');
      }),
    );
  }
}

test(
  '2 not checked: e_phentsize, the second segment is loaded all the same',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const [first, second] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)];
    const segments = [
      { at: 0x10001000, data: first },
      { at: 0x10002000, data: second },
    ];
    const file = image({ segments, table: table([]) });
    ehdrOf(file).e_phentsize = 3;
    assert.is((await bench.start(file)).errno, 0);
    assert.equal([...bench.at(0x10001000, 3)], [...first]);
    assert.equal([...bench.at(0x10002000, 3)], [...second]);
  }),
);

test(
  '2 row 1: no such file',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const { errno, log } = await bench.start();
    assert.is(errno, -2);
    assert.equal(log, [
      'powering up m4',
      'Direct firmware load for rproc-m4-fw failed with error -2',
      'request_firmware failed: -2',
      'Boot failed: -2',
    ]);
    assert.is(bench.sim.rproc.power, 0);
  }),
);

for (const bits of [32, 64] as const) {
  test(
    `2 the boot address is e_entry unchanged (ELF${bits})`,
    deadline(LIMIT, async () => {
      const bench = new Bench();
      const { errno } = await bench.start(image({ bits, entry: 0x1000_0123, table: table([]) }));
      assert.is(errno, 0);
      assert.is(bench.core.started?.bootAddr, 0x1000_0123n);
    }),
  );
}

test.run();

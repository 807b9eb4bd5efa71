/** Images of other makers: GCC and the GNU assemblers and linkers, none of our code involved. */
import { make } from './elf-oracles.js';
import { need } from './need.js';

/** A resource table in C as vendors write it: one trace, one rpmsg vdev with two vrings. */
const TABLE_C = `
struct table { unsigned ver, num, reserved[2], offset[2];
  struct { unsigned type, da, len, reserved; char name[32]; } trace;
  struct { unsigned type, id, notifyid, dfeatures, gfeatures, config_len;
    unsigned char status, num_of_vrings, reserved[2];
    struct { unsigned da, align, num, notifyid, pa; } vring[2]; } vdev;
} __attribute__((packed));
__attribute__((section(".resource_table"), used, aligned(4)))
struct table table = { 1, 2, {0, 0}, {24, 72},
  { 2, 0x1000, 0x400, 0, "vendor-trace" },
  { 3, 7, 0, 1, 0, 0, 0, 2, {0, 0}, {{ 0xffffffff, 16, 512, 0, 0 }, { 0xffffffff, 4096, 512, 1, 0 }} } };
int counter = 3; int zeros[100];
int _start(int a) { zeros[a] = counter; return (int)(long)&table; }
`;

const START_S = `
  .section .text,"ax"
  .globl _start
_start: .word 0
  .section .resource_table,"aw"
  .balign 4
table: .word 1, 2, 0, 0, 24, 72
  .word 2, 0x1000, 0x400, 0
  .ascii "vendor-trace"
  .zero 20
  .word 3, 7, 0, 1, 0, 0, 0x200
  .word 0xffffffff, 16, 512, 0, 0
  .word 0xffffffff, 4096, 512, 1, 0
  .data
  .word _start
  .bss
  .zero 100
`;

export interface ForeignImage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const gcc = (...options: string[]) => [
  ['gcc', '-ffreestanding', '-nostdlib', '-static', '-g', '-o', 'out.elf', ...options, 'table.c'],
];
const gnu = (prefix: string, emulation: string, ...options: string[]) => [
  [`${prefix}-as`, '-g', ...options, '-o', 'start.o', 'start.s'],
  [`${prefix}-ld`, '-m', emulation, '--build-id', '-Ttext=0x20000000', '-o', 'out.elf', 'start.o'],
];

const arm = (...options: string[]) => [
  [
    'arm-none-eabi-gcc',
    '-mcpu=cortex-m4',
    '-ffreestanding',
    '-nostdlib',
    '-g',
    '-o',
    'out.elf',
    ...options,
    'table.c',
  ],
];

/** Of the toolchains that are installed; each holds the same resource table. */
export function foreignImages(): ForeignImage[] {
  const recipes: [string, string, string[][]][] = [
    ['gcc', 'gcc-x86-64', gcc()],
    ['gcc', 'gcc-x86-64-pie', gcc('-static-pie', '-fpie')],
    ['gcc', 'gcc-i386', gcc('-m32', '-fno-pic', '-Wl,--build-id')],
    ['gcc', 'gcc-x86-64-stripped', gcc('-s', '-Wl,--build-id')],
    ['arm-none-eabi-gcc', 'gcc-arm', arm('-Ttext=0x10000000')],
    [
      'arm-none-eabi-gcc',
      'gcc-arm-gc-sections',
      arm('-Os', '-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections,--build-id,-e,_start'),
    ],
    ['arm-none-eabi-ld', 'gnu-arm', gnu('arm-none-eabi', 'armelf', '-mcpu=cortex-m4')],
    ['riscv64-unknown-elf-ld', 'gnu-rv64', gnu('riscv64-unknown-elf', 'elf64lriscv', '-march=rv64imac')],
    ['riscv64-unknown-elf-ld', 'gnu-rv32', gnu('riscv64-unknown-elf', 'elf32lriscv', '-march=rv32imac')],
  ];
  return built(recipes);
}

/** What a firmware's author may name by mistake, or out of curiosity: objects and a shared library. */
export function foreignOddities(): ForeignImage[] {
  return built([
    ['gcc', 'gcc-x86-64-object', [['gcc', '-c', '-g', '-o', 'out.elf', 'table.c']]],
    ['gcc', 'gcc-x86-64-shared', [['gcc', '-shared', '-fPIC', '-nostdlib', '-o', 'out.elf', 'table.c']]],
    ['arm-none-eabi-gcc', 'gcc-arm-object', [['arm-none-eabi-gcc', '-c', '-g', '-o', 'out.elf', 'table.c']]],
  ]);
}

function built(recipes: [string, string, string[][]][]): ForeignImage[] {
  return recipes
    .filter(([tool]) => need(tool))
    .map(([, name, commands]) => ({
      name,
      bytes: make({ 'table.c': TABLE_C, 'start.s': START_S }, commands, 'out.elf'),
    }));
}

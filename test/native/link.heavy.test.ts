/** Native images as linkers make them: what lies where, read back from the ELF file, and what Linux does with it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addressRanges } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { kernelVersions } from '../../host-sim/index.js';
import { da, daToPa } from '../../runtime/abi/address.js';
import { PT_LOAD } from '../../runtime/abi/elf.js';
import {
  BOARD_MAGIC,
  BOARD_SYMBOL,
  NativeBoard,
  NativeProtection,
  NativeRange,
  NativeStatus,
  NativeWrite,
  SECTION_BOARD,
  SECTION_STATUS,
  STATUS_SYMBOL,
} from '../../runtime/abi/native.js';
import { assemble, type Image } from '../../sdk/build/assemble.js';
import { checkImage } from '../../sdk/check/index.js';
import { readElf } from '../../sdk/elf/read.js';
import { rpmsgVdev, trace } from '../../sdk/index.js';
import { familyOf } from '../../sdk/native/families.js';
import { isNative, type NativeBoardData } from '../../sdk/native/layout.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { readelfHeader, readelfSegments, readobj } from '../support/elf-oracles.js';
import { bareFirmware } from '../support/firmware.js';
import { STUB_COMPILERS, stubProducts } from '../support/native-stub.js';
import { need } from '../support/need.js';
import { units } from './units.js';

const test = suite('native links');
const compilers = STUB_COMPILERS.map(need).every(Boolean);
const optional = compilers ? test : test.skip;
const TRACE = 0x1000;

const gnu = { arm: 'arm-none-eabi-ld', riscv: 'riscv64-unknown-elf-ld' };

/** 16 buffers, as all boards have room for so many. */
function imageFor(board: NativeBoardData, linker?: string, strip = false): Promise<Image> {
  const resources = [
    rpmsgVdev({ name: 'rpmsg', num: 16, align: 16 }),
    trace({ name: 'trace0', size: TRACE }),
  ];
  const program = { code: '0;', sourceMap: '{}' };
  return assemble(bareFirmware(board, resources), program, { linker, strip, products: stubProducts() });
}

interface Read {
  readonly elf: ReturnType<typeof readElf>;
  symbol(name: string): number;
  section(name: string): { addr: number; end: number; data: Uint8Array };
}

function read(bytes: Uint8Array): Read {
  const elf = readElf(bytes, 'a.elf');
  return {
    elf,
    symbol: (name) => Number(elf.symbols.find((one) => one.name === name)!.value),
    section(name) {
      const found = elf.sections.find((one) => one.name === name);
      assert.ok(found, name);
      const addr = Number(found.addr);
      return { addr, end: addr + Number(found.size), data: elf.sectionData(found).slice() };
    },
  };
}

function words(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

/** Header and rows of the board record. */
function record({ section, symbol }: Read) {
  const { data, addr } = section(SECTION_BOARD);
  assert.is(symbol(BOARD_SYMBOL), addr);
  const header = NativeBoard.unpack(data);
  let at = NativeBoard.size;
  const rows = <T>(
    count: number,
    format: { readonly size: number; unpack(from: Uint8Array, at?: number): T },
  ) =>
    Array.from({ length: count }, () => {
      at += format.size;
      return format.unpack(data, at - format.size);
    });
  const ranges = rows(header.ranges, NativeRange);
  const protections = rows(header.protections, NativeProtection);
  const writes = rows(header.writes, NativeWrite);
  assert.is(at, header.size, 'header and rows are the record');
  assert.is(data.length, header.size);
  return { header, ranges, protections, writes };
}

/** Where the core looks first, by the board's rule, as an address that the image is linked for. */
function checkBoot(board: NativeBoardData, image: Read): void {
  const { boot, native } = board;
  const vectors = image.section('.rproc.vectors');
  const entry = Number(image.elf.header.entry);
  const region = board.memory.find(({ name }) => name === native.place.vectors)!;
  assert.ok(
    vectors.addr >= region.da && vectors.end <= region.da + region.len,
    'vectors are where the board says',
  );
  if (boot.kind === 'entry') assert.is(entry % boot.align, 0);
  if (boot.kind === 'vectors-at') {
    const ranges = addressRanges(board);
    assert.is(
      daToPa(ranges, da(vectors.addr), 1),
      daToPa(ranges, da(boot.da), 1),
      'the memory that the core sees there',
    );
  }
  if (!board.cpu.startsWith('cortex-m')) {
    // Thumb or not, the first instruction is in the memory that needs no set-up.
    assert.ok(entry >= vectors.addr && entry < vectors.end, 'the core starts beside its vectors');
    return;
  }
  assert.is(entry, vectors.addr, 'e_entry is the vector table');
  assert.is(vectors.addr % 1024, 0);
  const [stack, reset] = words(vectors.data);
  assert.is(stack, image.symbol('__rproc_stack_end'));
  assert.is(reset & 1, 1, 'Thumb');
  assert.is(reset, image.symbol('rproc_reset') | 1);
}

function checkLayout(board: NativeBoardData, image: Read): void {
  const { place } = board.native;
  const { symbol, section, elf } = image;
  const within = (name: string, from: number, to: number) => {
    const { da: start, len } = board.memory.find((one) => one.name === name)!;
    assert.ok(from >= start && to <= start + len, `${from.toString(16)} to ${to.toString(16)} is in ${name}`);
  };
  const part = (name: string, region: string) => {
    const { addr, end } = section(name);
    within(region, addr, end);
  };
  part('.text', place.code);
  part('.rodata', place.constants ?? place.code);
  part('.rproc.libraries', place.libraries ?? place.code);
  part('.data', place.data);
  part('.bss', place.data);
  const [heap, heapEnd] = [symbol('__rproc_heap_start'), symbol('__rproc_heap_end')];
  const [stack, stackEnd] = [symbol('__rproc_stack_start'), symbol('__rproc_stack_end')];
  within(place.heap ?? place.data, heap, heapEnd);
  within(place.stack ?? place.data, stack, stackEnd);
  assert.ok(heapEnd - heap >= 53000, 'a heap that an engine starts in');
  assert.ok(stackEnd - stack >= 16 * 1024);
  assert.is(heap % 16, 0);
  assert.is(stack % 256, 0);
  assert.is(symbol('__bss_start'), section('.bss').addr);
  assert.is(symbol('__bss_end'), section('.bss').end);
  assert.is(symbol(STATUS_SYMBOL), section(SECTION_STATUS).addr);
  const areas = [
    [heap, heapEnd],
    [stack, stackEnd],
  ];
  for (const { type, vaddr, paddr, memsz } of elf.segments) {
    assert.is(type, PT_LOAD);
    assert.is(paddr, vaddr, 'loaded where it runs');
    for (const [from, to] of areas) {
      assert.ok(Number(vaddr) >= to || Number(vaddr + memsz) <= from, 'heap and stack are in no segment');
    }
  }
  const text = Buffer.from(elf.bytes).toString('latin1');
  assert.match(text, /constants of the engine/);
  assert.not.match(text, /nobody refers to this/);
  assert.not.ok(elf.symbols.some(({ name }) => name.startsWith('unused_')));
  for (const { name } of elf.sections) assert.not.match(name, /exidx|eh_frame|attributes/);
}

function checkRecord(board: NativeBoardData, image: Read): void {
  const { native } = board;
  const family = familyOf(board.cpu)!;
  const { header, ranges, protections, writes } = record(image);
  assert.is(header.magic, BOARD_MAGIC);
  assert.equal(
    [header.timer_hz, header.watchdog_ms, header.irq_count, header.crash_da, header.crash_value],
    [
      native.timer.hz,
      board.watchdogMs,
      native.mailboxIrqs.length,
      native.crash?.da ?? 0,
      native.crash?.value ?? 0,
    ],
  );
  assert.equal(header.irqs.slice(0, header.irq_count), native.mailboxIrqs);
  assert.equal(writes, native.setup ?? []);
  for (const { da: from, len, name, use } of board.memory) {
    // The program has nothing to do with words that Linux and the machine outside exchange.
    if (use === 'mailbox') continue;
    const holds = ranges.some((range) => from >= range.da && from + len <= range.da + range.len);
    assert.ok(holds, `a window on ${name}`);
  }
  assert.ok(protections.length <= family.protectionRegions);
  const look = (address: number) => units[family.protection](protections, address);
  const guard = image.symbol('__rproc_stack_start');
  for (const at of [guard, guard + 255]) assert.is(look(at)?.readable, false, 'the stack ends in a guard');
  for (const at of [guard + 256, image.symbol('__rproc_heap_start'), image.section('.data').addr]) {
    assert.is.not(look(at)?.readable, false);
  }
  assert.is.not(look(image.section('.text').addr)?.executable, false);
  const shared = [
    image.symbol('rproc_resource_table'),
    image.symbol('rproc_resource_table_end') - 1,
    image.symbol('rproc_trace_trace0'),
    image.symbol('rproc_trace_trace0_end') - 1,
    image.symbol(STATUS_SYMBOL) + NativeStatus.size - 1,
  ];
  const cached = ['.rproc.app', '.text', '.rodata', '.rproc.board', '.data', '.bss'].flatMap((name) => {
    const { addr, end } = image.section(name);
    return [addr, end - 1];
  });
  if (!family.cached) return;
  for (const at of shared) assert.is(look(at)?.memory, 'normal-uncached', at.toString(16));
  for (const at of cached) assert.is.not(look(at)?.memory, 'normal-uncached', at.toString(16));
}

/** Every board with the bundled linker, one of each family with those of the system, all with all of them in CI. */
const full = process.env.RPROC_VOLUME === 'full';

for (const board of boards.filter(isNative)) {
  for (const linker of [undefined, gnu[board.cpu.startsWith('cortex') ? 'arm' : 'riscv'], 'ld.lld']) {
    if (linker !== undefined && !full && !board.qemu) continue;
    const runs = compilers && (linker === undefined || need(linker));
    (runs ? test : test.skip)(
      `${board.name}: linked by ${linker ?? 'the bundled LLD'}`,
      deadline(20000, async () => {
        const built = await imageFor(board, linker);
        assert.is(built.warnings, '');
        const image = read(built.elf);
        assert.equal(image.elf.damage, []);
        checkBoot(board, image);
        checkLayout(board, image);
        checkRecord(board, image);
        const header = readelfHeader(built.elf);
        assert.is(Number(header['Entry point address']), Number(image.elf.header.entry));
        for (const { type, vaddr, paddr } of readelfSegments(built.elf)) {
          assert.equal([type, paddr], ['LOAD', vaddr]);
        }
        const again = await imageFor(board, linker);
        assert.equal(again.elf, built.elf, 'same input, same bytes');
        const stripped = await imageFor(board, linker, true);
        assert.is(stripped.buildId, built.buildId);
        assert.equal(stripped.budget, built.budget);
        assert.equal(read(stripped.elf).elf.symbols, []);
        assert.is(stripped.elf.length < built.elf.length, true);
      }),
    );
  }

  optional(
    `${board.name}: boots under every kernel as far as Linux sees it, and llvm-readobj reads the same`,
    deadline(20000, async () => {
      const { elf } = await imageFor(board);
      for (const kernel of kernelVersions) {
        const since = board.linux.since;
        if (since !== undefined && Number(kernel) < Number(since)) continue;
        const report = await checkImage({ image: elf, file: 'fw.elf', board, kernel });
        const findings = report.findings.filter(({ severity }) => severity !== 'note');
        assert.is(report.verdict, 'boots', `${kernel}: ${report.log.join('\n')}`);
        assert.equal(findings, [], kernel);
      }
      const other = await readobj(elf, '--symbols', '--file-header');
      const symbols = new Map<string, number>(
        other.Symbols.map(({ Symbol: one }: any) => [one.Name.Name ?? one.Name.Value, one.Value]),
      );
      const image = read(elf);
      for (const name of [
        'rproc_board',
        'rproc_status',
        '__rproc_heap_end',
        '__rproc_stack_start',
        'rproc_reset',
      ]) {
        const value = symbols.get(name)!;
        assert.is(value, image.symbol(name), name);
      }
      assert.is(other.ElfHeader.Entry, Number(image.elf.header.entry));
    }),
  );
}

test.run();

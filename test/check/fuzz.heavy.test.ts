/**
 * Damaged images through the reader, `inspect` and `check`: always a verdict, no exception but ProblemError, no
 * allocation that a header asks for. RPROC_SEED=n repeats a run.
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { virtRv32 } from '../../boards/virt-rv32.js';
import { kernelVersions } from '../../host-sim/kernel.js';
import { type Random, randomFrom } from '../../host-sim/random.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { checkImage } from '../../sdk/check/index.js';
import { readElf } from '../../sdk/elf/read.js';
import { formatInspection, inspectElf } from '../../sdk/inspect/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { allocatedBy, MOST_ALLOCATED } from '../support/allocation-guard.js';
import { foreignImages } from '../support/elf-foreign.js';
import { linkFirmware } from '../support/elf-images.js';
import { type Base, mutated } from '../support/mutate.js';
import { carveout, concat, devmem, entry, image, table, trace, vdev } from '../support/sim-images.js';

const FULL = process.env.RPROC_VOLUME === 'full';
const MUTATED = FULL ? 200_000 : 800;
const GENERATED = FULL ? 10_000 : 100;
const SEED = Number(process.env.RPROC_SEED ?? Date.now() % 2 ** 31);
const MINUTE = 60_000;

console.log(`fuzz: ${MUTATED} mutated and ${GENERATED} generated images, RPROC_SEED=${SEED}`);

/** Headers, tables and names of an image that is whole. */
function base(name: string, bytes: Uint8Array): Base {
  const { header, sections, segments, class: bits } = readElf(bytes, name);
  const tables = sections.filter((section) => /^\.(resource_table|shstrtab|symtab|note)/.test(section.name));
  const range = (from: bigint, length: number) => ({ from: Number(from), to: Number(from) + length });
  return {
    name,
    bytes,
    hot: [
      { from: 0, to: bits === 64 ? 64 : 52 },
      range(header.phoff, header.phentsize * segments.length),
      range(header.shoff, header.shentsize * sections.length),
      ...tables.filter(({ size }) => size > 0n).map(({ offset, size }) => range(offset, Number(size))),
    ],
  };
}

const entries = [carveout('sram'), trace(0x10001000, 256), vdev(), entry(200, new Uint8Array(8))];
const bases: readonly Base[] = [
  base(
    'ours, ELF32',
    image({ table: table(entries), segments: [{ at: 0x10001000, data: new Uint8Array(64) }] }),
  ),
  base('ours, ELF64', image({ bits: 64, table: table(entries) })),
  base('linked for virt-m4', (await linkFirmware(virtM4)).elf),
  base('linked for virt-rv32', (await linkFirmware(virtRv32)).elf),
  ...foreignImages().map(({ name, bytes }) => base(name, bytes)),
];

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)];

/** Everything that is asked of a damaged image. */
async function survives(bytes: Uint8Array, random: Random): Promise<string> {
  const board = random() < 0.6 ? virtM4 : pick(boards, random);
  const kernel = pick(kernelVersions, random);
  try {
    const inspection = inspectElf(bytes, 'x.elf');
    assert.ok(formatInspection(inspection).length > 20);
    readElf(bytes, 'x.elf').symbols.length;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
  }
  const { verdict, errno, log } = await checkImage({ image: bytes, file: 'x.elf', board, kernel });
  // 1 is what a vendor entry at the end gives on 6.1.
  assert.ok(
    verdict === 'fails' ? errno < 0 || errno === 1 : errno === 0 && /is now up$/.test(log[log.length - 1]),
  );
  return verdict;
}

test(
  `${MUTATED} mutated images`,
  deadline(20 * MINUTE, async () => {
    const random = randomFrom(SEED);
    const verdicts: { [verdict: string]: number } = {};
    let most = 0;
    let slowest = 0;
    const begin = performance.now();
    for (let i = 0; i < MUTATED; i++) {
      const from = pick(bases, random);
      const bytes = mutated(from, pick(bases, random), random);
      const started = performance.now();
      try {
        const allocated = await allocatedBy(async () => {
          const verdict = await survives(bytes, random);
          verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
        });
        most = Math.max(most, allocated);
        assert.ok(allocated <= MOST_ALLOCATED, `allocates ${allocated} bytes`);
      } catch (error) {
        const hint = `image ${i} of RPROC_SEED=${SEED}, from ${from.name}, ${bytes.length} bytes`;
        throw new Error(`${hint}: ${(error as Error).stack}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - started);
    }
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    console.log(
      `fuzz: ${seconds} s, slowest ${slowest.toFixed(0)} ms, at most ${most} bytes; ${JSON.stringify(verdicts)}`,
    );
    for (const verdict of ['boots', 'degraded', 'fails']) assert.ok(verdicts[verdict] > 0, verdict);
  }),
);

const word = fc.oneof(
  fc.constantFrom(0, 1, 4, 16, 4096, 0x10000000, 0x10001000, 0x10060000, 0x30000000, 0x7fffffff, 0xffffffff),
  fc.nat(0xffffffff),
);
const num = fc.oneof(fc.constantFrom(0, 1, 2, 4, 100, 256, 512, 32768, 65536, 0xffffffff), fc.nat(5000));
const ring = fc.record({
  da: word,
  align: fc.oneof(fc.constantFrom(0, 1, 3, 16, 4096), word),
  num,
  notifyid: word,
});
const anyEntry = fc.oneof(
  fc.tuple(fc.string({ maxLength: 7 }), word, word).map(([name, da, len]) => carveout(name, { da, len })),
  fc
    .tuple(fc.constantFrom('sram', 'vdev0vring0', 'vdev0buffer'), word)
    .map(([name, len]) => carveout(name, { len })),
  fc.record({ da: word, len: word }).map((fields) => devmem(fields)),
  fc.tuple(word, word, fc.nat(1)).map(([da, len, reserved]) => trace(da, len, reserved)),
  fc
    .tuple(
      fc.array(ring, { maxLength: 4 }),
      fc.constantFrom(7, 7, 3, 11),
      word,
      fc.constantFrom(0, 0, 8, 0xffffffff),
    )
    .map(([rings, id, dfeatures, config_len]) =>
      concat(vdev(rings, { id, dfeatures, config_len }), new Uint8Array(config_len === 8 ? 8 : 0)),
    ),
  fc.tuple(word, fc.uint8Array({ maxLength: 40 })).map(([type, data]) => entry(type, data)),
);
const segment = fc.record({
  at: word,
  memsz: word,
  filesz: fc.nat(64),
  data: fc.uint8Array({ minLength: 64, maxLength: 64 }),
});

test(
  `${GENERATED} generated tables and segments`,
  deadline(20 * MINUTE, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyEntry, { maxLength: 6 }),
        fc.array(segment, { maxLength: 2 }),
        fc.constantFrom<32 | 64>(32, 64),
        fc.nat(),
        async (list, segments, bits, seed) => {
          const bytes = image({ bits, table: table(list), segments });
          const allocated = await allocatedBy(() => survives(bytes, randomFrom(seed)));
          assert.ok(allocated <= MOST_ALLOCATED, `allocates ${allocated} bytes`);
        },
      ),
      { seed: SEED, numRuns: GENERATED },
    ),
  ),
);

const COUNT = 20_000;
const many = <T>(make: (i: number) => T) => Array.from({ length: COUNT }, (_, i) => make(i));
const hostile: readonly [name: string, bytes: () => Uint8Array][] = [
  ['carveouts', () => image({ table: table(many((i) => carveout(`c${i}`))) })],
  [
    'offsets of one vdev',
    () =>
      image({
        table: table(
          [vdev()],
          many(() => 16 + 4 * COUNT),
        ),
      }),
  ],
  ['vdevs', () => image({ table: table(many(() => vdev([{ num: 0 }, {}]))) })],
  [
    'segments in one place',
    () => image({ table: table([]), segments: many(() => ({ at: 0x10000000, memsz: 0x60000 })) }),
  ],
  [
    'sections of one long name',
    () => image({ table: table([vdev()]), sections: many(() => ({ name: 'n', data: new Uint8Array(0) })) }),
  ],
];
for (const [name, make] of hostile) {
  test(
    `${COUNT} ${name} are bearable`,
    deadline(MINUTE, async () => {
      const bytes = make();
      const random = randomFrom(1);
      const allocated = await allocatedBy(() => survives(bytes, () => Math.min(random(), 0.5)));
      assert.ok(allocated <= 4 * MOST_ALLOCATED, `allocates ${allocated} bytes`);
    }),
  );
}

test.run();

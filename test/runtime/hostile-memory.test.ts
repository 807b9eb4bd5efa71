/**
 * A host that breaks the rules, seen from memory: every window that the core asks for is recorded, and the core's own
 * memory behind the shared part is compared. RPROC_SEED=n repeats the random part.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Random, randomFrom } from '../../host-sim/random.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { Attack, NUM, PRIVATE, RINGS, SIZE } from './model/attack.js';
import { TABLE_LEN, VDEV, VRING_SIZE, VRINGS, type World } from './model/world.js';

const FULL = process.env.RPROC_VOLUME === 'full';
const MUTATED = FULL ? 30_000 : 1000;
const SEED = Number(process.env.RPROC_SEED ?? Date.now() % 2 ** 31);
const MINUTE = 60_000;

console.log(`hostile memory: ${MUTATED} mutated hosts, RPROC_SEED=${SEED}`);

const AVAIL = 16 * NUM;

interface Case {
  readonly name: string;
  readonly damage: (world: World, ring: number) => void;
  /** What the core dies of, by ring; undefined where the message is dropped or nothing is wrong. */
  readonly crash: RegExp | undefined;
  readonly malformed?: number;
}

/** Damage to descriptor 0 and to the avail ring, done to each ring before the core first looks. */
const cases: readonly Case[] = [
  {
    name: 'address in the core’s own memory, behind the shared one',
    damage: (world, ring) => {
      world.poke32(ring, world.physical(PRIVATE));
      world.poke32(ring + 4, Math.floor(world.physical(PRIVATE) / 2 ** 32));
    },
    crash: /descriptor 0 .*outside of the memory/,
  },
  {
    name: 'a length that reaches one byte behind the shared memory',
    damage: (world, ring) => {
      world.poke32(ring, world.physical(PRIVATE - SIZE) % 2 ** 32);
      world.poke32(ring + 8, SIZE + 1);
    },
    crash: /descriptor 0 .*outside of the memory/,
  },
  {
    name: 'a length that reaches from one window into the next',
    damage: (world, ring) => {
      world.poke32(ring, world.physical(ring));
      world.poke32(ring + 4, 0);
      world.poke32(ring + 8, 0x600);
    },
    crash: /descriptor 0 .*outside of the memory/,
  },
  { name: 'length of 4 GiB', damage: (w, r) => w.poke32(r + 8, 0xffffffff), crash: /descriptor 0 .*outside/ },
  { name: 'address 2 ** 64 - 4', damage: (w, r) => w.fill(r, r + 8, 0xff), crash: /descriptor 0 .*outside/ },
  {
    name: 'a chain that leads to itself',
    damage: (w, r) => {
      w.poke16(r + 12, w.u16(r + 12) | 1);
      w.poke16(r + 14, 0);
    },
    crash: /descriptor 0 .*one plain buffer was expected/,
  },
  {
    name: 'a chain out of the table',
    damage: (w, r) => {
      w.poke16(r + 12, w.u16(r + 12) | 1);
      w.poke16(r + 14, 0xffff);
    },
    crash: /descriptor 0 .*one plain buffer was expected/,
  },
  {
    name: 'INDIRECT, which was not negotiated',
    damage: (w, r) => w.poke16(r + 12, w.u16(r + 12) | 4),
    crash: /descriptor 0 .*one plain buffer was expected/,
  },
  {
    name: 'the wrong direction',
    damage: (w, r) => w.poke16(r + 12, w.u16(r + 12) ^ 2),
    crash: /descriptor 0 .*writable/,
  },
  {
    name: 'an id of the ring size',
    damage: (w, r) => w.poke16(r + AVAIL + 4, NUM),
    crash: /descriptor 8 in a ring of 8/,
  },
  {
    name: 'id 65535',
    damage: (w, r) => w.poke16(r + AVAIL + 4, 0xffff),
    crash: /descriptor 65535 in a ring of 8/,
  },
  {
    name: 'avail.idx one too far',
    damage: (w, r) => w.poke16(r + AVAIL + 2, NUM + 1),
    crash: /avail.idx 9 is 9 ahead/,
  },
  {
    name: 'avail.idx behind',
    damage: (w, r) => w.poke16(r + AVAIL + 2, 0xfffe),
    crash: /avail.idx 65534 is 65534 ahead/,
  },
];

for (const { name, damage, crash } of cases) {
  for (const [i, ring] of RINGS.entries()) {
    test(
      `vring ${i}, ${name}`,
      deadline(5000, () => {
        const attack = new Attack();
        attack.put(20);
        attack.let(() => damage(attack.world, ring));
        attack.work();
        assert.match(attack.crash ?? 'no crash', crash ?? /^no crash$/);
        attack.assertContained();
      }),
    );
  }
}

test(
  'a header that claims more than its buffer holds: dropped and counted, the next one is delivered',
  deadline(5000, () => {
    for (const claimed of [21, 48, 49, 600, 0x7fff, 0xffff]) {
      const attack = new Attack();
      attack.put(20, claimed);
      attack.put(20);
      attack.work();
      assert.equal(
        [attack.crash, attack.received, attack.firmware.device.counters.malformed],
        [undefined, 1, 1],
      );
      attack.assertContained();
    }
  }),
);

const vring = (i: number, field: number): number => VRINGS + VRING_SIZE * i + field;
const tables: readonly [string, (world: World) => void][] = [
  ...[0, 1, 255].map((count): [string, (world: World) => void] => [
    `a vdev of ${count} vrings`,
    (world) => world.poke8(VDEV + 21, count),
  ]),
  ...[0, 1].flatMap((i): [string, (world: World) => void][] => [
    ...[0, 3, 7, 0x8001, 0x10000, 0xffffffff].map((num): [string, (world: World) => void] => [
      `vring ${i} of ${num} entries`,
      (world) => world.poke32(vring(i, 8), num),
    ]),
    ...[2, 0x40000000, 0xffffffff].map((align): [string, (world: World) => void] => [
      `vring ${i} aligned to ${align}`,
      (world) => world.poke32(vring(i, 4), align),
    ]),
    ...[0, 0x10000102, 0x10000103, 0x0ffffff0, 0x10000000 + PRIVATE - 16, 0xfffffff0].map(
      (at): [string, (world: World) => void] => [
        `vring ${i} at 0x${at.toString(16)}`,
        (world) => world.poke32(vring(i, 0), at),
      ],
    ),
  ]),
];
for (const [name, damage] of tables) {
  test(
    `the table says: ${name}`,
    deadline(5000, () => {
      const attack = new Attack({}, damage);
      attack.put(20);
      attack.work();
      if (attack.crash === undefined && !/aligned to/.test(name)) assert.unreachable('the core took it');
      attack.assertContained(true);
    }),
  );
}

test(
  'a table that changes while the host is up is not looked at: rings stay where they were',
  deadline(5000, () => {
    const attack = new Attack();
    attack.put(20);
    attack.work();
    for (let i = 0; i < 2; i++) {
      attack.world.poke32(vring(i, 0), 0x10000000 + PRIVATE);
      attack.world.poke32(vring(i, 4), 0);
      attack.world.poke32(vring(i, 8), 0xffffffff);
    }
    attack.world.poke8(VDEV + 21, 255);
    attack.put(20);
    attack.work();
    assert.equal([attack.crash, attack.received], [undefined, 2]);
    attack.assertContained();
  }),
);

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const EDGES = [
  0, 1, 2, 3, 7, 8, 9, 15, 16, 64, 255, 256, 512, 0x7fff, 0x8000, 0xfff0, 0xffff, 0x10000, 0xffffffff,
];

/** Changes one to four places in rings, headers and, where asked for, the table. */
function mutate({ world }: Attack, random: Random, table: boolean): void {
  const hot: [number, number][] = [
    [RINGS[0], AVAIL],
    [RINGS[1], AVAIL],
    [RINGS[0] + AVAIL, 6 + 2 * NUM],
    [RINGS[1] + AVAIL, 6 + 2 * NUM],
    [0x600, PRIVATE - 0x600],
  ];
  if (table) hot.push([VDEV + 8, TABLE_LEN - VDEV - 8]);
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const [from, len] = hot[below(random, hot.length)];
    const at = from + below(random, len - 4);
    const way = random();
    const edge = EDGES[below(random, EDGES.length)];
    if (way < 0.3) world.poke8(at, below(random, 256));
    else if (way < 0.5) world.poke8(at, world.bytes[at] ^ (1 << below(random, 8)));
    else if (way < 0.75) world.poke16(at & ~1, edge & 0xffff);
    else world.poke32(at & ~3, random() < 0.2 ? world.physical(below(random, PRIVATE + 64)) % 2 ** 32 : edge);
  }
}

test(
  `${MUTATED} hosts with random bytes in rings, buffers and table`,
  deadline(10 * MINUTE, () => {
    let crashes = 0;
    let received = 0;
    for (let i = 0; i < MUTATED; i++) {
      const random = randomFrom(SEED + i);
      const flag = (): boolean => random() < 0.5;
      const attack = new Attack({ eventIdx: flag(), store16: flag(), barrier: flag() });
      try {
        const table = flag();
        if (flag()) attack.work();
        for (let round = 0; round < 4; round++) {
          attack.put(below(random, 40));
          mutate(attack, random, table);
          attack.work();
          attack.assertContained(table);
        }
      } catch (error) {
        throw new Error(
          `host ${i} of RPROC_SEED=${SEED}, alone RPROC_SEED=${SEED + i}: ${(error as Error).stack}`,
        );
      }
      if (attack.crash !== undefined) crashes++;
      received += attack.received;
    }
    assert.ok(crashes > MUTATED / 20, `only ${crashes} crashes`);
    assert.ok(received > MUTATED / 4, `only ${received} messages`);
  }),
);

test.run();

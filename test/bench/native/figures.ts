/** What is measured of the native stack: the scenarios, their targets, and the figures of `npm run bench`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceDir } from '../../../runtime/native/build/source.js';
import type { Figure } from '../figure.js';
import { accountOf, type Group, opcodeLines } from './account.js';
import { type BringUp, type Counts, MEASURED, NativeBench, type Traffic } from './measure.js';

/** The exchanges that the stack is measured by. */
export const SCENARIOS = {
  batch64: { title: 'echo, 16 B, batches of 64', traffic: { batch: 64 }, target: 9000 },
  single: { title: 'echo, 16 B, one at a time', traffic: { batch: 1 }, target: 11500 },
  batch64of496: { title: 'echo, 496 B, batches of 64', traffic: { batch: 64, size: 496 }, target: null },
  barriers64: {
    title: 'echo, 16 B, batches of 64, hal with barriers and 16-bit stores',
    ...{ traffic: { batch: 64, barriers: 1 }, target: null },
  },
  barriersSingle: {
    title: 'echo, 16 B, one at a time, hal with barriers and 16-bit stores',
    ...{ traffic: { batch: 1, barriers: 1 }, target: null },
  },
  resized64: {
    title: 'echo, batches of 64, another size in each buffer every time: a new view per message',
    ...{ traffic: { batch: 64, vary: 4 }, target: null },
  },
  in64: {
    title: 'from the host, 16 B, batches of 64',
    ...{ traffic: { batch: 64, service: 'bench-sink', replies: 0 }, target: null },
  },
  out64: {
    title: 'to the host, 64 B, 64 for each request',
    ...{ traffic: { batch: 1, service: 'bench-source', replies: 64 }, target: null },
  },
} as const satisfies {
  readonly [name: string]: {
    readonly title: string;
    readonly traffic: Traffic;
    /** Instructions per message at most; null where there is none. */
    readonly target: number | null;
  };
};
export type Scenario = keyof typeof SCENARIOS;
export const scenarioNames = Object.keys(SCENARIOS) as Scenario[];

/** The scenarios whose instructions are accounted for. */
export const ACCOUNTED = ['batch64', 'single'] as const satisfies readonly Scenario[];

export type Account = { readonly [group in Group]: number };

/** Everything that docs/performance.md tells of the native stack. */
export interface NativeFigures {
  /** Instructions per message. */
  readonly instructions: { readonly [name in Scenario]: number };
  /** Calls of the allocator hook per message: malloc, realloc and free. */
  readonly allocations: { readonly [name in Scenario]: number };
  readonly accounts: { readonly [name in (typeof ACCOUNTED)[number]]: Account };
  readonly bringUp: BringUp;
}

/** How many messages a count is over, those that the firmware sends by itself included. */
function messagesOf({ replies = 1 }: Traffic): number {
  return MEASURED * Math.max(replies, 1);
}

/** Calls of the allocator hook per message. */
export function allocationsPerMessage(counts: Counts, traffic: Traffic): number {
  return (counts.malloc + counts.realloc + counts.free) / messagesOf(traffic);
}

/** Measures all scenarios; about two seconds each. */
export async function measureAll(harness: string): Promise<NativeFigures> {
  const bench = await NativeBench.open(harness);
  try {
    const opcodeAt = opcodeLines(readFileSync(join(sourceDir, 'quickjs.c'), 'utf8'));
    const instructions: { [name: string]: number } = {};
    const allocations: { [name: string]: number } = {};
    const accounts: { [name: string]: Account } = {};
    for (const name of scenarioNames) {
      const { traffic } = SCENARIOS[name];
      const profile = bench.profile(traffic);
      instructions[name] = profile.total / messagesOf(traffic);
      allocations[name] = allocationsPerMessage(bench.count(traffic), traffic);
      if ((ACCOUNTED as readonly string[]).includes(name)) {
        accounts[name] = accountOf(profile.lines, opcodeAt, messagesOf(traffic));
      }
    }
    return { instructions, allocations, accounts, bringUp: bench.bringUp() } as NativeFigures;
  } finally {
    bench.close();
  }
}

/** The figures of `npm run bench`. Their targets are floors too: nothing about them is noisy. */
export async function nativeFigures(harness: string): Promise<Figure[]> {
  const { instructions, allocations, bringUp } = await measureAll(harness);
  const figure = (name: string, value: number, limit: number | null, unit: string): Figure => {
    return { name, value: Math.round(value * 100) / 100, unit, target: limit, floor: limit };
  };
  const perEcho = 'x86-64 instructions/echo of 16 B';
  return [
    figure('instructions.echo.batch64', instructions.batch64, SCENARIOS.batch64.target, perEcho),
    figure('instructions.echo.single', instructions.single, SCENARIOS.single.target, perEcho),
    figure(
      'allocations.per.message',
      Math.max(allocations.batch64, allocations.single),
      ...([0, 'allocator calls/echo'] as const),
    ),
    figure('instructions.bring-up', totalOf(bringUp), null, 'x86-64 instructions to the first echo'),
  ];
}

export function totalOf(bringUp: BringUp): number {
  return Object.values(bringUp).reduce((sum, value) => sum + value, 0);
}

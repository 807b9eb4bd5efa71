/**
 * Linux sees and shows the same behind a cache as on coherent memory, in lines of one byte, which hide nothing; and each single
 * call that is left out is noticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PlayedCache } from '../../../host-sim/soc/played-cache.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { root } from '../../support/sources.js';
import { type Scenario, scenarios } from './cache-calls.js';

const LIMIT = 60000;

/** What makes such calls for others: who calls it decides. */
const WRAPPERS = /(RprocTransport\.(invalidate|clean)|cleanVring)$/;
const WITHIN_WRAPPERS = /this\.at \+ offset|entryAt, /;

/** `file:line` of each call in the sources. */
function callsInSources(): string[] {
  const found: string[] = [];
  for (const name of readdirSync(join(root, 'host-sim'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || /host-cache|played-cache|cores/.test(name)) continue;
    for (const [i, line] of readFileSync(join(root, 'host-sim', name), 'utf8')
      .split('\n')
      .entries()) {
      const calls = /\b(invalidate|clean)(\?\.)?\(|\bcleanVring\(/.test(line);
      const defines = /^\s*(private|function|\*|\/)/.test(line);
      if (calls && !defines && !WITHIN_WRAPPERS.test(line)) found.push(`host-sim/${name}:${i + 1}`);
    }
  }
  return found.sort();
}

/** Who has made the call that is going on. */
function caller(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 12;
  const lines = new Error().stack!.split('\n').slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of lines) {
    const match = /at (?:(.*?) \()?(?:file:\/\/)?([^()]+?):(\d+):\d+\)?$/.exec(line);
    if (!match) continue;
    const [, name = '', file, number] = match;
    const path = relative(root, file);
    if (!path.startsWith('host-sim/') || /host-cache|played-cache/.test(path)) continue;
    if (!WRAPPERS.test(name)) return `${path}:${number}`;
  }
  return 'nobody';
}

/** Runs `scenario` behind a cache; the calls at `dropped` do nothing. */
async function behindCache(scenario: Scenario, seen: Set<string>, dropped?: string): Promise<string> {
  const { prototype } = PlayedCache;
  const { invalidate, clean } = prototype;
  const watched = (call: typeof invalidate): typeof invalidate =>
    function (this: PlayedCache, at, len) {
      const site = caller();
      seen.add(site);
      if (site !== dropped) call.call(this, at, len);
    };
  prototype.invalidate = watched(invalidate);
  prototype.clean = watched(clean);
  try {
    return told(await scenario(1));
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  } finally {
    Object.assign(prototype, { invalidate, clean });
  }
}

const told = (seen: unknown[]): string =>
  JSON.stringify(seen, (_key, value) => (typeof value === 'bigint' ? String(value) : value), 1);

test(
  'the same behind lines of 1, 32 and 64 bytes as on coherent memory',
  deadline(LIMIT, async () => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      const expected = told(await scenario(undefined));
      for (const line of [1, 32, 64])
        assert.is(told(await scenario(line)), expected, `${name}, ${line} bytes`);
    }
  }),
);

test(
  'each call is made, and is missed when it is not',
  deadline(LIMIT, async () => {
    const made = new Set<string>();
    /** Scenarios by the calls that they make. */
    const makers = new Map<string, Scenario[]>();
    for (const scenario of Object.values(scenarios)) {
      const seen = new Set<string>();
      await behindCache(scenario, seen);
      for (const site of seen) {
        made.add(site);
        makers.set(site, [...(makers.get(site) ?? []), scenario]);
      }
    }
    assert.equal([...made].sort(), callsInSources());
    const missed: string[] = [];
    for (const [site, users] of makers) {
      let noticed = false;
      for (const scenario of users) {
        const without = await behindCache(scenario, new Set(), site);
        const reference = await behindCache(scenario, new Set());
        noticed ||= without !== reference;
        if (noticed) break;
      }
      if (!noticed) missed.push(site);
    }
    assert.equal(missed, []);
  }),
);

test.run();

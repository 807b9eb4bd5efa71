/**
 * `npm run bench [-- native] [-- --json]`: figures, targets and floors; with "native" only those of native images. Everything that is compared is measured in turns in the
 * same rounds, because the machine may be shared; the reference loop tells how fast it is meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { virtM4 } from '../../boards/virt-m4.js';
import type { Remote } from '../../runtime/remote.js';
import { build } from '../../sdk/build/build.js';
import { checkImage } from '../../sdk/check/index.js';
import { columns } from '../../sdk/text/columns.js';
import type { Figure } from './figure.js';
import { hostHalf } from './host-half.js';
import { mebibyteImage } from './large-image.js';
import { findHarness } from './native/build.js';
import { nativeFigures } from './native/figures.js';
import { nativeImageFigures } from './native-images/figures.js';
import { nodeCore } from './node-core.js';
import { REFERENCE_NS, referenceLoop } from './reference-loop.js';
import { STACK_LIMIT, STACK_LIMIT_ESPRUINO, weighStack } from './stack/weigh.js';
import { startTraffic } from './traffic.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const firmware = fileURLToPath(new URL('./echo', import.meta.url));
const ROUNDS = 15;
const MESSAGES = 12800;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const timed = (run: () => void): number => {
  const begin = performance.now();
  run();
  return performance.now() - begin;
};
const perSecond = (count: number, ms: number): number => Math.round((count * 1000) / ms);

function echoInNode(remote: Remote): void {
  const [device] = remote.rpmsg;
  const payload = new Uint8Array(64);
  device.createEndpoint({ name: 'bench-echo' }, (data, src, endpoint) => endpoint.trySendTo(src, data));
  device.createEndpoint({ name: 'bench-sink' }, () => {});
  device.createEndpoint({ name: 'bench-source' }, (_data, src, endpoint) => {
    for (let i = 0; i < 64; i++) endpoint.trySendTo(src, payload);
  });
}

async function messageFigures(image: Uint8Array): Promise<Figure[]> {
  const guest = await startTraffic(virtM4, image);
  const node = await startTraffic(virtM4, image, (parts) => nodeCore(parts, echoInNode));
  const reference = await referenceLoop();
  const host = await hostHalf();
  const runs = {
    'echo.batch64': () =>
      perSecond(
        MESSAGES,
        timed(() => guest.echo(MESSAGES, 64)),
      ),
    'echo.kick': () =>
      perSecond(
        MESSAGES,
        timed(() => guest.echo(MESSAGES, 1)),
      ),
    'oneway.in': () =>
      perSecond(
        MESSAGES,
        timed(() => guest.oneWayIn(MESSAGES)),
      ),
    'oneway.out': () =>
      perSecond(
        MESSAGES,
        timed(() => guest.oneWayOut(MESSAGES)),
      ),
    'node.echo.batch64': () =>
      perSecond(
        MESSAGES,
        timed(() => node.echo(MESSAGES, 64)),
      ),
    'node.echo.kick': () =>
      perSecond(
        MESSAGES,
        timed(() => node.echo(MESSAGES, 1)),
      ),
    'host.per.message': () => (host(MESSAGES) * 1e6) / MESSAGES,
    'reference.loop': reference,
  };
  const warmUntil = performance.now() + 1500;
  while (performance.now() < warmUntil) for (const run of Object.values(runs)) run();
  const rounds: { [name: string]: number[] } = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(runs)) {
      rounds[name] ??= [];
      rounds[name].push(run());
    }
  }
  const ratio = (a: string, b: string): number => median(rounds[a].map((value, i) => value / rounds[b][i]));
  const rate = (name: keyof typeof runs, target: number | null, floor: number | null): Figure => ({
    ...{ name, value: median(rounds[name]), unit: 'messages/s', target, floor },
  });
  const kicks = guest.countKicks(3200, 32);
  return [
    rate('echo.batch64', 1200000, 500000),
    rate('echo.kick', 650000, 300000),
    rate('oneway.in', 2500000, 1000000),
    rate('oneway.out', 2000000, 1000000),
    {
      name: 'kicks.batch32',
      value: kicks.toHost / 3200,
      unit: 'kicks/message to the host',
      target: 0.05,
      floor: null,
    },
    {
      ...{ name: 'host.per.message', value: median(rounds['host.per.message']), unit: 'ns/echo' },
      ...{ target: 150, floor: 300 },
    },
    rate('node.echo.batch64', null, null),
    rate('node.echo.kick', null, null),
    {
      name: 'ratio.node.batch64',
      value: ratio('node.echo.batch64', 'echo.batch64'),
      unit: 'x',
      target: null,
      floor: null,
    },
    {
      name: 'ratio.node.kick',
      value: ratio('node.echo.kick', 'echo.kick'),
      unit: 'x',
      target: null,
      floor: null,
    },
    {
      ...{ name: 'reference.loop', value: median(rounds['reference.loop']), unit: 'ns/turn' },
      ...{ target: REFERENCE_NS, floor: null },
    },
    {
      name: 'reference.slowdown',
      value: median(rounds['reference.loop']) / REFERENCE_NS,
      ...{ unit: 'x of the quiet machine that set the targets', target: null, floor: null },
    },
  ];
}

function bootFigures(file: string): Figure[] {
  const script = fileURLToPath(new URL('./boots.js', import.meta.url));
  const boots = (count: number): number[] =>
    JSON.parse(execFileSync(process.execPath, [script, file, String(count)], { encoding: 'utf8' }));
  const first = Array.from({ length: 5 }, () => boots(1)[0]);
  const warm = boots(220).slice(20);
  const rate = Math.round((warm.length * 1000) / warm.reduce((sum, ms) => sum + ms, 0));
  return [
    { name: 'boot.first', value: median(first), unit: 'ms', target: 40, floor: 150 },
    { name: 'boot.warm', value: median(warm), unit: 'ms', target: 3, floor: 5 },
    { name: 'boots.per.second', value: rate, unit: '1/s', target: 300, floor: 100 },
  ];
}

function buildFigure(dir: string): Figure {
  const runs = Array.from({ length: 3 }, () =>
    timed(() => {
      const args = [join(root, 'bin/rproc.js'), 'build', firmware, '-o', join(dir, 'cold.elf')];
      execFileSync(process.execPath, args, { stdio: 'ignore' });
    }),
  );
  return { name: 'build.cold', value: median(runs), unit: 'ms', target: 2000, floor: 4000 };
}

/** `check` of 1 MiB in a warm process; `rproc inspect` from start to end. */
async function imageFigures(file: string): Promise<Figure[]> {
  const image = mebibyteImage();
  const check = () => checkImage({ image, file: 'large.elf', board: virtM4 });
  for (let i = 0; i < 20; i++) await check();
  const warm: number[] = [];
  for (let i = 0; i < 50; i++) {
    const begin = performance.now();
    await check();
    warm.push(performance.now() - begin);
  }
  const cold = Array.from({ length: 9 }, () =>
    timed(() => execFileSync(process.execPath, [join(root, 'bin/rproc.js'), 'inspect', file])),
  );
  return [
    { name: 'check.warm', value: median(warm), unit: 'ms', target: 10, floor: 100 },
    { name: 'inspect.cold', value: median(cold), unit: 'ms', target: 150, floor: 300 },
  ];
}

function table(figures: readonly Figure[]): string {
  const show = (value: number | null) => {
    if (value === null) return '';
    return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
  };
  const rows = figures.map(({ name, value, unit, target, floor }) => [
    name,
    show(value),
    show(target),
    show(floor),
    unit,
  ]);
  return columns([['figure', 'value', 'target', 'floor', 'unit'], ...rows], { right: [1, 2, 3] });
}

async function allFigures(): Promise<Figure[]> {
  const native = findHarness();
  if ('missing' in native) process.stderr.write(`no instructions counted: ${native.missing}\n`);
  const dir = mkdtempSync(join(tmpdir(), 'rproc-bench-'));
  try {
    const file = join(dir, 'bench-echo.elf');
    const { image } = await build({ dir: firmware, output: file });
    writeFileSync(file, image.elf);
    return [
      ...(await messageFigures(image.elf)),
      ...bootFigures(file),
      buildFigure(dir),
      ...(await imageFigures(file)),
      {
        ...{ name: 'stack.minified', value: await weighStack(), unit: 'bytes' },
        ...{ target: STACK_LIMIT, floor: STACK_LIMIT },
      },
      {
        ...{ name: 'stack.espruino', value: await weighStack('espruino'), unit: 'bytes' },
        ...{ target: STACK_LIMIT_ESPRUINO, floor: STACK_LIMIT_ESPRUINO },
      },
      ...('harness' in native ? await nativeFigures(native.harness) : []),
      ...(await nativeImageFigures()),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const figures = await (process.argv.includes('native') ? nativeImageFigures() : allFigures());
process.stdout.write(
  process.argv.includes('--json') ? `${JSON.stringify(figures, null, 2)}\n` : table(figures),
);

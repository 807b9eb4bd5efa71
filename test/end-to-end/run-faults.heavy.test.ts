/** Each kind of fault in a system with real firmware, and `rproc run --faults`, `--interleave`, `--seed`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { type FaultPlan, type RingField, Simulation } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { ECHO_FIRMWARE, EchoDriver } from '../support/faults/echo-driver.js';
import { inProject, program, rproc } from '../support/project-folder.js';

const LIMIT = 30_000;
/** Waits for channels and messages as the kernel's sample driver wants them. */
const SAMPLE = ECHO_FIRMWARE.replace(/name: '\w+'/, "name: 'rpmsg-client-sample'").replace(
  /\{\n {2}const words[\s\S]*\n\}\);/,
  "{\n  endpoint.sendTo(src, data);\n  if (data.length > 100) throw new Error('too long');\n});",
);

const test = suite<{ folder: string; elf: string; echo: Uint8Array }>('faults', {
  ...{ folder: '', elf: '', echo: new Uint8Array() },
});
test.before(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-faults-'));
  context.elf = join(context.folder, 'sample.elf');
  await inProject(program(SAMPLE), (dir) => build({ dir, output: context.elf }));
  const output = join(context.folder, 'echo.elf');
  await inProject(program(ECHO_FIRMWARE, 'trace(), rpmsgVdev({ num: 8 })'), (dir) => build({ dir, output }));
  context.echo = new Uint8Array(await readFile(output));
});
test.after((context) => rm(context.folder, { recursive: true, force: true }));

/** A system with these faults after `ms`; the driver sends a message each ms from 1 on. */
async function system(image: Uint8Array, faults: FaultPlan, ms = 400) {
  const sim = new Simulation({ board: findBoard('virt-m4')!, faults, seed: 3 });
  const echo = new EchoDriver(sim);
  sim.registerDriver(echo.driver);
  sim.setFirmware('echo.elf', image);
  const errno = await sim.start();
  for (let at = 1; at <= 20; at++) sim.scheduler.at(at, () => echo.send([40], true));
  await sim.run(() => false, ms);
  const kinds = sim.faults!.injected.map(({ kind }) => kind);
  const log = sim.kernel.log.lines.map(({ text }) => text).join('\n');
  assert.equal(echo.complaints, []);
  return { sim, echo, errno, kinds, log };
}

const count = (text: string, part: string): number => text.split(part).length - 1;

test(
  'host.reset: unbound at its time, back with a new channel',
  deadline(LIMIT, async ({ echo: image }) => {
    const { sim, echo, kinds, log } = await system(image, {
      host: { reset: { at: [5.5], downMs: [120, 120] } },
    });
    assert.equal(kinds, ['host.reset']);
    assert.equal(sim.faults!.injected[0], {
      ...{ time: 5.5, kind: 'host.reset' },
      details: { processor: 0, device: 'virtio0', ms: 120 },
    });
    assert.is(count(log, 'creating channel faults'), 2);
    assert.is(count(log, 'rpmsg host is online'), 2);
    assert.is(count(log, 'powering up'), 1);
    assert.is(echo.received, 5);
    echo.send([40], true);
    await sim.run(() => false, 10);
    assert.is(echo.received, 6);
    assert.is(sim.trace().match(/session/g)!.length, 2);
    assert.is(await sim.stop(), 0);
  }),
);

test(
  'host.reset: a driver that is back before the firmware saw it go',
  deadline(LIMIT, async ({ echo: image }) => {
    for (const down of [0, 1, 50, 99]) {
      const faults = { host: { reset: { at: [7.5], downMs: [down, down] as const } } };
      const { sim, echo, log } = await system(image, faults);
      assert.is(count(log, 'creating channel faults'), 2, `${down} ms`);
      assert.is(sim.crash, undefined);
      echo.send([40], true);
      await sim.run(() => false, 10);
      assert.ok(echo.complete && echo.received >= 8, `${down} ms: ${echo.received}`);
    }
  }),
);

test(
  'core.crash: reported and recovered from',
  deadline(LIMIT, async ({ echo: image }) => {
    const { echo, kinds, log, sim } = await system(image, { core: { crash: { at: [5.5] } } });
    assert.equal(kinds, ['core.crash']);
    assert.match(log, 'crash detected in m4: type fatal error');
    assert.is(count(log, 'creating channel faults'), 2);
    assert.is(echo.received, 20);
    assert.is(sim.rproc.state, 'running');
  }),
);

test(
  'core.restart: stopped and started as by a shell',
  deadline(LIMIT, async ({ echo: image }) => {
    const { kinds, log, sim } = await system(image, { core: { restart: { at: [5.5], downMs: [150, 150] } } });
    assert.equal(kinds, ['core.restart']);
    assert.is(count(log, 'powering up'), 2);
    assert.is(count(log, 'stopped remote processor'), 1);
    assert.is(sim.rproc.state, 'running');
    assert.is(await sim.stop(), 0);
    assert.is(sim.rproc.state, 'offline');
  }),
);

test(
  'firmware.vanish: the boot fails; memory.fail: the driver does not bind',
  deadline(LIMIT, async ({ echo: image }) => {
    const gone = await system(image, { firmware: { vanish: 1 } }, 10);
    assert.is(gone.errno, -2);
    assert.match(gone.log, 'Direct firmware load for echo.elf failed with error -2');
    const full = await system(image, { memory: { fail: 1 } }, 10);
    assert.is(full.errno, 0);
    assert.match(full.log, 'probe with driver virtio_rpmsg_bus failed with error -12');
    assert.equal(full.kinds, ['memory.fail']);
  }),
);

test(
  'host.slow: callbacks keep their buffers, messages take that long, none is lost',
  deadline(LIMIT, async ({ echo: image }) => {
    const { echo, kinds, sim } = await system(image, { host: { slow: { probability: 1, ms: 30 } } }, 2000);
    // The others found no buffer, which rpmsg_trysendto() does not wait for.
    const sent = echo.transcript.filter((line) => /> .* bytes: 0$/.test(line)).length;
    assert.ok(sent >= 8, String(sent));
    assert.ok(echo.complete && echo.received === sent, `${echo.received} of ${sent}`);
    // The announcement is a message too.
    assert.ok(kinds.length === sent + 1 && kinds.every((kind) => kind === 'host.slow'));
    const last = Number(echo.transcript.at(-1)!.split(' ')[0]);
    const slept = sim.faults!.injected.reduce((sum, { details }) => sum + Number(details.ms), 0);
    assert.ok(last > 100 && last < slept + 20, `${last} ${slept}`);
  }),
);

/**
 * What a flip in each field leads to: a crash of the firmware with a reason, lines of the kernel, `whole` where it does no
 * harm, `silent` where messages go astray and nobody can know: a good address that is another one, an index that is in range.
 */
const flips: { readonly [field in RingField]: RegExp } = {
  'desc.addr': /outside of the memory|not 4-byte aligned|whole|silent/,
  'desc.len': /outside of the memory|whole/,
  'desc.flags': /has flags|writable for the device|whole/,
  'desc.next': /^whole$/,
  'avail.idx': /ahead in a ring of|whole|silent/,
  'used.idx': /ahead in a ring of|is not a head!|already exist|whole|silent/,
  'used.id': /is not a head!|out of range|silent/,
  'used.len': /inbound msg too big|whole/,
};

for (const [field, seen] of Object.entries(flips)) {
  test(
    `rings.corrupt ${field}: a line in the log, a crash with a reason, or no harm`,
    deadline(LIMIT, async ({ echo: image }) => {
      const found = new Set<string>();
      for (let seed = 1; seed <= 12; seed++) {
        const faults = { rings: { corrupt: { probability: 0.1, fields: [field as RingField] } } };
        const sim = new Simulation({ board: findBoard('virt-m4')!, faults, seed, recovery: false });
        const echo = new EchoDriver(sim);
        sim.registerDriver(echo.driver);
        sim.setFirmware('echo.elf', image);
        await sim.start();
        for (let at = 1; at <= 20; at++) {
          sim.scheduler.at(at, () => {
            if (sim.faults!.injected.length > 0) sim.faults!.stop();
            echo.send([40], true);
          });
        }
        await sim.run(() => false, 300);
        if (sim.faults!.injected.length === 0) continue;
        assert.ok(sim.faults!.injected.every(({ details }) => details.field === field));
        const said = sim.kernel.log.lines.filter(({ level }) => level === 'err' || level === 'warn');
        const whole = echo.received === 20 && echo.complaints.length === 0;
        found.add(
          sim.crash?.reason ??
            (said.length > 0 ? said.map(({ text }) => text).join('; ') : undefined) ??
            (whole ? 'whole' : 'silent'),
        );
      }
      assert.ok(found.size > 0);
      for (const what of found) assert.match(what, seen);
    }),
  );
}

test(
  'rproc run --faults: the report lists what went wrong, the same from the same seed',
  deadline(LIMIT, async ({ elf, folder }) => {
    const plan = join(folder, 'plan.json');
    await writeFile(
      plan,
      '{ "kicks": { "delay": 0.5, "duplicate": 0.2 }, "core": { "crash": { "at": [3] } } }',
    );
    const run = async (...options: string[]) => {
      const { status, stdout } = await rproc('run', elf, '--json', '--faults', plan, ...options);
      assert.is(status, 0, stdout);
      return stdout;
    };
    const first = await run('--seed', '5', '--interleave');
    assert.is(await run('--seed', '5', '--interleave'), first);
    assert.not.equal(await run('--seed', '6', '--interleave'), first);
    const report = JSON.parse(first);
    assert.is(report.outcome, 'drivers done');
    const kinds = new Set(report.faults.map(({ kind }: { kind: string }) => kind));
    assert.equal([...kinds].sort(), ['core.crash', 'kicks.delay', 'kicks.duplicate']);
    assert.is(
      report.replay,
      `rproc run ${elf} --board virt-m4 --kernel 6.12 --timeout 10 --faults ${plan} --interleave --seed 5`,
    );
    const [, ...argv] = report.replay.split(' ');
    assert.equal(JSON.parse((await rproc(...argv, '--json')).stdout), report);
    assert.equal(JSON.parse((await rproc('run', elf, '--json')).stdout).faults, []);
  }),
);

test(
  'a failing run prints the seed and the command',
  deadline(LIMIT, async ({ elf, folder }) => {
    const plan = join(folder, "it's gone.json");
    await writeFile(plan, '{ "firmware": { "vanish": 1 } }');
    const { status, stderr } = await rproc('run', elf, '--faults', plan, '--until', 'a b', '--seed', '9');
    assert.is(status, 1);
    const quoted = `'${plan.replace("'", "'\\''")}'`;
    const command = `rproc run ${elf} --board virt-m4 --kernel 6.12 --until 'a b' --timeout 10 --faults ${quoted} --seed 9`;
    assert.match(stderr, `seed 9; the same run again: ${command}\n`);
    assert.match(stderr, 'injected faults: 1 firmware.vanish');
    // Nothing is left to chance here: one may run it again as it was.
    const plain = await rproc('run', elf, '--until', 'never', '--timeout', '0.1');
    assert.is(plain.status, 1);
    assert.not.match(plain.stderr, 'the same run again');
  }),
);

test(
  'a core that cannot be started again is the outcome',
  deadline(LIMIT, async ({ elf, folder }) => {
    const plan = join(folder, 'down.json');
    await writeFile(plan, '{ "core": { "crash": { "at": [1] } }, "firmware": { "vanish": 0.5 } }');
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const { stdout, status } = await rproc('run', elf, '--json', '--faults', plan, '--seed', String(seed));
      const { outcome, problem } = JSON.parse(stdout);
      outcomes.add(outcome);
      assert.is(status, outcome === 'drivers done' ? 0 : 1, outcome);
      if (outcome === 'crashed') assert.match(problem.what, 'injected fault');
    }
    assert.equal([...outcomes].sort(), ['boot failed', 'crashed', 'drivers done']);
  }),
);

test(
  'plans that are wrong',
  deadline(LIMIT, async ({ elf, folder }) => {
    const wrong = join(folder, 'wrong.json');
    const cases = [
      ['{ "kicks": ', 'RP4035'],
      [
        '{ "kicks": { "drop": 2 } }',
        'RP5030 "kicks.drop" of the fault plan must be a probability from 0 to 1, not 2',
      ],
      ['{ "kick": 2 }', 'RP5030 "kick" of the fault plan is not known; allowed here: kicks, host, core'],
    ];
    for (const [text, said] of cases) {
      await writeFile(wrong, text);
      const { status, stderr } = await rproc('run', elf, '--faults', wrong);
      assert.is(status, 2);
      assert.match(stderr, said);
      assert.match(stderr, wrong);
    }
    const missing = await rproc('run', elf, '--faults', join(folder, 'nowhere.json'));
    assert.is(missing.status, 2);
    assert.match(missing.stderr, 'RP4001');
  }),
);

test.run();

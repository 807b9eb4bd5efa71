import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/boot-order.test.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const power = inSource('host-sim/remoteproc/power.ts');
const crash = inSource('host-sim/remoteproc/crash.ts');
const registry = inSource('host-sim/remoteproc/registry.ts');
const subdevs = inSource('host-sim/remoteproc/subdevs.ts');
const copies = inSource('host-sim/remoteproc/table.ts');
const sysfs = inSource('host-sim/remoteproc/sysfs.ts');
const transition = inTest('test/host-sim/remoteproc/states.test.ts');
const attach = inTest('test/host-sim/remoteproc/attach.test.ts');
const registration = inTest('test/host-sim/remoteproc/registry.test.ts');
const recovery = inTest('test/host-sim/remoteproc/recovery.test.ts');
const waits = inTest('test/host-sim/remoteproc/recovery-waits.test.ts');
const order = inTest('test/host-sim/remoteproc/subdevs.test.ts');

export const states: RowGroup = {
  title: 'remoteproc 10: states',
  rows: [
    row(
      'rproc 10.names',
      'The states are offline, suspended, running, crashed, attached, detached and invalid; 6.1 has deleted as well.',
      {
        tests: [transition('10: sysfs shows the name of each state')],
        mutations: [
          sysfs('`${rproc.state}\\n`', "`${rproc.state.replace('suspended', 'running')}\\n`"),
          sysfs('`${rproc.state}\\n`', "`${rproc.state.replace('invalid', 'last')}\\n`"),
        ],
      },
    ),
    row(
      'rproc 10.register',
      'A processor is registered offline or detached; any other state, or a missing start or attach, is -EINVAL.',
      {
        tests: [registration('10 and 15: registration of anything but')],
        mutations: [
          registry('if (!valid) return -EINVAL;', ''),
          registry("rproc.state === 'offline' && start", "rproc.state === 'offline'"),
          registry("rproc.state === 'detached' && attach &&", "rproc.state === 'detached' &&"),
          registry('attach && !rproc.cachedTable', 'attach'),
        ],
      },
    ),
    row('rproc 10.boot', 'Offline and booted it is running.', {
      tests: [transition('10: start in offline is 0, then running')],
      mutations: [
        power("rproc.state = 'running';", ''),
        power("rproc.state = 'running';", "rproc.state = 'attached';"),
      ],
    }),
    row(
      'rproc 10.attach',
      'Detached and booted it is attached: `attaching to %s` ... `remote processor %s is now attached`.',
      {
        tests: [attach('4.3 and 10: detached becomes attached')],
        mutations: [
          core('log.info(rproc, `attaching to ${rproc.name}`);', ''),
          core("if (rproc.state === 'detached') {", 'if (false) {'),
          power("rproc.state = 'attached';", ''),
          power('remote processor ${rproc.name} is now attached', 'remote processor is now attached'),
        ],
      },
    ),
    row(
      'rproc 10.shutdown',
      'Running or attached, and from 6.12 on crashed: the last shutdown makes it offline: `stopped remote processor %s`.',
      {
        tests: [
          transition('10: stop in running'),
          transition('10: stop in attached'),
          transition('10: stop in crashed'),
          transition('10: a third user counts'),
        ],
        mutations: [
          core("rproc.state !== 'attached' && !fromCrash", '!fromCrash'),
          core("if (rproc.state !== 'running' && ", 'if ('),
          core("&& rproc.kernel.version !== '6.1'", ''),
          core("rproc.state === 'crashed' && rproc.kernel.version !== '6.1'", 'false'),
          power("rproc.state = 'offline';", ''),
          power('stopped remote processor ${rproc.name}', 'stopped ${rproc.name}'),
        ],
      },
    ),
    row(
      'rproc 10.detach',
      'Only attached: the last detach makes it detached: `detached remote processor %s`; without ops->detach -EINVAL.',
      {
        tests: [
          transition('10: detach in attached'),
          transition('10: detach counts'),
          attach('4.3 and 10: no detach method'),
        ],
        mutations: [
          power('if (!rproc.ops.detach) return -EINVAL;', 'if (!rproc.ops.detach) return 0;'),
          power("rproc.state = 'detached';", ''),
          power('detached remote processor ${rproc.name}', 'detached ${rproc.name}'),
        ],
      },
    ),
    row('rproc 10.crash', 'Any but offline and crashed: a crash makes it crashed.', {
      tests: [transition('10: any state but offline and crashed')],
      mutations: [
        crash("rproc.state = 'crashed';", ''),
        crash(
          "rproc.state !== 'crashed' && rproc.state !== 'offline'",
          "rproc.state === 'running' || rproc.state === 'attached'",
        ),
      ],
    }),
    row('rproc 10.recovered', 'A recovery makes it running, or attached with ATTACH_ON_RECOVERY.', {
      tests: [
        recovery('10 and 11: a crash, its handling, the recovery'),
        waits('10 and 11: ATTACH_ON_RECOVERY of an attached core'),
      ],
      mutations: [
        crash('rproc.attachOnRecovery ? attachRecovery(rproc) : bootRecovery(rproc)', 'bootRecovery(rproc)'),
        crash(
          'rproc.attachOnRecovery ? attachRecovery(rproc) : bootRecovery(rproc)',
          'attachRecovery(rproc)',
        ),
      ],
    }),
    row('rproc 10.delete', 'rproc_del sets a flag and shuts down; the state ends offline.', {
      kernels: ['6.12', '7.2'],
      tests: [registration('10: rproc_del of a core'), registration('10: rproc_del of an attached')],
      mutations: [
        registry('if (!old) rproc.deleting = true;', ''),
        registry("if (old) rproc.state = 'deleted';", "rproc.state = 'deleted';"),
        registry('await rprocShutdown(rproc);', ''),
      ],
    }),
    row('rproc 10.deleted', 'rproc_del shuts down; the state ends deleted.', {
      kernels: ['6.1'],
      tests: [registration('10: rproc_del of a core'), registration('10: rproc_del of an attached')],
      mutations: [
        registry("if (old) rproc.state = 'deleted';", ''),
        registry('if (!old) rproc.deleting = true;', 'rproc.deleting = true;'),
        registry('await rprocShutdown(rproc);', ''),
      ],
    }),
    row(
      'rproc 10.references',
      'Two boots need two shutdowns; the first returns 0 and leaves the core running.',
      {
        tests: ['9.1 and 10 start on a running core'],
        mutations: [core('if (--rproc.power > 0) return 0;', '--rproc.power;')],
      },
    ),
    row('rproc 10.wrong-state', 'A shutdown in the wrong state is -EINVAL and leaves the count alone.', {
      tests: ['10 stop when offline is -22'],
      mutations: [
        core(
          "if (rproc.state !== 'running' && rproc.state !== 'attached' && !fromCrash) return -EINVAL;",
          'if (rproc.power === 0) return 0;',
        ),
      ],
    }),
    row('rproc 10.stop-fails', "A stop that fails (`can't stop rproc: %d`) gives the reference back.", {
      tests: ['10 and 15 no stop method: -22'],
      mutations: [
        core('    rproc.power++;\n    return result;', '    return result;'),
        power("can't stop rproc: ${result}", "can't stop rproc"),
      ],
    }),
    row(
      'rproc 10.detach-state',
      'A detach of a core that is not attached is -EINVAL; the same rule of references.',
      {
        tests: [
          transition('10: detach in offline'),
          transition('10: detach in running'),
          transition('10: detach in crashed'),
          transition('10: detach in detached'),
          transition('10: detach counts'),
        ],
        mutations: [
          core("if (rproc.state !== 'attached') return -EINVAL;", ''),
          core(
            "if (rproc.state !== 'attached') return -EINVAL;",
            "if (rproc.state !== 'attached') return 0;",
          ),
          core('return giveUp(rproc, () => detachRproc(rproc));', 'return detachRproc(rproc);'),
        ],
      },
    ),
    row('rproc 10.start-crashed', 'start in crashed returns 0, the count becomes 2, nothing happens.', {
      tests: ['10 start in crashed'],
      mutations: [
        core(
          'if (rproc.power++ > 0) return 0;',
          "if (rproc.power++ > 0 && rproc.state !== 'crashed') return 0;",
        ),
      ],
    }),
    row(
      'rproc 10.stuck',
      'A recovery that fails after its stop leaves offline with count 1: start succeeds without a boot, stop is -EINVAL.',
      {
        tests: [transition('10: stuck after a failed recovery')],
        mutations: [
          crash('  return fw;', '  rproc.power--;\n  return fw;'),
          core(
            'if (rproc.power++ > 0) return 0;',
            "if (rproc.power++ > 0 && rproc.state !== 'offline') return 0;",
          ),
          core(
            "if (rproc.state !== 'running' && ",
            "if (rproc.state !== 'running' && rproc.state !== 'offline' && ",
          ),
        ],
      },
    ),
    row('rproc 10.no-stop', 'Without ops->stop a shutdown is -EINVAL.', {
      tests: ['10 and 15 no stop method: -22'],
      mutations: [power('if (!rproc.ops.stop) return -EINVAL;', 'if (!rproc.ops.stop) return 0;')],
    }),
    row(
      'rproc 10.stop-order',
      'Stop: subdevices in reverse order while the table is the remote-visible one, then the cached table, ops->stop, unprepare in reverse order, offline.',
      {
        tests: ['9.1 and 10 steps 9 to 20 and the stop order'],
        mutations: [
          power(
            'stopSubdevs(rproc, crashed);\n  resetTableOnStop(rproc);',
            'resetTableOnStop(rproc);\n  stopSubdevs(rproc, crashed);',
          ),
          power('stopSubdevs(rproc, crashed);\n  resetTableOnStop(rproc);', 'stopSubdevs(rproc, crashed);'),
          power("unprepareSubdevs(rproc);\n  rproc.state = 'offline';", "rproc.state = 'offline';"),
          power('stopSubdevs(rproc, crashed);', 'stopSubdevs(rproc, true);'),
        ],
      },
    ),
    row(
      'rproc 10.shutdown-order',
      'Shutdown then cleans up, calls ops->unprepare and frees the cached table.',
      {
        tests: ['9.1 and 10 steps 9 to 20 and the stop order'],
        mutations: [
          core('resourceCleanup(rproc);\n  rproc.ops.unprepare?.(rproc);', 'resourceCleanup(rproc);'),
        ],
      },
    ),
    row(
      'rproc 10.attach-order',
      "Attach: prepare, get_loaded_rsc_table, entries, carveouts, subdevices, ops->attach (`can't attach to rproc %s: %d`), subdevices, attached; no image is read.",
      {
        tests: [
          attach('10: the attach order and its step by step'),
          attach('10: attach fails at'),
          attach('10: no image is read'),
        ],
        mutations: [
          power('"can\'t attach to rproc"', '"can\'t attach rproc"'),
          power('async () => rproc.ops.attach?.(rproc) ?? 0', 'async () => 0'),
          core('return withResources(rproc, () => attachRproc(rproc));', 'return attachRproc(rproc);'),
          core('if (result !== 0) rproc.cleanTable = undefined;', ''),
          core(
            'result = await attach(rproc);',
            'result = await requestAndBoot(rproc);\n      if (result === 0) result = await attach(rproc);',
          ),
          core(
            'const result = await withDevice(rproc, () => {\n    const found = setTable(rproc);',
            'const found = setTable(rproc);\n  const result = await withDevice(rproc, () => {',
          ),
        ],
      },
    ),
    row('rproc 10.auto-attach', 'An automatic attach is a part of the registration, which fails with it.', {
      kernels: ['6.1'],
      tests: [registration('10 and 17: an auto-attach that fails takes the registration with it')],
      mutations: [
        registry("if (result < 0 && version === '6.1') this.forget(rproc);", ''),
        registry('const result = await rprocBoot(rproc);', 'const result = 0 as number;'),
      ],
    }),
    row(
      'rproc 10.auto-attach-later',
      'An automatic attach at registration is a work item, whose failure is only logged.',
      {
        kernels: ['6.12', '7.2'],
        tests: [
          registration('10 and 17: an auto-attach that fails is only logged'),
          registration('10 and 17: auto-attach: the driver says so'),
        ],
        mutations: [
          registry("result < 0 && version === '6.1'", 'result < 0'),
          registry('const result = await rprocBoot(rproc);', 'const result = 0 as number;'),
        ],
      },
    ),
    row(
      'rproc 10.detach-order',
      "Detach: subdevices stop, the remote's table is restored, ops->detach (`can't detach from rproc: %d`), unprepare, detached, cleanup.",
      {
        tests: [
          attach('10: the attach order and its step by step'),
          attach('4.3 and 10: detach restores the table'),
          attach('10: a detach that fails'),
        ],
        mutations: [
          power(
            'stopSubdevs(rproc, false);\n  let result = resetTableOnDetach(rproc);',
            'let result = resetTableOnDetach(rproc);\n  stopSubdevs(rproc, false);',
          ),
          power('let result = resetTableOnDetach(rproc);', 'let result = 0;'),
          power("can't detach from rproc: ${result}", "can't detach rproc: ${result}"),
          power("unprepareSubdevs(rproc);\n  rproc.state = 'detached';", "rproc.state = 'detached';"),
          copies(
            '  installed.set(cleanTable);\n  rproc.cleanTable = undefined;',
            '  installed.set(cleanTable);',
          ),
        ],
      },
    ),
    row('rproc 10.subdev-never-started', 'A subdevice that was never started is left out of a stop.', {
      kernels: ['6.12'],
      tests: [
        order('10 and 17: stop after a start that failed half way'),
        order('10 and 17: a subdevice that came after the start'),
      ],
      mutations: [
        subdevs("rproc.kernel.version !== '6.12'", 'true'),
        subdevs("rproc.kernel.version !== '6.12'", 'false'),
      ],
    }),
  ],
};

import { inSource, pending, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/boot-order.test.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const power = inSource('host-sim/remoteproc/power.ts');
const crash = inSource('host-sim/remoteproc/crash.ts');

export const states: RowGroup = {
  title: 'remoteproc 10 and 11: states, crashes and recovery',
  rows: [
    pending(
      'rproc 10.names',
      'The states are offline, suspended, running, crashed, attached, detached and invalid; 6.1 has deleted as well.',
    ),
    pending(
      'rproc 10.register',
      'A processor is registered offline or detached; any other state, or a missing start or attach, is -EINVAL.',
    ),
    pending('rproc 10.boot', 'Offline and booted it is running.'),
    pending(
      'rproc 10.attach',
      'Detached and booted it is attached: `attaching to %s` ... `remote processor %s is now attached`.',
    ),
    pending(
      'rproc 10.shutdown',
      'Running or attached, and from 6.12 on crashed: the last shutdown makes it offline: `stopped remote processor %s`.',
    ),
    pending(
      'rproc 10.detach',
      'Only attached: the last detach makes it detached: `detached remote processor %s`; without ops->detach -EINVAL.',
    ),
    pending('rproc 10.crash', 'Any but offline and crashed: a crash makes it crashed.'),
    pending('rproc 10.recovered', 'A recovery makes it running, or attached with ATTACH_ON_RECOVERY.'),
    pending('rproc 10.delete', 'rproc_del sets a flag and shuts down; the state ends offline.', [
      '6.12',
      '7.2',
    ]),
    pending('rproc 10.deleted', 'rproc_del shuts down; the state ends deleted.', ['6.1']),
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
      tests: ['10 no stop method: -22'],
      mutations: [
        core('    rproc.power++;\n    return result;', '    return result;'),
        power("can't stop rproc: ${result}", "can't stop rproc"),
      ],
    }),
    pending(
      'rproc 10.detach-state',
      'A detach of a core that is not attached is -EINVAL; the same rule of references.',
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
    pending(
      'rproc 10.stuck',
      'A recovery that fails after its stop leaves offline with count 1: start succeeds without a boot, stop is -EINVAL.',
    ),
    row('rproc 10.no-stop', 'Without ops->stop a shutdown is -EINVAL.', {
      tests: ['10 no stop method: -22'],
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
    pending(
      'rproc 10.attach-order',
      "Attach: prepare, get_loaded_rsc_table, entries, carveouts, subdevices, ops->attach (`can't attach to rproc %s: %d`), subdevices, attached; no image is read.",
    ),
    pending('rproc 10.auto-attach', 'An automatic attach at registration happens at once.', ['6.1']),
    pending('rproc 10.auto-attach-later', 'An automatic attach at registration is a work item.', [
      '6.12',
      '7.2',
    ]),
    pending(
      'rproc 10.detach-order',
      "Detach: subdevices stop, the remote's table is restored, ops->detach (`can't detach from rproc: %d`), unprepare, detached, cleanup.",
    ),
    pending('rproc 10.subdev-never-started', 'A subdevice that was never started is left out of a stop.', [
      '6.12',
    ]),
    pending(
      'rproc 11.types',
      'Crash types are `mmufault`, `watchdog`, `fatal error`, others print `unknown`.',
    ),
    row('rproc 11.1', 'rproc_report_crash queues the worker and logs `crash detected in %s: type %s`.', {
      tests: ['10 and 11 crashed: reported at once'],
      mutations: [
        crash('rproc.err(`crash detected in ${rproc.name}: type ${crashTypeName(report.type)}`);', ''),
        crash('kernel.scheduler.post(() => kernel.scheduler.thread(() => runQueued(rproc)));', ''),
      ],
    }),
    pending('rproc 11.1-deleting', 'A crash of a processor that is being deleted is ignored.', [
      '6.12',
      '7.2',
    ]),
    row(
      'rproc 11.2',
      'The worker drops it when crashed already, ignores it when offline; else crashed and `handling crash #%u in %s`, counted from 1 and never reset.',
      {
        tests: [
          '10 and 11 crashed: reported at once',
          '11 a crash that is reported when the core is offline',
        ],
        mutations: [
          crash("rproc.state !== 'crashed' && rproc.state !== 'offline'", "rproc.state !== 'offline'"),
          crash("rproc.state !== 'crashed' && rproc.state !== 'offline'", "rproc.state !== 'crashed'"),
          crash('++rproc.crashCount', 'rproc.crashCount++'),
        ],
      },
    ),
    pending('rproc 11.3', 'With recovery enabled: `recovering %s`, if the state is still crashed.'),
    pending('rproc 11.4', 'Recovery: stop as crashed, coredump, request_firmware, then start only.'),
    pending(
      'rproc 11.4-not-again',
      'Recovery reads the file again but does not check or parse it: the old table, carveouts and boot address stay.',
    ),
    pending(
      'rproc 11.4-kept',
      'Carveouts, ring memory and notifyids survive, rings are zeroed again, prepare and unprepare are not called.',
    ),
    pending('rproc 11.4-index', 'The virtio device comes again with the lowest free index.'),
    pending('rproc 11.5', 'ATTACH_ON_RECOVERY: the inner detach and attach.', ['6.1', '7.2']),
    pending('rproc 11.5-full', 'ATTACH_ON_RECOVERY: detach, full cleanup, attach.', ['6.12']),
    pending(
      'rproc 11.recovery',
      '`recovery` is enabled, disabled or recover (once, the flag stays); enabled also triggers a pending recovery; errors are swallowed.',
    ),
    pending('rproc 11.defaults', 'ti_k3, xlnx_r5, pru and da8xx start with recovery disabled.'),
  ],
};

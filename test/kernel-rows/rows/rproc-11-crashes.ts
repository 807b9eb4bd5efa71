import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/recovery.test.ts');
const waits = inTest('test/host-sim/remoteproc/recovery-waits.test.ts');
const order = inTest('test/host-sim/remoteproc/boot-order.test.ts');
const files = inTest('test/host-sim/remoteproc/sysfs.test.ts');
const crash = inSource('host-sim/remoteproc/crash.ts');
const rproc = inSource('host-sim/remoteproc/rproc.ts');
const sysfs = inSource('host-sim/remoteproc/sysfs.ts');
const copies = inSource('host-sim/remoteproc/table.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');
const bus = inSource('host-sim/virtio/bus.ts');
const processor = inSource('host-sim/processor.ts');

export const crashes: RowGroup = {
  title: 'remoteproc 11: crashes and recovery',
  rows: [
    row('rproc 11.types', 'Crash types are `mmufault`, `watchdog`, `fatal error`, others print `unknown`.', {
      tests: ['11: types by name'],
      mutations: [
        rproc("['mmufault', 'watchdog', 'fatal error']", "['watchdog', 'mmufault', 'fatal error']"),
        rproc("?? 'unknown'", "?? 'fatal error'"),
      ],
    }),
    row('rproc 11.1', 'rproc_report_crash queues the worker and logs `crash detected in %s: type %s`.', {
      tests: [order('10 and 11 crashed: reported at once'), '11: the handler runs later'],
      mutations: [
        crash('rproc.err(`crash detected in ${rproc.name}: type ${crashTypeName(report.type)}`);', ''),
        crash('kernel.scheduler.post(() => kernel.scheduler.thread(() => runQueued(rproc)));', ''),
      ],
    }),
    row('rproc 11.1-deleting', 'A crash of a processor that is being deleted is ignored.', {
      kernels: ['6.12', '7.2'],
      tests: ['11: deleting: the report is ignored'],
      mutations: [crash('if (rproc.deleting) return;', '')],
    }),
    row(
      'rproc 11.2',
      'The worker drops it when crashed already, ignores it when offline; else crashed and `handling crash #%u in %s`, counted from 1 and never reset.',
      {
        tests: [
          order('10 and 11 crashed: reported at once'),
          order('11 a crash that is reported when the core is offline'),
          '11: only the first crash counts',
          '11: the handler runs later, and counts from 1',
        ],
        mutations: [
          crash("rproc.state !== 'crashed' && rproc.state !== 'offline'", "rproc.state !== 'offline'"),
          crash("rproc.state !== 'crashed' && rproc.state !== 'offline'", "rproc.state !== 'crashed'"),
          crash('++rproc.crashCount', 'rproc.crashCount++'),
          crash('handling crash #${++rproc.crashCount}', 'handling crash #${(rproc.crashCount = 1)}'),
        ],
      },
    ),
    row('rproc 11.3', 'With recovery enabled: `recovering %s`, if the state is still crashed.', {
      tests: [
        '10 and 11: a crash, its handling',
        '11: a recovery needs the state crashed',
        '11: recovery disabled',
      ],
      mutations: [
        crash('rproc.err(`recovering ${rproc.name}`);', ''),
        crash("if (rproc.state !== 'crashed') return 0;", ''),
        crash('handled && !rproc.recoveryDisabled', 'handled'),
      ],
    }),
    row('rproc 11.4', 'Recovery: stop as crashed, coredump, request_firmware, then start only.', {
      tests: [
        '11: types by name',
        '11: recovery loads segments and table again',
        '11: recovery fails at',
        waits('12: the coredump comes between stop and start'),
      ],
      mutations: [
        crash('stopRproc(rproc, true)', 'stopRproc(rproc, false)'),
        crash('if (stopped < 0) return stopped;', ''),
        crash('await (rproc.ops.coredump ?? rprocCoredump)(rproc);', ''),
        crash('rproc.err(`request_firmware failed: ${fw}`);', ''),
        copies('if (rproc.cachedTable) loaded.bytes().set(rproc.cachedTable);', ''),
      ],
    }),
    row(
      'rproc 11.4-not-again',
      'Recovery reads the file again but does not check or parse it: the old table, carveouts and boot address stay.',
      {
        tests: ['11: a file with another table and entry', '11: no sanity check'],
        mutations: [
          crash('startRproc(rproc, fw);', 'fw.data[5] === 1 ? startRproc(rproc, fw) : -22;'),
          crash(
            'return startRproc(rproc, fw);',
            '{\n    rproc.bootaddr = 0x10000081n;\n    return startRproc(rproc, fw);\n  }',
          ),
          crash(
            'return startRproc(rproc, fw);',
            '{\n    rproc.cachedTable = new Uint8Array(rproc.cachedTable!.length);\n    return startRproc(rproc, fw);\n  }',
          ),
        ],
      },
    ),
    row(
      'rproc 11.4-kept',
      'Carveouts, ring memory and notifyids survive, rings are zeroed again, prepare and unprepare are not called.',
      {
        tests: ['11: recovery loads segments and table again'],
        mutations: [
          crash('if (stopped < 0) return stopped;', 'rproc.carveouts = [...rproc.carveouts];'),
          crash('if (stopped < 0) return stopped;', 'rproc.ops.unprepare?.(rproc);'),
          crash('if (stopped < 0) return stopped;', 'rproc.ops.prepare?.(rproc);'),
          virtio('bytes.fill(0, 0, vringSize(ring.num, ring.align));', ''),
        ],
      },
    ),
    row('rproc 11.4-index', 'The virtio device comes again with the lowest free index.', {
      tests: ['11: recovery loads segments and table again', '10 and 11: a crash, its handling'],
      mutations: [bus("this.ids.free(Number(device.name.slice('virtio'.length)));", '')],
    }),
    row('rproc 11.5', 'ATTACH_ON_RECOVERY: the inner detach and attach.', {
      kernels: ['6.1', '7.2'],
      tests: [waits('10 and 11: ATTACH_ON_RECOVERY of an attached core: the inner steps')],
      mutations: [
        crash("if (rproc.kernel.version !== '6.12') return attachRproc(rproc);", ''),
        crash('const detached = await detachRproc(rproc);', 'const detached = 0 as number;'),
        crash("!== '6.12') return attachRproc(rproc);", "!== '6.12') return 0;"),
      ],
    }),
    row('rproc 11.5-full', 'ATTACH_ON_RECOVERY: detach, full cleanup, attach.', {
      kernels: ['6.12'],
      tests: [waits('10 and 11: ATTACH_ON_RECOVERY of an attached core: everything anew')],
      mutations: [
        crash(
          "if (rproc.kernel.version !== '6.12') return attachRproc(rproc);",
          'return attachRproc(rproc);',
        ),
        crash('return attachFromScratch(rproc);', 'return 0;'),
        crash('  releaseResources(rproc);', ''),
      ],
    }),
    row(
      'rproc 11.recovery',
      '`recovery` is enabled, disabled or recover (once, the flag stays); enabled also triggers a pending recovery; errors are swallowed.',
      {
        tests: ['11: recovery disabled: it stays crashed', '11: the error of a recovery that a write'],
        mutations: [
          sysfs("if (word !== 'recover') rproc.recoveryDisabled", 'rproc.recoveryDisabled'),
          sysfs("if (word !== 'disabled') await rprocTriggerRecovery(rproc);", ''),
          sysfs("if (word !== 'disabled') await", "if (word === 'recover') await"),
          sysfs("if (word !== 'disabled') await", 'await'),
          sysfs(
            'await changeRecovery(rproc, text.trimEnd());',
            "await changeRecovery(rproc, text.trimEnd());\n        if (rproc.state === 'offline') return -EINVAL;",
          ),
        ],
      },
    ),
    row(
      'rproc 11.defaults',
      'ti_k3 and xlnx_r5 start with recovery disabled, stm32 and imx with recovery enabled.',
      {
        tests: [files('11: drivers that have recovery disabled by default')],
        mutations: [
          processor('this.rproc.recoveryDisabled = !recovery;', ''),
          processor('recovery = board.linux.recovery', 'recovery = true'),
        ],
      },
    ),
  ],
};

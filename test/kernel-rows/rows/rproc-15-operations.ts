import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const node = rowsOf('test/host-sim/remoteproc/cdev.test.ts');
const row = rowsOf('test/host-sim/remoteproc/ops.test.ts');
const registration = inTest('test/host-sim/remoteproc/registry.test.ts');
const order = inTest('test/host-sim/remoteproc/boot-order.test.ts');
const attach = inTest('test/host-sim/remoteproc/attach.test.ts');
const start = inTest('test/host-sim/remoteproc/vdev-start.test.ts');
const segments = inTest('test/host-sim/remoteproc/elf-segments.test.ts');
const waits = inTest('test/host-sim/remoteproc/recovery-waits.test.ts');
const cdev = inSource('host-sim/remoteproc/cdev.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const power = inSource('host-sim/remoteproc/power.ts');
const crash = inSource('host-sim/remoteproc/crash.ts');
const registry = inSource('host-sim/remoteproc/registry.ts');
const rproc = inSource('host-sim/remoteproc/rproc.ts');
const resources = inSource('host-sim/remoteproc/resources.ts');
const copies = inSource('host-sim/remoteproc/table.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');
const queue = inSource('host-sim/virtio/virtqueue.ts');

export const characterDevice: RowGroup = {
  title: 'remoteproc 14b: the character device',
  rows: [
    node(
      'rproc 14b.write',
      'write: 1 to 10 bytes, a prefix of start, stop or detach, newline not stripped; other: -EINVAL `Unrecognized option`.',
      {
        tests: ['14b: start, stop and detach', '14b: a prefix over', '14b: no newline stripping'],
        mutations: [
          cdev('if (data.length < 1 || data.length > 10) return -EINVAL;', ''),
          cdev('data.length > 10', 'data.length > 11'),
          cdev('data.length > 10', 'data.length > 9'),
          cdev("['start', 'stop', 'detach'] as const", "['stop', 'start', 'detach'] as const"),
          cdev('utf8Decode(data), words', "utf8Decode(data).replace(/\\n$/, ''), words"),
          cdev("rproc.err('Unrecognized option');", ''),
          cdev('return result === 0 ? data.length : result;', 'return result;'),
          cdev('return result === 0 ? data.length : result;', 'return data.length;'),
        ],
      },
    ),
    node(
      'rproc 14b.ioctl',
      'ioctl: RPROC_SET_SHUTDOWN_ON_RELEASE and RPROC_GET_SHUTDOWN_ON_RELEASE; others -EINVAL `Unsupported ioctl`.',
      {
        tests: ['14b: the two ioctls by number'],
        mutations: [
          cdev('0x4004b701', '0x4004b702'),
          cdev('0x8004b702', '0x8004b701'),
          cdev("rproc.err('Unsupported ioctl');", ''),
          cdev(
            "rproc.err('Unsupported ioctl');\n      return -EINVAL;",
            "rproc.err('Unsupported ioctl');\n      return 0;",
          ),
          cdev('param.getInt32(0, true) !== 0', 'param.getInt8(0) !== 0'),
          cdev('rproc.cdevPutOnRelease ? 1 : 0', '1'),
        ],
      },
    ),
    node(
      'rproc 14b.close',
      "close: with the flag running is shut down, attached is detached; the flag is the processor's, any close counts.",
      {
        tests: ['14b: close does nothing without', '14b: close with the flag'],
        mutations: [
          cdev('if (!rproc.cdevPutOnRelease) return 0;', ''),
          cdev("if (rproc.state === 'running') await", "if (rproc.state !== 'attached') await"),
          cdev("if (rproc.state === 'running') await rprocShutdown(rproc);\n    else if", 'if'),
          cdev('await rprocDetach(rproc);', 'await rprocShutdown(rproc);'),
          cdev('await rprocDetach(rproc);', 'return rprocDetach(rproc);'),
        ],
      },
    ),
  ],
};

export const operations: RowGroup = {
  title: 'remoteproc 15: operations of platform drivers, and finding a processor',
  rows: [
    row('rproc 15.prepare', 'prepare before load and unprepare after the cleanup; skipped when missing.', {
      tests: ['15: prepare comes before the load'],
      mutations: [
        core('rproc.ops.prepare?.(rproc) ?? 0', 'rproc.ops.prepare?.(rproc) ?? -EINVAL'),
        core(
          'resourceCleanup(rproc);\n  rproc.ops.unprepare?.(rproc);',
          'rproc.ops.unprepare?.(rproc);\n  resourceCleanup(rproc);',
        ),
        core('resourceCleanup(rproc);\n  rproc.ops.unprepare?.(rproc);', 'resourceCleanup(rproc);'),
      ],
    }),
    row('rproc 15.start', 'start is required to register offline; no stop makes a shutdown -EINVAL.', {
      tests: [
        registration('10 and 15: registration of anything but'),
        order('10 and 15 no stop method: -22'),
      ],
      mutations: [
        registry("rproc.state === 'offline' && start", "rproc.state === 'offline'"),
        power('if (!rproc.ops.stop) return -EINVAL;', 'if (!rproc.ops.stop) return 0;'),
      ],
    }),
    row('rproc 15.attach', 'attach is required to register detached.', {
      tests: [attach('10 and 15: no attach method'), registration('10 and 15: registration of anything but')],
      mutations: [registry("rproc.state === 'detached' && attach &&", "rproc.state === 'detached' &&")],
    }),
    row('rproc 15.kick', 'kick(notifyid) when Linux notifies a ring; missing: the vdev fails to start.', {
      tests: ['15: kick gets the notifyid', start('8.4 and 15 no kick method')],
      mutations: [
        virtio('this.rproc.ops.kick!(this.rproc, notifyid);', ''),
        virtio('this.rproc.ops.kick!(this.rproc, notifyid);', 'this.rproc.ops.kick!(this.rproc, i);'),
        virtio('rproc.kernel.log.err(device, `.kick method not defined for ${rproc.name}`);', ''),
        virtio(
          '.kick method not defined for ${rproc.name}`);\n        return -EINVAL;',
          '.kick method not defined for ${rproc.name}`);\n        return 0;',
        ),
      ],
    }),
    row('rproc 15.da_to_va', 'da_to_va as in 3.1; missing: carveouts only.', {
      tests: ['15: da_to_va is asked', segments('3.1 row 1 and 15: what the driver finds wins')],
      mutations: [
        rproc('if (mapped) return mapped;', ''),
        rproc('if (mapped) return mapped;', 'if (mapped || this.ops.daToVa) return mapped;'),
      ],
    }),
    row('rproc 15.parse_fw', 'parse_fw at step 11.', {
      tests: ['15: parse_fw makes the cached table'],
      mutations: [
        core('(rproc.ops.parseFw ?? parseElfTable)(rproc, fw)', 'parseElfTable(rproc, fw)'),
        core(
          'rproc.bootaddr = elfBootAddr(fw);\n    const parsed = (rproc.ops.parseFw ?? parseElfTable)(rproc, fw);',
          'const parsed = (rproc.ops.parseFw ?? parseElfTable)(rproc, fw);\n    rproc.bootaddr = elfBootAddr(fw);',
        ),
      ],
    }),
    row('rproc 15.handle_rsc', 'handle_rsc for vendor entries; missing: a warning.', {
      tests: ['15: handle_rsc gets vendor entries only'],
      mutations: [
        resources('rproc.ops.handleRsc?.(rproc, type, at, avail) ?? 1', '1'),
        resources(
          'rproc.ops.handleRsc?.(rproc, type, at, avail) ?? 1',
          'rproc.ops.handleRsc?.(rproc, type, at, avail) ?? 0',
        ),
        resources('type >= RSC_VENDOR_START && ', ''),
      ],
    }),
    row(
      'rproc 15.find_loaded_rsc_table',
      'find_loaded_rsc_table at step 16; nothing found: the cached table stays.',
      {
        tests: ['15: find_loaded_rsc_table says where'],
        mutations: [
          copies('(rproc.ops.findLoadedTable ?? findElfTable)(rproc, fw)', 'findElfTable(rproc, fw)'),
          copies(
            '(rproc.ops.findLoadedTable ?? findElfTable)(rproc, fw)',
            'rproc.ops.findLoadedTable?.(rproc, fw) ?? findElfTable(rproc, fw)',
          ),
        ],
      },
    ),
    row('rproc 15.get_loaded_rsc_table', 'get_loaded_rsc_table at an attach; missing: no table.', {
      tests: [attach('4.3 and 15: no table is fine')],
      mutations: [
        copies('rproc.ops.getLoadedRscTable?.(rproc)', 'rproc.ops.getLoadedRscTable?.(rproc) ?? -EINVAL'),
      ],
    }),
    row('rproc 15.panic', 'panic: running or attached cores are asked, the longest answer counts.', {
      tests: [registration('15: panic: running and attached cores')],
      mutations: [
        crash("state === 'running' || state === 'attached'", "state === 'running'"),
        crash("state === 'running' || state === 'attached'", "state !== 'offline'"),
        crash('return Math.max(0, ...waits);', 'return waits[0] ?? 0;'),
      ],
    }),
    row('rproc 15.coredump', 'coredump during recovery; missing: the default dump.', {
      tests: [
        waits('15: a coredump of the driver replaces'),
        waits('12: the coredump comes between stop and start'),
      ],
      mutations: [
        crash('rproc.ops.coredump ?? rprocCoredump', 'rprocCoredump'),
        crash('await (rproc.ops.coredump ?? rprocCoredump)(rproc);', 'await rproc.ops.coredump?.(rproc);'),
      ],
    }),
    row(
      'rproc 15.notify',
      'rproc_vq_interrupt: an unknown id is IRQ_NONE, else the callback runs if the used index moved.',
      {
        tests: ['15: rproc_vq_interrupt'],
        mutations: [
          rproc('return interrupt !== undefined;', 'return true;'),
          rproc('interrupt?.();', ''),
          queue('if (this.moreUsed && !this.broken)', 'if (!this.broken)'),
          virtio('this.rproc.vrings.delete(ring.notifyid);', ''),
        ],
      },
    ),
    row(
      'rproc 15.phandle',
      'rproc_get_by_phandle takes a device and a module reference, rproc_put gives them back; rproc_get_by_child finds the processor above.',
      {
        tests: [registration('15: by phandle and by name'), registration('15: by child')],
        mutations: [
          registry('rproc.references.device++;', ''),
          registry('rproc.references.module++;', ''),
          registry('references.module--;', ''),
          registry('references.device--;', ''),
          registry('phandle: own }) => own === phandle', 'phandle: own }) => own >= phandle'),
          registry('let at = child.parent; at; at = at.parent', 'let at = child.parent; at; at = undefined'),
        ],
      },
    ),
  ],
};

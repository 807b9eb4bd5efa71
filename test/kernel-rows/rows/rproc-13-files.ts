import { pending, type RowGroup } from '../row.js';

export const userFiles: RowGroup = {
  title: 'remoteproc 13 to 15: sysfs, debugfs, the character device, operations',
  rows: [
    pending('rproc 13.newline', 'Strings compare with one optional trailing newline.'),
    pending('rproc 13.name', 'name: `<name>\\n`, read-only.'),
    pending('rproc 13.firmware', 'firmware: the name, or `unknown` when attached; writes as in 9.2.'),
    pending(
      'rproc 13.state',
      'state: the strings of section 10; start, stop, detach; other: -EINVAL, `Unrecognised option: %s`.',
    ),
    pending(
      'rproc 13.recovery',
      'recovery: enabled or disabled; enabled, disabled, recover; other: -EINVAL.',
    ),
    pending(
      'rproc 13.coredump',
      "coredump: disabled, enabled, inline; crashed: -EBUSY `can't change coredump configuration`, looked at first; other: -EINVAL `Invalid coredump configuration`.",
    ),
    pending(
      'rproc 13.start-fails',
      'start gives the errno of the boot and `Boot failed: %d`; on a running core it succeeds.',
    ),
    pending('rproc 13.read-only', 'Drivers can make all but name read-only.'),
    pending('rproc 14.name', 'name: 0400, name and newline, at most 98 characters.'),
    pending('rproc 14.recovery', 'recovery: 0600, as in sysfs; writes of 1 to 10 bytes.'),
    pending(
      'rproc 14.crash',
      'crash: 0200, an unsigned int in any base is the crash type, without a range check.',
    ),
    pending('rproc 14.coredump', 'coredump: 0600, as in sysfs; writes of 1 to 20 bytes.'),
    pending(
      'rproc 14.trace',
      'traceN: 0400, up to the first NUL; `Trace  not available` where da does not translate.',
    ),
    pending(
      'rproc 14.prefix',
      'A trailing newline becomes NUL, then the written length is compared: a bare prefix works only without newline.',
    ),
    pending('rproc 14.no-table', 'resource_table: `No resource table found` without one.'),
    pending('rproc 14.table', 'resource_table: each entry as text, from the table in effect.'),
    pending('rproc 14.table-vdev', 'resource_table: a vdev with its fields and rings.'),
    pending('rproc 14.table-unknown', 'resource_table: `Unknown resource type found: %d [hdr: <ptr>]`.'),
    pending('rproc 14.carveouts', 'carveout_memories: name, addresses and length of each carveout.'),
    pending(
      'rproc 14b.write',
      'write: 1 to 10 bytes, a prefix of start, stop or detach, newline not stripped; other: -EINVAL `Unrecognized option`.',
    ),
    pending(
      'rproc 14b.ioctl',
      'ioctl: RPROC_SET_SHUTDOWN_ON_RELEASE and RPROC_GET_SHUTDOWN_ON_RELEASE; others -EINVAL `Unsupported ioctl`.',
    ),
    pending(
      'rproc 14b.close',
      "close: with the flag running is shut down, attached is detached; the flag is the processor's, any close counts.",
    ),
    pending('rproc 15.prepare', 'prepare before load and unprepare after the cleanup; skipped when missing.'),
    pending('rproc 15.start', 'start is required to register offline; no stop makes a shutdown -EINVAL.'),
    pending('rproc 15.attach', 'attach is required to register detached.'),
    pending('rproc 15.kick', 'kick(notifyid) when Linux notifies a ring; missing: the vdev fails to start.'),
    pending('rproc 15.da_to_va', 'da_to_va as in 3.1; missing: carveouts only.'),
    pending('rproc 15.parse_fw', 'parse_fw at step 11.'),
    pending('rproc 15.handle_rsc', 'handle_rsc for vendor entries; missing: a warning.'),
    pending(
      'rproc 15.find_loaded_rsc_table',
      'find_loaded_rsc_table at step 16; nothing found: the cached table stays.',
    ),
    pending('rproc 15.get_loaded_rsc_table', 'get_loaded_rsc_table at an attach; missing: no table.'),
    pending('rproc 15.panic', 'panic: running or attached cores are asked, the longest answer counts.'),
    pending('rproc 15.coredump', 'coredump during recovery; missing: the default dump.'),
    pending(
      'rproc 15.notify',
      'rproc_vq_interrupt: an unknown id is IRQ_NONE, else the callback runs if the used index moved.',
    ),
    pending(
      'rproc 15.phandle',
      'rproc_get_by_phandle takes a device and a module reference, rproc_put gives them back; rproc_get_by_child finds the processor above.',
    ),
  ],
};

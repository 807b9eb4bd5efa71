/** Where user space finds the processors: their files in /sys and their nodes in /dev come and go with them. */

import type { DevNodes } from '../dev-nodes.js';
import type { DevCoredump } from '../devcoredump.js';
import type { Attributes, Sysfs } from '../sysfs.js';
import { rprocCharDevice } from './cdev.js';
import { debugfsFiles } from './debugfs.js';
import type { RegistryListener } from './registry.js';
import type { Rproc } from './rproc.js';
import { sysfsAttributes } from './sysfs.js';

const CLASS = '/sys/class/remoteproc';
const DEBUG = '/sys/kernel/debug/remoteproc';
const COREDUMPS = '/sys/class/devcoredump';

export function rprocFaces(sysfs: Sysfs, dev: DevNodes): RegistryListener {
  const name = ({ index }: Rproc): string => `remoteproc${index}`;
  return {
    added(rproc) {
      sysfs.add(`${CLASS}/${name(rproc)}`, () => sysfsAttributes(rproc));
      // Trace files come and go with the table.
      sysfs.add(`${DEBUG}/${name(rproc)}`, () => debugfsFiles(rproc));
      dev.register(`/dev/${name(rproc)}`, rprocCharDevice(rproc));
    },
    removed(rproc) {
      sysfs.remove(`${CLASS}/${name(rproc)}`);
      sysfs.remove(`${DEBUG}/${name(rproc)}`);
      dev.unregister(`/dev/${name(rproc)}`);
    },
  };
}

/** The class `devcoredump`: a directory for each dump that waits for a reader. */
export function coredumpFaces(sysfs: Sysfs, dumps: DevCoredump): void {
  sysfs.add(COREDUMPS, () => ({
    disabled: { show: () => dumps.disabled, store: (text) => dumps.writeDisabled(text) },
  }));
  sysfs.addMany(COREDUMPS, function* (): Generator<[string, Attributes]> {
    for (const device of dumps.devices) {
      const data = {
        mode: 0o600,
        show: () => device.readAll(),
        store: (text: string) => device.write(new TextEncoder().encode(text)),
      };
      yield [device.name, { data, failing_device: { show: () => `${device.failingDevice.prefix}\n` } }];
    }
  });
}

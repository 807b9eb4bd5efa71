/** remoteproc_sysfs.c: /sys/class/remoteproc/remoteprocN. */
import { EBUSY, EINVAL } from '../errno.js';
import type { Attribute, Attributes } from '../sysfs.js';
import { rprocBoot, rprocDetach, rprocSetFirmware, rprocShutdown } from './core.js';
import { rprocTriggerRecovery } from './crash.js';
import type { DumpMechanism, Rproc } from './rproc.js';

export const dumpMechanisms: readonly DumpMechanism[] = ['disabled', 'enabled', 'inline'];

/** `sysfs_streq()`: equal, but for one newline at the end. */
function is(text: string, word: string): boolean {
  return text === word || text === `${word}\n`;
}

/** The files of one processor. Writes return how many characters were taken, or a negative errno. */
export function sysfsAttributes(rproc: Rproc): Attributes {
  const taken = (text: string, result: number): number => (result === 0 ? text.length : result);
  const attributes: { readonly [name: string]: Attribute } = {
    coredump: {
      show: () => `${rproc.dumpConf}\n`,
      store(text) {
        if (rproc.state === 'crashed') {
          rproc.err("can't change coredump configuration");
          return -EBUSY;
        }
        const mode = dumpMechanisms.find((one) => is(text, one));
        if (mode === undefined) {
          rproc.err('Invalid coredump configuration');
          return -EINVAL;
        }
        rproc.dumpConf = mode;
        return text.length;
      },
    },
    firmware: {
      // Nobody knows what an attached core was started with.
      show: () => `${rproc.state === 'attached' ? 'unknown' : rproc.firmware}\n`,
      store: async (text) => taken(text, await rprocSetFirmware(rproc, text)),
    },
    name: { show: () => `${rproc.name}\n` },
    recovery: {
      show: () => `${rproc.recoveryDisabled ? 'disabled' : 'enabled'}\n`,
      async store(text) {
        if (!['enabled', 'disabled', 'recover'].some((word) => is(text, word))) return -EINVAL;
        await changeRecovery(rproc, text.trimEnd());
        return text.length;
      },
    },
    state: {
      show: () => `${rproc.state}\n`,
      store: async (text) => taken(text, await changeState(rproc, text)),
    },
  };
  if (!rproc.sysfsReadOnly) return attributes;
  return Object.fromEntries(Object.entries(attributes).map(([name, { show }]) => [name, { show }]));
}

/** What `enabled`, `disabled` and `recover` do; an error of the recovery that they start is nobody's. */
export async function changeRecovery(rproc: Rproc, word: string): Promise<void> {
  if (word !== 'recover') rproc.recoveryDisabled = word === 'disabled';
  if (word !== 'disabled') await rprocTriggerRecovery(rproc);
}

async function changeState(rproc: Rproc, text: string): Promise<number> {
  if (is(text, 'start')) {
    const result = await rprocBoot(rproc);
    if (result !== 0) rproc.err(`Boot failed: ${result}`);
    return result;
  }
  if (is(text, 'stop')) return rprocShutdown(rproc);
  if (is(text, 'detach')) return rprocDetach(rproc);
  rproc.err(`Unrecognised option: ${text.replace(/\n$/, '')}`);
  return -EINVAL;
}

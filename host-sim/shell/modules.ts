/** Kernel modules with rpmsg drivers: `modprobe`, `rmmod`, `lsmod`. */

import type { RpmsgDriver } from '../rpmsg/channel.js';
import { clientSample } from '../rpmsg/client-sample.js';
import { rpmsgNs } from '../rpmsg/name-service.js';
import { rpmsgCtrl } from '../rpmsg/rpmsg-ctrl.js';
import type { Simulation } from '../simulation.js';

/** A module's driver, made with its parameters. */
type Make = (sim: Simulation, parameters: ReadonlyMap<string, number>) => RpmsgDriver;

const modules: { readonly [name: string]: { readonly parameters: readonly string[]; readonly make: Make } } =
  {
    rpmsg_char: { parameters: [], make: (sim) => sim.rpmsgChar.driver() },
    rpmsg_client_sample: {
      parameters: ['count'],
      make: ({ kernel }, parameters) => clientSample(kernel.log, () => {}, parameters.get('count')),
    },
    rpmsg_ctrl: { parameters: [], make: ({ rpmsg, rpmsgChar }) => rpmsgCtrl(rpmsg.core, rpmsgChar) },
    rpmsg_ns: { parameters: [], make: ({ kernel }) => rpmsgNs(kernel) },
    rpmsg_tty: { parameters: [], make: (sim) => sim.rpmsgTty.driver() },
  };

export class Modules {
  /** Names of what this shell loaded, or found loaded, with the driver's name. */
  private readonly loaded = new Map<string, string>();

  constructor(private readonly sim: Simulation) {
    const drivers = sim.rpmsg.drivers.map(({ name }) => name);
    for (const name of Object.keys(modules)) {
      const driver = name === 'rpmsg_char' ? 'rpmsg_chrdev' : name;
      if (drivers.includes(driver)) this.loaded.set(name, driver);
    }
  }

  get names(): string[] {
    return [...this.loaded.keys()].sort();
  }

  /** What is wrong, or undefined. A module that is loaded already is fine. */
  probe(wanted: string, options: readonly string[]): string | undefined {
    const name = wanted.replaceAll('-', '_');
    const known = Object.hasOwn(modules, name) ? modules[name] : undefined;
    if (!known) return `module ${wanted} not found in modules.dep`;
    if (this.loaded.has(name)) return undefined;
    const parameters = new Map<string, number>();
    for (const option of options) {
      const [key, value] = option.split('=', 2);
      if (!known.parameters.includes(key)) return `unknown parameter '${key}'`;
      if (value === undefined || !/^-?\d+$/.test(value))
        return `'${value ?? ''}' invalid for parameter '${key}'`;
      parameters.set(key, Number(value));
    }
    const driver = known.make(this.sim, parameters);
    this.sim.registerDriver(driver);
    this.loaded.set(name, driver.name);
    return undefined;
  }

  /** What is wrong, or undefined. */
  remove(wanted: string): string | undefined {
    const name = wanted.replaceAll('-', '_');
    const driver = this.loaded.get(name);
    if (driver === undefined) return `can't unload module '${wanted}': No such file or directory`;
    this.sim.unregisterDriver(driver);
    this.loaded.delete(name);
    return undefined;
  }
}

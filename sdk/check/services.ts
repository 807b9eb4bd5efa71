/** What a kernel makes of a service's name: the names of runtime/abi/services.ts, and names that only look like them. */
import { type KernelVersion, kernelVersions } from '../../host-sim/kernel.js';
import { type LinuxService, linuxServices, type ServiceName } from '../../runtime/abi/services.js';

const services: readonly LinuxService[] = linuxServices;

/** Names of vendors' kernels and demos; the stock service that does the same. */
const foreign: { readonly [name: string]: ServiceName } = {
  'rpmsg-openamp-demo-channel': 'rpmsg-raw',
};

/** `known`: a driver of this kernel binds to it; else the service that the author may have meant. */
export type Judgement =
  | 'known'
  | { readonly meant: LinuxService; readonly since?: KernelVersion }
  | undefined;

/** What a kernel makes of a channel called `name`; undefined where it looks like nobody's service. */
export function judgeService(name: string, kernel: KernelVersion): Judgement {
  const exact = services.find((service) => service.name === name);
  const isKnown = ({ since }: LinuxService) =>
    kernelVersions.indexOf(since) <= kernelVersions.indexOf(kernel);
  if (exact && isKnown(exact)) return 'known';
  if (exact) {
    const same = services.find((service) => service.driver === exact.driver && isKnown(service));
    return same && { meant: same, since: exact.since };
  }
  const plain = normalised(name);
  const meant =
    services.find((service) => service.name === foreign[name.replace(/-?\d+$/, '')]) ??
    services.find((service) => isKnown(service) && distance(plain, normalised(service.name)) <= 1);
  return meant && { meant };
}

/** Without what authors add or spell differently: case, underscores, a number, "channel". */
function normalised(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/(-?(channel|chan|ch|dev|device|driver|service|\d+))+$/, '');
}

/** Edits between two short texts (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

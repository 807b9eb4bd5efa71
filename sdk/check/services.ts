/** Names that the rpmsg drivers of stock kernels bind to (linux-rpmsg.md section 10), and names that only look like them. */
import { type KernelVersion, kernelVersions } from '../../host-sim/kernel.js';

interface Service {
  readonly name: string;
  readonly driver: string;
  /** First of the known kernels whose id table has it; all of them when left out. */
  readonly since?: KernelVersion;
}

const services: readonly Service[] = [
  { name: 'rpmsg-client-sample', driver: 'rpmsg_client_sample' },
  { name: 'rpmsg-tty', driver: 'rpmsg_tty' },
  { name: 'rpmsg-raw', driver: 'rpmsg_chrdev' },
  { name: 'rpmsg_chrdev', driver: 'rpmsg_chrdev', since: '6.12' },
];

/** Names of vendors' kernels and demos; the stock service that does the same. */
const foreign: { readonly [name: string]: string } = {
  'rpmsg-openamp-demo-channel': 'rpmsg-raw',
};

/** `known`: a driver of this kernel binds to it; else the service that the author may have meant. */
export type Judgement = 'known' | { readonly meant: Service; readonly since?: KernelVersion } | undefined;

/** What a kernel makes of a channel called `name`; undefined where it looks like nobody's service. */
export function judgeService(name: string, kernel: KernelVersion): Judgement {
  const exact = services.find((service) => service.name === name);
  const isKnown = (since: KernelVersion = kernelVersions[0]) =>
    kernelVersions.indexOf(since) <= kernelVersions.indexOf(kernel);
  if (exact) return isKnown(exact.since) ? 'known' : { meant: services[2], since: exact.since };
  const plain = normalised(name);
  const meant =
    services.find((service) => service.name === foreign[name.replace(/-?\d+$/, '')]) ??
    services.find((service) => isKnown(service.since) && distance(plain, normalised(service.name)) <= 1);
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

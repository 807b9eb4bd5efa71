/** What the data in rows/ is made of: one row is one behaviour of Linux that the simulator has. */
import { type KernelVersion, kernelVersions } from '../../host-sim/kernel.js';

/** One change of a source text, after which the behaviour is another. */
export interface Mutation {
  /** From the project's root, below host-sim/ or runtime/abi/. */
  readonly file: string;
  /** Source text that occurs exactly once in `file`. */
  readonly find: string;
  readonly replace: string;
}

/** Tests by what their titles have in them. */
export interface TestReference {
  readonly file: string;
  /** The whole title, or so much of it that it means no other behaviour; tests of several kernels share it. */
  readonly title: string;
}

export interface Row {
  /** `rproc 2.3`: the source, its section, the row's number or word. Stable. */
  readonly id: string;
  /** What Linux does, in one line. */
  readonly says: string;
  /** Where it holds. */
  readonly kernels: readonly KernelVersion[];
  readonly tests: readonly TestReference[];
  /** Each of them must make one of `tests` fail. */
  readonly mutations: readonly Mutation[];
}

/** The rows of one section, or of a few short ones. */
export interface RowGroup {
  /** `remoteproc 2: sanity check of the ELF file` */
  readonly title: string;
  readonly rows: readonly Row[];
}

export interface RowFields {
  readonly kernels?: readonly KernelVersion[];
  readonly tests: readonly (string | TestReference)[];
  readonly mutations: readonly Mutation[];
}

/** Rows whose tests are in `file` unless a reference names another. */
export function rowsOf(file: string) {
  return (id: string, says: string, { kernels = kernelVersions, tests, mutations }: RowFields): Row => ({
    id,
    says,
    kernels,
    tests: tests.map((test) => (typeof test === 'string' ? { file, title: test } : test)),
    mutations,
  });
}

/** Mutations of one source file. */
export function inSource(file: string) {
  return (find: string, replace: string): Mutation => ({ file, find, replace });
}

/** Tests of another file than the group's. */
export function inTest(file: string) {
  return (title: string): TestReference => ({ file, title });
}

/** `8.1` of `rproc 8.1.row`: what the title of a test has in it. */
export function sectionOf(id: string): string {
  const [, number] = id.split(' ');
  return number.slice(0, number.lastIndexOf('.'));
}

/** Every message of the simulator. Codes are stable: RP5xxx. */
import { hex } from '../runtime/abi/address.js';
import { ProblemError } from '../runtime/abi/problem.js';
import type { CrashReport } from './cores/core.js';

const REGISTERS_PER_LINE = 6;

export function unknownKernel(version: string, known: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5001',
    what: `kernel ${version} is not known here`,
    fix: `use one of ${known.join(', ')}`,
    exit: 2,
  });
}

export function unknownDriver(name: string, known: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5002',
    what: `there is no host driver "${name}"`,
    fix: `use one of ${known.join(', ')}, or write a driver in a test`,
    exit: 2,
  });
}

export function bootFailed(file: string, errno: number, log: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5003',
    what: `${file} did not boot: errno ${errno}`,
    linux: log.filter((line) => line !== '').join(' | '),
    fix: 'the kernel lines say which check failed; rproc inspect shows what is in the image',
    exit: 1,
  });
}

export function coreCrashed({ reason, stack, registers = {} }: CrashReport): ProblemError {
  const values = Object.entries(registers).map(([name, value]) => `${name} ${hex(value)}`);
  const lines = [...stack, ...chunks(values, REGISTERS_PER_LINE).map((line) => line.join('  '))];
  return new ProblemError({
    code: 'RP5004',
    what: `the firmware crashed: ${reason}`,
    linux: 'the core stays down until it is started again (state "crashed")',
    detail: lines.map((line) => `    ${line}`).join('\n') || undefined,
    exit: 1,
  });
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

/** @param isReal whether time passed by itself */
export function timedOut(what: string, ms: number, isReal: boolean): ProblemError {
  return new ProblemError({
    code: 'RP5005',
    what: `${what} did not happen within ${ms} ${isReal ? 'real' : 'virtual'} ms`,
    fix: 'look at the kernel log and trace0: does the firmware announce the channel and answer?',
    exit: 1,
  });
}

export function unnamedDumpSegment(da: number): ProblemError {
  return new ProblemError({
    code: 'RP5010',
    what: `the dump segment at 0x${da.toString(16)} has no name`,
    linux: 'it takes the length of a text that is not there and oopses',
    fix: 'give coredumpAddCustomSegment() the name as the last argument',
    exit: 1,
  });
}

export function sendFailed(errno: number, text: string): ProblemError {
  return new ProblemError({
    code: 'RP5006',
    what: `rpmsg_send failed: errno ${errno}, ${text}`,
    exit: 1,
  });
}

export function noMailbox(board: string): ProblemError {
  return new ProblemError({
    code: 'RP5050',
    what: `board ${board} has no mailbox: its kicks cannot go through registers`,
    fix: "leave mailbox: 'registers' out, or set the board's mailbox",
    exit: 2,
  });
}

export function scriptLine(where: string, text: string): ProblemError {
  return new ProblemError({
    code: 'RP5020',
    what: `"${text}" is not a line of a raw script`,
    where,
    fix: 'use "> text", "> hex:01 02", "< text", "< hex:01 02", "wait MILLISECONDS", or "# comment"',
    exit: 2,
  });
}

export function scriptFailed(where: string, what: string, log: string | undefined): ProblemError {
  return new ProblemError({
    code: 'RP5021',
    what: `the raw script failed: ${what}`,
    where,
    linux: log,
    fix: 'look at trace0: what did the firmware send on its "rpmsg-raw" channel?',
    exit: 1,
  });
}

export function noPseudoTerminal(why: string): ProblemError {
  return new ProblemError({
    code: 'RP5022',
    what: `this system gives no pseudo-terminal: ${why}`,
    fix: "install util-linux's script command, which --tty needs, or speak to the firmware with --driver raw=SCRIPT",
    exit: 1,
  });
}

export function coreDown(state: string, log: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5031',
    what: `the core is ${state} at the end: Linux could not start it again`,
    linux: log.slice(-3).join(' | '),
    fix: 'the injected faults tell why; "echo start > state" brings it back where nothing is wrong with the image',
    exit: 1,
  });
}

/** @param path where in the plan: `kicks.drop`; empty for the plan itself */
export function badFaultPlan(path: string, reason: string, file: string): ProblemError {
  return new ProblemError({
    code: 'RP5030',
    what: path === '' ? `the fault plan ${reason}` : `"${path}" of the fault plan ${reason}`,
    where: file,
    fix: 'docs/simulator/faults.md lists all faults',
    exit: 2,
  });
}

/** @param system as in `qemu-system-arm` */
export function qemuMissing(system: string): ProblemError {
  return new ProblemError({
    code: 'RP5060',
    what: `this machine has no qemu-system-${system}, which --core qemu needs`,
    fix: `install Debian's ${system === 'arm' ? 'qemu-system-arm' : 'qemu-system-misc'}, or use --core quickjs`,
    exit: 1,
  });
}

export function qemuEnded(system: string, why: string, text: string): ProblemError {
  return new ProblemError({
    code: 'RP5061',
    what: `qemu-system-${system} did not start the machine: it ended with ${why}`,
    detail: text || undefined,
    fix: 'QEMU 7.2 of Debian 12 is what was tried; is this an older one?',
    exit: 1,
  });
}

export function qemuSilent(command: string, ms: number): ProblemError {
  return new ProblemError({
    code: 'RP5062',
    what: `QEMU has not answered ${command} within ${ms / 1000} s`,
    fix: 'run it again on a machine that has time for it',
    exit: 1,
  });
}

export function noFifos(folder: string, why: string): ProblemError {
  return new ProblemError({
    code: 'RP5063',
    what: `no named pipes can be made in ${folder}: ${why}`,
    fix: "--core qemu needs a Unix with coreutils' mkfifo",
    exit: 1,
  });
}

export function notForQemu(board: string, known: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5064',
    what: `QEMU has no machine like board ${board}`,
    fix: `build for one of ${known.join(', ')}, or use --core quickjs`,
    exit: 2,
  });
}

export function noKernelBuilt(version: string, folder: string): ProblemError {
  return new ProblemError({
    code: 'RP5040',
    what: `no Linux ${version} has been built on this machine: ${folder} has none`,
    fix: 'run "npm run setup:linux" in a clone of the SDK (Debian packages: qemu-system-x86 gcc make flex bison bc libelf-dev xz-utils)',
    exit: 1,
  });
}

/** @param lines the last ones of the guest's console */
export function guestEnded(reason: string, lines: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5041',
    what: `the guest that runs Linux has ended: ${reason}`,
    linux: lines.join(' | ') || undefined,
    fix: 'is qemu-system-x86_64 installed (Debian package qemu-system-x86), and does it have its memory?',
    exit: 1,
  });
}

export function guestSilent(what: string, ms: number, lines: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'RP5042',
    what: `the guest that runs Linux did not answer within ${ms / 1000} s: waited for ${what}`,
    linux: lines.join(' | ') || undefined,
    fix: 'a loaded machine takes longer: try again when less runs beside it',
    exit: 1,
  });
}

export function notAMemoryFile(path: string, why: string): ProblemError {
  return new ProblemError({
    code: 'RP5043',
    what: `${path} is no memory file: ${why}`,
    fix: 'make one of 16 MiB ("truncate -s 16M /dev/shm/rproc") and give it to QEMU as memory-backend-file,share=on for ivshmem-plain',
    exit: 2,
  });
}

export function loaderRefuses(file: string, board: string, why: string): ProblemError {
  return new ProblemError({
    code: 'RP5044',
    what: `${file} cannot be loaded into the memory of ${board}`,
    linux: why,
    fix: `build it for that board: rproc build --board ${board}`,
    exit: 1,
  });
}

/** Messages of the command line: RP4xxx. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function fileMissing(file: string, reason: string): ProblemError {
  return fail({
    code: 'RP4001',
    what: `${file} cannot be read: ${reason}`,
    fix: 'name an existing file',
    exit: 2,
  });
}

export function boardNotNamed(file: string, known: readonly string[]): ProblemError {
  return fail({
    code: 'RP4002',
    what: `${file} does not say which board it is for`,
    linux: 'cannot tell either: an image for another processor loads happily',
    fix: `name it with --board: ${known.join(', ')}`,
    exit: 2,
  });
}

export function noTests(dir: string): ProblemError {
  return fail({
    code: 'RP4003',
    what: `no test files (*.test.ts) in ${dir}`,
    fix: 'write a uvu test that boots the image with boot() from rproc-sdk/test',
    exit: 2,
  });
}

export function pictureIsImage(file: string): ProblemError {
  return fail({
    code: 'RP4020',
    what: `--svg names the image itself, ${file}`,
    fix: 'name another file for the picture',
    exit: 2,
  });
}

export function recordingIsImage(option: string, file: string): ProblemError {
  return fail({
    code: 'RP4030',
    what: `${option} names the image itself, ${file}`,
    fix: 'name another file for the recording',
    exit: 2,
  });
}

export function recordingsEqual(file: string): ProblemError {
  return fail({
    code: 'RP4031',
    what: `--pcap and --trace name the same file, ${file}`,
    fix: 'give each recording a file of its own',
    exit: 2,
  });
}

export function faultsNotJson(file: string, reason: string): ProblemError {
  return fail({
    code: 'RP4035',
    what: `${file} is not JSON: ${reason}`,
    fix: '--faults takes an object such as { "kicks": { "drop": 0.05 } }',
    exit: 2,
  });
}

export function nameForProject(name: string, dir: string | undefined): ProblemError {
  return fail({
    code: 'RP4010',
    what: `"${name}" cannot name a firmware project`,
    where: dir,
    fix:
      'give --name 1 to 214 of a-z, 0-9, ".", "_" and "-", the first one a letter or digit; ' +
      'it names the npm package and the image, so not rproc-sdk, typescript, uvu or node_modules',
    exit: 2,
  });
}

export function boardWithoutRings(board: string, template: string, able: readonly string[]): ProblemError {
  return fail({
    code: 'RP4011',
    what: `${board} has no memory for the rings and buffers of template ${template}: neither regions vdev0vring0, vdev0vring1 and vdev0buffer that are large enough, nor a pool`,
    linux: 'cannot allocate them (errno -12) and the vdev stays dead',
    fix: `use --template hello, or one of ${able.join(', ')}; or add the regions of your device tree with defineBoard({ extends, memory })`,
    exit: 2,
  });
}

export function filesExist(dir: string, paths: readonly string[]): ProblemError {
  return fail({
    code: 'RP4012',
    what: `${dir} has ${paths.join(', ')} already; nothing was written`,
    fix: 'name another folder, or move these files away',
    exit: 2,
  });
}

export function cannotCreate(dir: string, reason: string): ProblemError {
  return fail({
    code: 'RP4013',
    what: `the project cannot be written to ${dir}: ${reason}`,
    fix: 'check that the folder is writable and that none of its parents is a file',
    exit: 2,
  });
}

export function unknownTemplate(name: string, known: readonly string[]): ProblemError {
  return fail({
    code: 'RP4014',
    what: `there is no template "${name}"`,
    fix: `use one of ${known.join(', ')}`,
    exit: 2,
  });
}

export function notWithShell(option: string): ProblemError {
  return fail({
    code: 'RP4032',
    what: `--${option} cannot go with --shell`,
    fix: 'leave one of them out: at the prompt there is sleep for time, dmesg for the log, exit for the status',
    exit: 2,
  });
}

export function gdbWithoutQemu(): ProblemError {
  return fail({
    code: 'RP4036',
    what: '--gdb needs --core qemu: the simulated core has no machine instructions to stop at',
    fix: 'add --core qemu, or leave --gdb out',
    exit: 2,
  });
}

export function notInMemoryFile(file: string, board: string, able: readonly string[]): ProblemError {
  return fail({
    code: 'RP4037',
    what: `${file} is for ${board}, whose memory no guest of QEMU can see`,
    fix: `build it for a board whose memory is a file: ${able.join(', ')}`,
    exit: 2,
  });
}

export function unknownHost(host: string, known: readonly string[]): ProblemError {
  return fail({
    code: 'RP4038',
    what: `there is no host "${host}"`,
    fix: `--host takes simulated, or linux=VERSION with one of ${known.join(', ')}`,
    exit: 2,
  });
}

export function notWithHostLinux(option: string): ProblemError {
  return fail({
    code: 'RP4039',
    what: `--${option} cannot go with --host linux`,
    fix: 'leave it out: a real kernel runs in real time, and what goes on in it is its own',
    exit: 2,
  });
}

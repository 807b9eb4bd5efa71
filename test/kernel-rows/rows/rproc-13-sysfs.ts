import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/sysfs.test.ts');
const attach = inTest('test/host-sim/remoteproc/attach.test.ts');
const sysfs = inSource('host-sim/remoteproc/sysfs.ts');

export const sysfsFiles: RowGroup = {
  title: 'remoteproc 13: sysfs',
  rows: [
    row('rproc 13.newline', 'Strings compare with one optional trailing newline.', {
      tests: ['13: state takes whole words'],
      mutations: [
        sysfs('text === word || text === `${word}\\n`', 'text === word'),
        sysfs('text === word || text === `${word}\\n`', 'text.trimEnd() === word'),
        sysfs('text === word || text === `${word}\\n`', 'word.startsWith(text)'),
      ],
    }),
    row('rproc 13.name', 'name: `<name>\\n`, read-only.', {
      tests: ['13: five files'],
      mutations: [
        sysfs('show: () => `${rproc.name}\\n`', 'show: () => rproc.name'),
        sysfs('show: () => `${rproc.name}\\n`', 'show: () => `${rproc.name}\\n`, store: () => 1'),
      ],
    }),
    row('rproc 13.firmware', 'firmware: the name, or `unknown` when attached; writes as in 9.2.', {
      tests: ['13: firmware: the name with a newline', attach('13: the firmware of an attached core')],
      mutations: [
        sysfs("rproc.state === 'attached' ? 'unknown' : rproc.firmware", 'rproc.firmware'),
        sysfs('taken(text, await rprocSetFirmware(rproc, text))', 'rprocSetFirmware(rproc, text)'),
        sysfs('await rprocSetFirmware(rproc, text)', '0'),
      ],
    }),
    row(
      'rproc 13.state',
      'state: the strings of section 10; start, stop, detach; other: -EINVAL, `Unrecognised option: %s`.',
      {
        tests: ['13: state takes whole words'],
        mutations: [
          sysfs("if (is(text, 'start')) {", "if (is(text, 'boot')) {"),
          sysfs("if (is(text, 'stop')) return rprocShutdown(rproc);", ''),
          sysfs("if (is(text, 'detach')) return rprocDetach(rproc);", ''),
          sysfs("rproc.err(`Unrecognised option: ${text.replace(/\\n$/, '')}`);", ''),
          sysfs(
            "rproc.err(`Unrecognised option: ${text.replace(/\\n$/, '')}`);\n  return -EINVAL;",
            'return 0;',
          ),
          sysfs("text.replace(/\\n$/, '')", 'text'),
        ],
      },
    ),
    row('rproc 13.recovery', 'recovery: enabled or disabled; enabled, disabled, recover; other: -EINVAL.', {
      tests: ['13: recovery: three words'],
      mutations: [
        sysfs(
          "rproc.recoveryDisabled ? 'disabled' : 'enabled'",
          "rproc.recoveryDisabled ? 'enabled' : 'disabled'",
        ),
        sysfs("if (!['enabled', 'disabled', 'recover'].some((word) => is(text, word))) return -EINVAL;", ''),
        sysfs("['enabled', 'disabled', 'recover']", "['enabled', 'disabled']"),
        sysfs(
          "rproc.recoveryDisabled = word === 'disabled';",
          "rproc.recoveryDisabled = word === 'enabled';",
        ),
      ],
    }),
    row(
      'rproc 13.coredump',
      "coredump: disabled, enabled, inline; crashed: -EBUSY `can't change coredump configuration`, looked at first; other: -EINVAL `Invalid coredump configuration`.",
      {
        tests: ['13: coredump: three words', '13: coredump cannot be changed while crashed'],
        mutations: [
          sysfs("if (rproc.state === 'crashed') {", 'if (false) {'),
          sysfs(
            "if (rproc.state === 'crashed') {",
            "if (rproc.state === 'crashed' && dumpMechanisms.some((one) => is(text, one))) {",
          ),
          sysfs('return -EBUSY;', 'return -EINVAL;'),
          sysfs('rproc.err("can\'t change coredump configuration");', ''),
          sysfs("rproc.err('Invalid coredump configuration');", ''),
          sysfs('rproc.dumpConf = mode;', ''),
          sysfs("['disabled', 'enabled', 'inline']", "['disabled', 'enabled']"),
        ],
      },
    ),
    row(
      'rproc 13.start-fails',
      'start gives the errno of the boot and `Boot failed: %d`; on a running core it succeeds.',
      {
        tests: ['13: a start that fails', '13: start on a running core succeeds'],
        mutations: [
          sysfs('if (result !== 0) rproc.err(`Boot failed: ${result}`);', ''),
          sysfs(
            'if (result !== 0) rproc.err(`Boot failed: ${result}`);',
            'if (result !== 0) return -EINVAL;',
          ),
          sysfs(
            'const result = await rprocBoot(rproc);',
            "const result = rproc.state === 'running' ? -EBUSY : await rprocBoot(rproc);",
          ),
        ],
      },
    ),
    row('rproc 13.read-only', 'Drivers can make all but name read-only.', {
      tests: ['13: drivers make all but name read-only'],
      mutations: [sysfs('if (!rproc.sysfsReadOnly) return attributes;', 'return attributes;')],
    }),
  ],
};

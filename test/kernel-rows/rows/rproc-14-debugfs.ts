import { inSource, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/debugfs.test.ts');
const debugfs = inSource('host-sim/remoteproc/debugfs.ts');
const words = inSource('host-sim/remoteproc/words.ts');
const traces = inSource('host-sim/remoteproc/trace.ts');

const modes = '14: the files and their modes';
const everyLine = '14: resource_table: every line of every type';

export const debugfsRows: RowGroup = {
  title: 'remoteproc 14: debugfs',
  rows: [
    row('rproc 14.name', 'name: 0400, name and newline, at most 98 characters.', {
      tests: ['14: name, of at most 98', modes],
      mutations: [
        debugfs('rproc.name.slice(0, 98)', 'rproc.name'),
        debugfs('rproc.name.slice(0, 98)', 'rproc.name.slice(0, 97)'),
        debugfs('`${rproc.name.slice(0, 98)}\\n`', 'rproc.name.slice(0, 98)'),
        debugfs('name: { mode: 0o400', 'name: { mode: 0o444'),
      ],
    }),
    row('rproc 14.recovery', 'recovery: 0600, as in sysfs; writes of 1 to 10 bytes.', {
      tests: ['14: recovery takes a prefix', '14: recovery triggers what sysfs does', modes],
      mutations: [
        debugfs('recovery: {\n      mode: 0o600', 'recovery: {\n      mode: 0o644'),
        debugfs("'recover'], 10)", "'recover'], 11)"),
        debugfs("'recover'], 10)", "'recover'], 8)"),
        debugfs('if (text.length < 1 || text.length > most)', 'if (text.length > most)'),
        debugfs('await changeRecovery(rproc, word);', ''),
        debugfs("rproc.recoveryDisabled ? 'disabled' : 'enabled'", "'enabled'"),
      ],
    }),
    row(
      'rproc 14.crash',
      'crash: 0200, an unsigned int in any base is the crash type, without a range check.',
      {
        tests: ['14: crash takes an unsigned int', modes],
        mutations: [
          debugfs('mode: 0o200', 'mode: 0o600'),
          debugfs('type: type as CrashType', 'type: Math.min(type, 3) as CrashType'),
          debugfs('type: type as CrashType', 'type: 2 as CrashType'),
          debugfs('Number.parseInt(digits, 8)', 'Number(digits)'),
          debugfs('0[xX][0-9a-fA-F]+|', ''),
          debugfs('value > 0xffffffff ? -ERANGE : value', 'value'),
          debugfs('if (!match) return -EINVAL;', 'if (!match) return 0;'),
        ],
      },
    ),
    row('rproc 14.coredump', 'coredump: 0600, as in sysfs; writes of 1 to 20 bytes.', {
      tests: ['14: coredump takes prefixes', modes],
      mutations: [
        debugfs('coredump: {\n      mode: 0o600', 'coredump: {\n      mode: 0o644'),
        debugfs('if (text.length < 1 || text.length > 20) return -EINVAL;', ''),
        debugfs('text.length > 20) return', 'text.length > 21) return'),
        debugfs('text.length > 20) return', 'text.length > 19) return'),
        debugfs('rproc.dumpConf = word;', ''),
        debugfs("if (rproc.state === 'crashed') {", "if (rproc.state === 'crashed' && word !== undefined) {"),
        debugfs("rproc.err('Invalid coredump configuration');", ''),
      ],
    }),
    row(
      'rproc 14.trace',
      'traceN: 0400, up to the first NUL; `Trace  not available` where da does not translate.',
      {
        tests: ['14: a trace ends at the first NUL', '14: a trace that does not translate', modes],
        mutations: [
          traces('end < 0 ? bytes.length : end', 'bytes.length'),
          traces('end < 0 ? bytes.length : end', 'end'),
          traces('Trace  not available', 'Trace not available'),
          debugfs(
            'name, { mode: 0o400, show: () => traceBytes(rproc, i) }',
            'name, { mode: 0o444, show: () => traceBytes(rproc, i) }',
          ),
          debugfs('show: () => traceBytes(rproc, i)', 'show: () => traceBytes(rproc, 0)'),
        ],
      },
    ),
    row(
      'rproc 14.prefix',
      'A trailing newline becomes NUL, then the written length is compared: a bare prefix works only without newline.',
      {
        tests: ['14: recovery takes a prefix', '14: coredump takes prefixes'],
        mutations: [
          debugfs("text.replace(/\\n$/, '\\0')", "text.replace(/\\n$/, '')"),
          debugfs("text.replace(/\\n$/, '\\0')", 'text'),
          words('word.startsWith(written)', 'word === written'),
          words('word === written.slice(0, end)', 'word.startsWith(written.slice(0, end))'),
        ],
      },
    ),
    row('rproc 14.no-table', 'resource_table: `No resource table found` without one.', {
      tests: ['14: resource_table: none before the boot'],
      mutations: [debugfs("return 'No resource table found\\n';", "return '';")],
    }),
    row('rproc 14.table', 'resource_table: each entry as text, from the table in effect.', {
      tests: [everyLine],
      mutations: [
        debugfs('const table = rproc.table?.bytes();', 'const table = rproc.cachedTable;'),
        debugfs('Entry ${i} is of type', 'Entry ${i + 1} is of type'),
        debugfs('`Physical Address ${hex(pa)}`,', ''),
        debugfs('`Flags ${hex(flags)}`,', ''),
        debugfs('`Name ${name}`,\n  );\n}', ');\n}'),
        debugfs("name: 'devmem', size", "name: 'carveout', size"),
        debugfs(
          '`Reserved (should be zero) [${signed(reserved)}]`,\n    `Name',
          '`Reserved (should be zero) [0]`,\n    `Name',
        ),
      ],
    }),
    row('rproc 14.table-vdev', 'resource_table: a vdev with its fields and rings.', {
      tests: [everyLine],
      mutations: [
        debugfs('hex(vdev.gfeatures)', 'hex(vdev.dfeatures)'),
        debugfs('hex(vdev.status)', 'vdev.status'),
        debugfs('`Config length ${hex(vdev.config_len)}`,', ''),
        debugfs('hex(vring.da)', 'hex(vring.pa)'),
        debugfs('signed(vring.notifyid)', 'signed(vring.num)'),
        debugfs("return head + vrings.join('');", 'return head;'),
      ],
    }),
    row('rproc 14.table-unknown', 'resource_table: `Unknown resource type found: %d [hdr: <ptr>]`.', {
      tests: [everyLine],
      mutations: [
        debugfs('`Unknown resource type found: ${signed(type)} [hdr: ${pointer(offset)}]\\n`', "''"),
        debugfs('found: ${signed(type)}', 'found: ${hex(type)}'),
      ],
    }),
    row('rproc 14.carveouts', 'carveout_memories: name, addresses and length of each carveout.', {
      tests: ['14: carveout_memories: every line'],
      mutations: [
        debugfs("padStart(rproc.sizeBits / 4, '0')", "padStart(16, '0')"),
        debugfs('`\\tDevice address: ${hex(da)}`', '`\\tDevice address: ${da}`'),
        debugfs('`\\tLength: ${hex(len)} Bytes`', '`\\tLength: ${hex(len)}`'),
        debugfs("        '\\n',\n      ].join", '      ].join'),
      ],
    }),
  ],
};

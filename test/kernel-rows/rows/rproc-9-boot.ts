import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/boot-order.test.ts');
const request = inTest('test/host-sim/remoteproc/firmware-request.test.ts');
const vdev = inTest('test/host-sim/remoteproc/vdev.test.ts');
const tables = inTest('test/host-sim/remoteproc/table-search.test.ts');
const iommu = inTest('test/host-sim/remoteproc/iommu.test.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const power = inSource('host-sim/remoteproc/power.ts');
const subdevs = inSource('host-sim/remoteproc/subdevs.ts');
const copies = inSource('host-sim/remoteproc/table.ts');
const registry = inSource('host-sim/remoteproc/registry.ts');
const files = inSource('host-sim/remoteproc/firmware-files.ts');

const start = '9.1 and 10 steps 9 to 20 and the stop order';

export const boot: RowGroup = {
  title: 'remoteproc 9: order of a boot, and the firmware file',
  rows: [
    row('rproc 9.1.1', 'At registration: `%s is available`.', {
      tests: [request('9.1 step 1')],
      mutations: [registry('this.kernel.log.info(rproc, `${rproc.name} is available`);', '')],
    }),
    row('rproc 9.1.2', "rproc_boot takes the lock: a signal while it waits is `can't lock rproc %s: %d`.", {
      tests: [request('9.1 step 2: a signal')],
      mutations: [
        core("if (!entered) rproc.err(`can't lock rproc ${rproc.name}: ${result}`);", ''),
        inSource('host-sim/mutex.ts')('if (result < 0) return result;', 'if (result < 0) return body();'),
      ],
    }),
    row(
      'rproc 9.1.2-deleting',
      "A processor that is being deleted does not boot: `can't boot deleting rproc %s`, -ENODEV.",
      {
        kernels: ['6.12', '7.2'],
        tests: [request('9.1 step 2: a processor that is gone does not boot: deleting')],
        mutations: [
          core("if (rproc.deleting || rproc.state === 'deleted')", "if (rproc.state === 'deleted')"),
          core("'deleted' : 'deleting'", "'deleted' : 'deleted'"),
          core('return -ENODEV;', 'return -EINVAL;'),
        ],
      },
    ),
    row(
      'rproc 9.1.2-deleted',
      "A processor that was deleted does not boot: `can't boot deleted rproc %s`, -ENODEV.",
      {
        kernels: ['6.1'],
        tests: [request('9.1 step 2: a processor that is gone does not boot: deleted')],
        mutations: [
          core("if (rproc.deleting || rproc.state === 'deleted')", 'if (rproc.deleting)'),
          core("'deleted' : 'deleting'", "'deleting' : 'deleting'"),
        ],
      },
    ),
    row(
      'rproc 9.1.3',
      'The power count goes up; if it was above 0 the call returns 0 and does nothing else, in any state.',
      {
        tests: ['9.1 and 10 start on a running core', '10 start in crashed'],
        mutations: [
          core('if (rproc.power++ > 0) return 0;', 'rproc.power++;'),
          core('if (rproc.power++ > 0) return 0;', 'if (rproc.power > 0) return 0;\n    rproc.power++;'),
          core('if (rproc.power++ > 0) return 0;', 'if (rproc.power++ > 0) return -EBUSY;'),
        ],
      },
    ),
    row('rproc 9.1.4', '`powering up %s`, before the file is asked for.', {
      tests: [request('9.1 steps 4 to 7')],
      mutations: [core('log.info(rproc, `powering up ${rproc.name}`);', '')],
    }),
    row(
      'rproc 9.1.5',
      'A file that cannot be had: `Direct firmware load for %s failed with error %d`, `request_firmware failed: %d`; the power count goes down again.',
      {
        tests: [
          inTest('test/host-sim/remoteproc/elf-sanity.test.ts')('2 row 1: no such file'),
          request('9.1 steps 4 to 7'),
        ],
        mutations: [
          files('log.warn(device, `Direct firmware load for ${name} failed with error ${errno}`);', ''),
          core('rproc.err(`request_firmware failed: ${fw}`);', ''),
          core('if (result !== 0) rproc.power--;', ''),
        ],
      },
    ),
    row('rproc 9.1.6', 'The sanity check of section 2 comes before all else that is said about the image.', {
      tests: [request('9.1 steps 4 to 7')],
      mutations: [core('if (sane < 0) return sane;', '')],
    }),
    row('rproc 9.1.7', '`Booting fw image %s, size %zd`.', {
      tests: [request('9.1 steps 4 to 7')],
      mutations: [
        core('log.info(rproc, `Booting fw image ${fw.name}, size ${fw.data.length}`);', ''),
        core('size ${fw.data.length}', 'size 0x${fw.data.length.toString(16)}'),
      ],
    }),
    row(
      'rproc 9.1.8',
      "The IOMMU is enabled where there is one, before prepare: `can't enable iommu: %d`; it goes after unprepare.",
      {
        tests: [iommu('9.1 step 8')],
        mutations: [
          core('rproc.hasIommu ? (rproc.ops.enableIommu?.(rproc) ?? 0) : 0', '0'),
          core(
            'rproc.hasIommu ? (rproc.ops.enableIommu?.(rproc) ?? 0) : 0',
            'rproc.ops.enableIommu?.(rproc) ?? 0',
          ),
          core("can't enable iommu: ${result}", "can't enable iommu"),
          core("can't enable iommu: ${result}`);\n    return result;", "can't enable iommu: ${result}`);"),
          core('if (result !== 0) disableIommu(rproc);', ''),
          core(
            'rproc.ops.unprepare?.(rproc);\n  disableIommu(rproc);\n  dropTable(rproc);',
            'disableIommu(rproc);\n  rproc.ops.unprepare?.(rproc);\n  dropTable(rproc);',
          ),
          core('if (rproc.hasIommu) rproc.ops.disableIommu', 'rproc.ops.disableIommu'),
        ],
      },
    ),
    row('rproc 9.1.9', "ops->prepare; `can't prepare rproc %s: %d`, and nothing is undone by unprepare.", {
      tests: [start, '9.1 step 9: prepare fails'],
      mutations: [
        core(
          "if (result !== 0) rproc.err(`can't prepare",
          "if (result !== 0) rproc.ops.unprepare?.(rproc);\n  if (result !== 0) rproc.err(`can't prepare",
        ),
        core("can't prepare rproc ${rproc.name}", "can't prepare ${rproc.name}"),
      ],
    }),
    row('rproc 9.1.10', 'The boot address is taken from the image before the table is parsed.', {
      tests: [request('9.1 step 10'), '9.1 the core is started once'],
      mutations: [core('rproc.bootaddr = elfBootAddr(fw);', '')],
    }),
    row(
      'rproc 9.1.11',
      'ops->parse_fw makes the cached table; an error ends the boot after unprepare, without the cleanup.',
      {
        tests: ['9.1 step 11: parse_fw fails'],
        mutations: [
          core('if (parsed < 0) return parsed;', ''),
          core('if (result !== 0) rproc.ops.unprepare?.(rproc);', ''),
        ],
      },
    ),
    row('rproc 9.1.12', 'Indexes of vdevs begin at 0 with each boot.', {
      tests: [vdev('8.1 row 4: a vdev that failed keeps'), '9.1 step 12'],
      mutations: [core('rproc.vdevCount = 0;', '')],
    }),
    row(
      'rproc 9.1.13',
      'The entries are handled: `Failed to process resources: %d`; what they registered goes again.',
      {
        tests: ['9.1 step 13: an entry fails'],
        mutations: [
          core('if (result !== 0) resourceCleanup(rproc);', ''),
          core('if (result !== 0) rproc.ops.unprepare?.(rproc);', ''),
        ],
      },
    ),
    row('rproc 9.1.14', 'Carveouts are allocated and written back, before segments are loaded.', {
      tests: [inTest('test/host-sim/remoteproc/carveouts.test.ts')('9.1 and 7 too large')],
      mutations: [core('result = allocRegisteredCarveouts(rproc);', 'result = 0;')],
    }),
    row(
      'rproc 9.1.15',
      'Segments are loaded: `Failed to load program segments: %d`; all that was registered and allocated goes again.',
      {
        tests: ['9.1 step 15: segments fail'],
        mutations: [
          core('if (result !== 0) resourceCleanup(rproc);', ''),
          core('if (result !== 0) dropTable(rproc);', ''),
        ],
      },
    ),
    row('rproc 9.1.16', 'The cached table is copied over the loaded one, after the segments.', {
      tests: [tables('4.2 and 9.1 at start the cached table lies over')],
      mutations: [power('  copyTable(rproc, fw);', '')],
    }),
    row(
      'rproc 9.1.17',
      'Subdevices are prepared in list order: `failed to prepare subdevices for %s: %d`; those before are unprepared.',
      {
        tests: ['9.1 step 17: a subdevice fails to prepare'],
        mutations: [
          power('failed to prepare subdevices for ', 'failed to prepare subdevices of '),
          subdevs('for (const done of prepared.reverse()) done.unprepare?.();', ''),
          power(
            '`failed to prepare subdevices for ${rproc.name}: ${result}`);\n    return result;',
            '`failed to prepare subdevices for ${rproc.name}: ${result}`);',
          ),
        ],
      },
    ),
    row(
      'rproc 9.1.18',
      "ops->start lets the core run: `can't start rproc %s: %d`; subdevices are unprepared, the core is not stopped.",
      {
        tests: ['9.1 step 18: start fails', '9.1 the core is started once'],
        mutations: [
          power(
            'rproc.err(`${failure} ${rproc.name}: ${result}`);\n    unprepareSubdevs(rproc);',
            'rproc.err(`${failure} ${rproc.name}: ${result}`);',
          ),
          power('rproc.err(`${failure} ${rproc.name}: ${result}`);', 'await rproc.ops.stop?.(rproc);'),
          power('bootAddr: rproc.bootaddr', 'bootAddr: 0n'),
        ],
      },
    ),
    row(
      'rproc 9.1.19',
      "Subdevices start in list order, the driver's before the vdevs: `failed to probe subdevices for %s: %d`; those before stop as crashed, the core stops, all are unprepared.",
      {
        tests: ['9.1 step 19: a subdevice fails to start', start],
        mutations: [
          subdevs('for (const done of started.reverse()) done.stop?.(true);', ''),
          subdevs(
            'for (const done of started.reverse()) done.stop?.(true);',
            'for (const done of started.reverse()) done.stop?.(false);',
          ),
          power('    await rproc.ops.stop?.(rproc);', ''),
          power(
            'await rproc.ops.stop?.(rproc);\n    unprepareSubdevs(rproc);',
            'await rproc.ops.stop?.(rproc);',
          ),
        ],
      },
    ),
    row('rproc 9.1.20', 'The state is running: `remote processor %s is now up`.', {
      tests: ['9.1 step 20', start],
      mutations: [
        power("rproc.state = 'running';", ''),
        power('remote processor ${rproc.name} is now up', 'remote processor is now up'),
      ],
    }),
    row(
      'rproc 9.1.unwind',
      'Whatever fails: the cached table is freed, unprepare is called, the power count goes down, the state stays offline.',
      {
        tests: ['9.1 step 13', '9.1 step 15', '9.1 step 17', '9.1 step 18', '9.1 step 19'],
        mutations: [
          copies('rproc.cachedTable = undefined;\n  rproc.table = undefined;', 'rproc.table = undefined;'),
          core('if (result !== 0) rproc.power--;', ''),
          core('if (result !== 0) rproc.ops.unprepare?.(rproc);', ''),
        ],
      },
    ),
    row('rproc 9.2.default', 'The default name is `rproc-NAME-fw`.', {
      tests: [request('9.2 the default name')],
      mutations: [inSource('host-sim/processor.ts')('`rproc-${name}-fw`', '`${name}-fw`')],
    }),
    row(
      'rproc 9.2.order',
      'Searched are `firmware_class.path`, updates/RELEASE, updates, RELEASE and /lib/firmware, in this order.',
      {
        tests: [request('9.2 the parameter, updates')],
        mutations: [
          files(
            '[`${updates}/${release}`, updates, `${FIRMWARE_FOLDER}/${release}`, FIRMWARE_FOLDER]',
            '[updates, `${updates}/${release}`, `${FIRMWARE_FOLDER}/${release}`, FIRMWARE_FOLDER]',
          ),
          files(
            '`${FIRMWARE_FOLDER}/${release}`, FIRMWARE_FOLDER]',
            'FIRMWARE_FOLDER, `${FIRMWARE_FOLDER}/${release}`]',
          ),
          files('[this.extraPath, ...fixed]', '[...fixed, this.extraPath]'),
          files("this.extraPath === '' ? fixed", "this.extraPath !== '' ? fixed"),
        ],
      },
    ),
    row(
      'rproc 9.2.empty',
      'A file without a byte cannot be read: -EINVAL, with the lines of any other error.',
      {
        tests: [request('9.2 a file without a byte')],
        mutations: [files('(data.length === 0 ? -EINVAL : 0)', '0')],
      },
    ),
    row(
      'rproc 9.2.dots',
      "A path with a component `..`: `Firmware load for '%s' refused, path contains '..' component`, -EINVAL.",
      {
        tests: [request('9.2 a path with')],
        mutations: [
          files("if (name.split('/').includes('..'))", 'if (false)'),
          files("if (name.split('/').includes('..'))", "if (name.includes('..'))"),
        ],
      },
    ),
    row(
      'rproc 9.2.auto-boot',
      'An automatic boot requests the file, ignores the outcome and boots, which requests it again; it never tries once more.',
      {
        tests: [request('9.2 an automatic boot without')],
        mutations: [
          registry('rproc.platform.firmware.request(rproc.firmware, rproc);', ''),
          registry(
            'rproc.platform.firmware.request(rproc.firmware, rproc);',
            "if (typeof rproc.platform.firmware.request(rproc.firmware, rproc) === 'number') return;",
          ),
          registry('if (rproc.autoBoot && !wait) this.autoBoot(rproc);', ''),
        ],
      },
    ),
    row(
      'rproc 9.2.set',
      'rproc_set_firmware takes the text up to the first newline; the file is not looked at before the next boot.',
      {
        tests: [request('9.2 set_firmware')],
        mutations: [
          core("const [line] = name.split('\\n', 1);", 'const line = name;'),
          core('} else rproc.firmware = line;', '}'),
        ],
      },
    ),
    row(
      'rproc 9.2.set-refused',
      "No name or a signal is -EINVAL; not offline is -EBUSY `can't change firmware while running`; empty is -EINVAL `can't provide empty string for firmware name`. Messages are the parent's.",
      {
        tests: [request('9.2 set_firmware')],
        mutations: [
          core('if (name === undefined) return -EINVAL;', 'if (name === undefined) return 0;'),
          core('result = -EBUSY;', 'result = -EINVAL;'),
          core("if (rproc.state !== 'offline') {", "if (rproc.state === 'suspended') {"),
          core("} else if (line === '') {", '} else if (false) {'),
          core('log.err(rproc.parent, "can\'t change', 'log.err(rproc, "can\'t change'),
          core('log.err(rproc.parent, "can\'t provide', 'log.err(rproc, "can\'t provide'),
          core(
            "can't lock rproc ${rproc.name}: ${taken}`);\n    return -EINVAL;",
            "can't lock rproc ${rproc.name}: ${taken}`);\n    return taken;",
          ),
        ],
      },
    ),
  ],
};

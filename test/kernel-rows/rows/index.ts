/** Every row that the simulator has. */
import type { RowGroup } from '../row.js';
import { probeSequence, rings } from './rpmsg-3-rings.js';
import { receivingRows, sending } from './rpmsg-5-messages.js';
import { channelRows } from './rpmsg-8-channels.js';
import { characterDevices, hostDrivers } from './rpmsg-9-devices.js';
import { elfSanity } from './rproc-2-elf-sanity.js';
import { segments } from './rproc-3-segments.js';
import { tableSearch } from './rproc-4-table.js';
import { layouts } from './rproc-5-layouts.js';
import { entries } from './rproc-6-entries.js';
import { carveoutAllocation } from './rproc-7-carveouts.js';
import { vdevStart } from './rproc-8-vdev-start.js';
import { vdevs } from './rproc-8-vdevs.js';
import { boot } from './rproc-9-boot.js';
import { states } from './rproc-10-states.js';
import { crashes } from './rproc-11-crashes.js';
import { coredumps } from './rproc-12-coredump.js';
import { sysfsFiles } from './rproc-13-sysfs.js';
import { debugfsRows } from './rproc-14-debugfs.js';
import { characterDevice, operations } from './rproc-15-operations.js';

export const groups: readonly RowGroup[] = [
  elfSanity,
  segments,
  tableSearch,
  layouts,
  entries,
  carveoutAllocation,
  vdevs,
  vdevStart,
  boot,
  states,
  crashes,
  coredumps,
  sysfsFiles,
  debugfsRows,
  characterDevice,
  operations,
  rings,
  probeSequence,
  sending,
  receivingRows,
  channelRows,
  characterDevices,
  hostDrivers,
];

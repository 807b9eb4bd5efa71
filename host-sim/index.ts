/**
 * `rproc-sdk/sim`: a simulated Linux and SoC that boot remoteproc images.
 * @module rproc-sdk/sim
 */
export { RPMSG_ADDR_ANY } from '../runtime/abi/rpmsg.js';
export { type Core, type CoreEvents, type CoreStart, type CrashReport, CrashType } from './cores/core.js';
export { type QemuCoreOptions, qemuCore } from './cores/qemu/core.js';
export { loadEngine } from './cores/quickjs/engine.js';
export {
  type CharDevice,
  DevNodes,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  EPOLLPRI,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  type OpenFile,
} from './dev-nodes.js';
export { type CoredumpDevice, DEVCD_TIMEOUT, DevCoredump, type DumpSource } from './devcoredump.js';
export { Faults } from './faults/faults.js';
export {
  type FaultPlan,
  type InjectedFault,
  type KickPlan,
  type Moments,
  type Outage,
  type RingField,
  ringFields,
  type Span,
} from './faults/plan.js';
export { checkFaultPlan } from './faults/shape.js';
export { type Kernel, type KernelVersion, kernelVersions } from './kernel.js';
export { type Device, formatLine, type KernelLog, type LogLevel, type LogLine } from './printk.js';
export { type CoreParts, type ProcessorOptions, RemoteProcessor } from './processor.js';
export type { PcapngOrigin } from './recording/pcapng.js';
export type { RecordedMessage, RecordedRing, Recorder, RingFill, Side } from './recording/recorder.js';
export { RpmsgCapture, rpmsgDissector } from './recording/rpmsg-capture.js';
export { TraceRecorder } from './recording/trace-events.js';
export { FirmwareFiles } from './remoteproc/firmware-files.js';
export { RprocRegistry } from './remoteproc/registry.js';
export type { RpmsgBus } from './rpmsg/bus.js';
export {
  type AnyEndpoint,
  type ChannelInfo,
  type RpmsgCallback,
  type RpmsgChannel,
  RpmsgCore,
  type RpmsgDriver,
  type RpmsgEndpoint,
  rpmsgSend,
} from './rpmsg/channel.js';
export { clientSample } from './rpmsg/client-sample.js';
export {
  RPMSG_DESTROY_EPT_IOCTL,
  RPMSG_GET_OUTGOING_FLOWCONTROL,
  RPMSG_SET_INCOMING_FLOWCONTROL,
  type RpmsgChar,
} from './rpmsg/rpmsg-char.js';
export {
  RPMSG_CREATE_DEV_IOCTL,
  RPMSG_CREATE_EPT_IOCTL,
  RPMSG_RELEASE_DEV_IOCTL,
  RpmsgEndpointInfo,
} from './rpmsg/rpmsg-ctrl.js';
export type { RpmsgTty, RpmsgTtys } from './rpmsg/rpmsg-tty.js';
export { Shell, type ShellOutput } from './shell/shell.js';
export { Simulation, type SimulationOptions } from './simulation.js';
export type { MailboxModel } from './soc/mailbox/mailbox.js';
export { type Attribute, type Attributes, type Children, Sysfs } from './sysfs.js';
export type { ConsolePort } from './virtio/console.js';

/** remoteproc_cdev.c: /dev/remoteprocN, which starts and stops a processor and looks after it when its user dies. */
import { utf8Decode } from '../../runtime/abi/utf8.js';
import type { CharDevice, OpenFile } from '../dev-nodes.js';
import { EFAULT, EINVAL } from '../errno.js';
import { rprocBoot, rprocDetach, rprocShutdown } from './core.js';
import type { Rproc } from './rproc.js';
import { strncmpWord } from './words.js';

/** ioctl: s32 in; not 0 when closing the device is to stop or detach the core. */
export const RPROC_SET_SHUTDOWN_ON_RELEASE = 0x4004b701;
/** ioctl: s32 out. */
export const RPROC_GET_SHUTDOWN_ON_RELEASE = 0x8004b702;

const commands = { start: rprocBoot, stop: rprocShutdown, detach: rprocDetach };
const words = ['start', 'stop', 'detach'] as const;

/** The node of one processor. The flag of the ioctls belongs to the processor, not to the open file. */
export function rprocCharDevice(rproc: Rproc): CharDevice {
  return { open: () => new RprocFile(rproc) };
}

class RprocFile implements OpenFile {
  constructor(private readonly rproc: Rproc) {}

  /** The driver has no read: -EINVAL, as of any file without one. */
  read(): number {
    return -EINVAL;
  }

  /** A prefix of `start`, `stop` or `detach`; a newline is no part of them. */
  async write(data: Uint8Array): Promise<number> {
    const rproc = this.rproc;
    if (data.length < 1 || data.length > 10) return -EINVAL;
    const word = strncmpWord(utf8Decode(data), words);
    if (!word) {
      rproc.err('Unrecognized option');
      return -EINVAL;
    }
    const result = await commands[word](rproc);
    return result === 0 ? data.length : result;
  }

  /** Readable and writable always, as every file whose driver has no poll. */
  poll(): number {
    return DEFAULT_POLLMASK;
  }

  ioctl(cmd: number, arg: Uint8Array | number): number {
    const rproc = this.rproc;
    const isSet = cmd === RPROC_SET_SHUTDOWN_ON_RELEASE;
    if (!isSet && cmd !== RPROC_GET_SHUTDOWN_ON_RELEASE) {
      rproc.err('Unsupported ioctl');
      return -EINVAL;
    }
    if (typeof arg === 'number' || arg.length < 4) return -EFAULT;
    const param = new DataView(arg.buffer, arg.byteOffset, 4);
    if (isSet) rproc.cdevPutOnRelease = param.getInt32(0, true) !== 0;
    else param.setInt32(0, rproc.cdevPutOnRelease ? 1 : 0, true);
    return 0;
  }

  /** close(2) has no use for what the driver's release returns. */
  async close(): Promise<number> {
    const rproc = this.rproc;
    if (!rproc.cdevPutOnRelease) return 0;
    if (rproc.state === 'running') await rprocShutdown(rproc);
    else if (rproc.state === 'attached') await rprocDetach(rproc);
    return 0;
  }
}

/** EPOLLIN, EPOLLOUT, EPOLLRDNORM and EPOLLWRNORM. */
const DEFAULT_POLLMASK = 0x145;

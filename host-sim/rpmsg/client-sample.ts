/** samples/rpmsg/rpmsg_client_sample.c: says hello, and hello again to each answer, a number of times. */
import { utf8Encode } from '../../runtime/abi/utf8.js';
import type { KernelLog } from '../printk.js';
import { type RpmsgChannel, type RpmsgDriver, rpmsgSend } from './channel.js';

const MSG = utf8Encode('hello world!');

/** The driver; `done` is called when it has said goodbye. `count` is its module parameter. */
export function clientSample(
  log: KernelLog,
  done: (channel: RpmsgChannel) => void,
  count = 100,
): RpmsgDriver {
  const received = new Map<RpmsgChannel, number>();
  const send = (channel: RpmsgChannel): number => {
    const result = rpmsgSend(channel, MSG);
    if (result < 0) log.err(channel, `rpmsg_send failed: ${result}`);
    return result;
  };
  return {
    name: 'rpmsg_client_sample',
    idTable: ['rpmsg-client-sample'],
    probe(channel) {
      log.info(channel, `new channel: 0x${channel.src.toString(16)} -> 0x${channel.dst.toString(16)}!`);
      received.set(channel, 0);
      return send(channel);
    },
    callback(channel, _data, src) {
      const number = received.get(channel)! + 1;
      received.set(channel, number);
      log.info(channel, `incoming msg ${number} (src: 0x${src.toString(16)})`);
      if (number >= count) {
        log.info(channel, 'goodbye!');
        done(channel);
        return;
      }
      send(channel);
    },
    remove(channel) {
      received.delete(channel);
      log.info(channel, 'rpmsg sample client driver is removed');
    },
  };
}

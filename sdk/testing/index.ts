/**
 * `rproc-sdk/test`: tests of firmware against the simulator.
 * @module rproc-sdk/test
 */
export type { ConsolePort } from '../../host-sim/index.js';
export { deadline, type TestBody } from './deadline.js';
export {
  type BootOptions,
  boot,
  type Message,
  type RemoteUnderTest,
  type TestChannel,
} from './remote-under-test.js';

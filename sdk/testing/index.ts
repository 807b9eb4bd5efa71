/**
 * `rproc-sdk/test`: tests of firmware against the simulator.
 * @module rproc-sdk/test
 */
export { deadline, type TestBody } from './deadline.js';
export {
  type BootOptions,
  boot,
  type Message,
  type RemoteUnderTest,
  type TestChannel,
} from './remote-under-test.js';

import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

/** The program of ../flow over rings with event indices. */
export default defineFirmware({
  name: 'flow-event-idx',
  board: 'virt-m4',
  entry: '../flow/src/main.ts',
  resources: [trace({ size: 2048 }), rpmsgVdev({ eventIdx: true })],
});

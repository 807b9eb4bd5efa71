import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'crasher',
  board: 'virt-ivshmem',
  entry: './src/main.ts',
  resources: [trace({ size: 2048 }), rpmsgVdev()],
});

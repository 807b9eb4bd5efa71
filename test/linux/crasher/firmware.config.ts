import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'crasher',
  board: 'qemu-ivshmem-m4',
  entry: './src/main.ts',
  resources: [trace({ size: 2048 }), rpmsgVdev()],
});

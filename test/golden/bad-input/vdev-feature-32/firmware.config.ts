import { defineFirmware, vdev } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-ivshmem',
  resources: [
    vdev({ name: 'console', id: 3, features: [32 as never] }),
  ],
});

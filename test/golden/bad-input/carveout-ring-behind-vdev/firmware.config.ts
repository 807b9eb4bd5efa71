import { defineFirmware, carveout, rpmsgVdev } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-rv32',
  resources: [
    rpmsgVdev(),
    carveout({ name: 'vdev0vring0', size: 0x2000 }),
  ],
});

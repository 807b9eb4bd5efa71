import { defineFirmware, carveout } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    carveout({ name: 'vdev0buffer', size: 0x1000, da: 0x10000000 }),
  ],
});

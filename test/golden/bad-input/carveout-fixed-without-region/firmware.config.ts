import { defineFirmware, carveout } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    carveout({ name: 'shared', size: 0x1000, da: 0x10100000 }),
  ],
});

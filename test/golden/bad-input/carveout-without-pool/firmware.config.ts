import { defineFirmware, carveout } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'zynqmp-r5',
  resources: [
    carveout({ name: 'shared', size: 0x1000 }),
  ],
});

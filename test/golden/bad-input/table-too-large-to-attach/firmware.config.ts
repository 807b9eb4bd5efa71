import { defineFirmware, carveout } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'am64x-r5f',
  resources: [
    ...['a', 'b', 'c', 'd', 'e'].map((name) => carveout({ name, size: 4096 })),
  ],
  attach: true,
});

import { defineFirmware, carveout } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    carveout({ name: 'big', size: 0x80001 }),
  ],
});

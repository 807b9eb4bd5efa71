import { defineFirmware, raw } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    raw({ name: 'odd', bytes: [1, 2] }),
  ],
});

import { defineFirmware, vendor } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    vendor({ name: 'quirks', type: 64, payload: [1, 2, 3, 4] }),
  ],
});

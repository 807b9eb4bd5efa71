import { defineFirmware, rpmsgVdev } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'stm32mp157-dk-m4',
  resources: [
    rpmsgVdev(),
  ],
});

import { defineFirmware, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    trace(),
  ],
  section: [] as never,
});

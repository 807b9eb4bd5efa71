import { defineFirmware, section, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'firmware',
  board: 'virt-m4',
  resources: [
    trace(),
  ],
  sections: [section({ name: 'coefficients', size: 64 })],
});

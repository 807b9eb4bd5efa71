import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({ resources: [trace(), rpmsgVdev()] } as never);

import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'my firmware',
  board: 5 as never,
  entry: '',
  resources: [trace(), { kind: 'memory' } as never, rpmsgVdev({ num: '256' as never })],
});

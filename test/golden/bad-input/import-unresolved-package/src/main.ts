import { crc16 } from 'no-such-package';

console.log(crc16);

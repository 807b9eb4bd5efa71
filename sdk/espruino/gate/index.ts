import type { FirmwareWithProgram } from '../../config/firmware.js';
export function checkSources(_f: FirmwareWithProgram): void {}
export function checkLowered(_f: FirmwareWithProgram, _c: string, _m: object): void {}

class List extends Array<number> {}
class Bytes extends Uint8Array {}
class Later extends Promise<number> {}
class Moment extends Date {}
class Nothing extends (null as any) {}
class Failure extends RangeError {}
export const bases = [List, Bytes, Later, Moment, Nothing, Failure];

export const smile = String.fromCharCode(0x263a);

const a = [1, 2];
const b = [0, ...a, ...[3, ...a]];
say(b.join(), [...'xyz'].join(), [...new Uint8Array([7, 8])].join(), a.length);

const [[a, ...b]] = ['xyz'];
say(a, b.join());
const ends = ([first, ...rest]) => first + rest.length;
say(ends('hello'), ends(new Uint8Array(4)), ends([7]));
for (const [k, ...v] of ['k12', 'm34']) say(k, v.join());
let c, d;
say(([c, ...d] = 'uvw'), d.join());

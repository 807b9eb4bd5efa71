const full = { deep: { call: (n) => n + 1, list: [1, 2] } };
const none = {};
let calls = 0;
const side = () => { calls++; return full; };
say(full.deep?.call?.(1), none.deep?.call?.(1), full.deep?.list?.[1], none.deep?.list?.[calls++], side()?.deep.list.length, calls);
say(none.deep?.call ?? 'nothing', (null)?.x, undefined?.[0] === undefined, delete none?.x);

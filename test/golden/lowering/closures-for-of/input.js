const list = [];
for (const word of ['a', 'bb', 'ccc']) list.push(() => word.length + list.length);
say(list.map((f) => f()).join());

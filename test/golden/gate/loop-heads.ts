const later: (() => number)[] = [];
for (let i = 0, read = () => i; i < 3; i++) later.push(read, () => i);

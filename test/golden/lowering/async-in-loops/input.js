(async () => {
  let sum = 0;
  for (let i = 0; i < 5; i++) {
    if (i === 1) continue;
    if (i === 4) break;
    sum += await Promise.resolve(i);
  }
  for (const n of [10, 20]) { try { if (n === 10) throw n; sum += await n; } catch (m) { sum += await (m + 1); } }
  while (sum < 100) sum = await (sum * 2);
  say(sum);
})();

function find(list, wanted) {
  for (const item of list) {
    const matches = () => item === wanted;
    if (item < 0) continue;
    if (item > 100) break;
    if (matches()) return 'found ' + item;
  }
  return 'nothing';
}
say(find([-1, 5, 7], 7), find([101, 7], 7), find([-7], -7));

(function () {
  'use strict';
  const count = (n) => (n === 0 ? 0 : 1 + count(n - 1));
  const table = { size: () => Object.keys(table).length, other: 1 };
  log(count(3) + table.size());
})();
